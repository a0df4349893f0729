"""Where a written page stands on the site, worked out from its path in the tree; asks the database nothing."""

from django.conf import settings


def address_of(language: str, url_path: str) -> str:
    """The path of a page on the site, from its path in the tree, whose first part is the home page of its language."""
    below = url_path.strip("/").partition("/")[2]
    front = "" if language == settings.LANGUAGE_CODE else f"/{language}"
    return f"{front}/{below}/" if below else f"{front}/"
