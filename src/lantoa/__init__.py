"""Lan Tỏa: a province's poverty-reduction communication plan as one loop, from plan to report."""
