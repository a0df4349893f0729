"""Notifications in a person's own browser."""
