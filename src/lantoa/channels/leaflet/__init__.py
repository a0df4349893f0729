"""Leaflets and other matter that is not sold: handed out by people, who say how many."""
