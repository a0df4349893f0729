"""The languages a province's site speaks, by the codes its operator gives."""

from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import get_language_info

OWN_NAMES = {"vi": "Tiếng Việt", "km": "ភាសាខ្មែរ"}
"""How those who speak it call a language, where Django does not say it as they do."""


def named(codes: Sequence[str], *, first: str) -> list[tuple[str, str]]:
    """Return each code with the name of its language in that language, `first` before the others; ImproperlyConfigured
    names the code nobody knows, or says that `first` is missing."""
    if first not in codes:
        raise ImproperlyConfigured(f"LANTOA_LANGUAGES is “{','.join(codes)}”: add {first}, which every page begins in.")
    found = []
    for code in sorted(dict.fromkeys(codes), key=lambda one: one != first):
        try:
            found.append((code, OWN_NAMES.get(code) or get_language_info(code)["name_local"]))
        except KeyError as unknown:
            raise ImproperlyConfigured(
                f"LANTOA_LANGUAGES names “{code}”, which is no language Django knows."
            ) from unknown
    return found
