"""Propagandists: people who tell people, with a talk sheet in hand; they say when, and to how many."""
