"""Reads of the press room."""

from lantoa.pressroom.selectors.clippings import clippings, page_at

__all__ = ["clippings", "page_at"]
