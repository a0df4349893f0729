"""Zalo Official Account messages."""
