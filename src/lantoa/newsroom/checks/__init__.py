"""Content checks before a page is sent for approval: one registry, one small class a check.

A new check is one class in one of these modules; the registry, the desk and `submit_page` need no other word of it.
"""

from lantoa.newsroom.checks import care, figures, forms, languages, laws, links, people, pictures
from lantoa.newsroom.checks.registry import CHECKS, Check, Finding, run, stops, turned, warnings

__all__ = [
    "CHECKS", "Check", "Finding", "care", "figures", "forms", "languages", "laws", "links", "people", "pictures",
    "run", "stops", "turned", "warnings",
]  # fmt: skip
