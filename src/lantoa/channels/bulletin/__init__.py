"""Printed bulletins of grass-roots information: an issue carries the text, people say in how many copies."""
