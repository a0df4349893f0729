"""The interface's own words in a language, as one exact thing that a person can have read."""

import gettext
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.apps import apps
from django.conf import settings

OWN_LANGUAGES = ("vi", "en")
"""The languages that the product itself is written in."""


@dataclass(frozen=True, slots=True)
class Words:
    """How many words and sentences the interface has in a language, of how many, and the hash of exactly these."""

    count: int
    of: int
    sha256: str


@lru_cache(maxsize=8)
def words(language: str) -> Words:
    """What the rooms of the product say in a language, beside what they say in the first one; read once a process."""
    said = sorted(_said(language).items())
    exact = json.dumps(said, ensure_ascii=False).encode()
    return Words(len(said), len(_said(settings.LANGUAGE_CODE)), hashlib.sha256(exact).hexdigest())


def _said(language: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in _catalogues(language):
        with path.open("rb") as file:
            catalogue = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]  # noqa: SLF001
        found |= {str(key): text for key, text in catalogue.items() if key}
    return found


def _catalogues(language: str) -> Iterator[Path]:
    for app in apps.get_app_configs():
        path = Path(app.path) / "locale" / language / "LC_MESSAGES" / "django.mo"
        if app.name.startswith("lantoa.") and path.exists():
            yield path
