"""Registered templates: an approved text is taken apart into a template's number and its parameters, never changed.

Written one to a line, ``number: the text with {1}, {2} …``; a line that begins with a space goes on from the one above.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import Settings

NO_TEMPLATE = _("no template registered for this account is this text; register it or choose a registered wording")
NO_TEMPLATES = _("no template is registered for this account")

_HEAD = re.compile(r"\s?([0-9A-Za-z_-]{1,30})\s*:\s?(.*)")
_PLACE = re.compile(r"\{([1-9][0-9]?)\}")


class BadTemplate(ValueError):
    """A line that is no template; `line` is its number, the message says what is wrong with it."""

    def __init__(self, line: int, words: str) -> None:
        super().__init__(words)
        self.line, self.words = line, words


@dataclass(frozen=True, slots=True)
class Template:
    """One registered text; `fixed` is what stands between its places, whose numbers are `places`."""

    number: str
    text: str

    @property
    def fixed(self) -> list[str]:
        """What stands before, between and after the places."""
        return _PLACE.split(self.text)[::2]

    @property
    def places(self) -> list[int]:
        """The numbers of the places, in the order in which they stand."""
        return [int(place) for place in _PLACE.split(self.text)[1::2]]

    def filled(self, params: Mapping[int, str]) -> str:
        """Return the text with its places filled."""
        return _PLACE.sub(lambda place: params[int(place.group(1))], self.text)

    def taken_apart(self, text: str) -> dict[int, str] | None:
        """Return the parameters with which this template *is* the text, or None.

        Several may fit ("{1} {2}"): the earlier places are then as short as can be. A place is never empty. One look
        from left to right: if a fit exists, the shortest one is found.
        """
        fixed, places = self.fixed, self.places
        if not places:
            return {} if text == self.text else None
        at, end = len(fixed[0]), len(text) - len(fixed[-1])
        if not (text.startswith(fixed[0]) and text.endswith(fixed[-1])):
            return None
        params = {}
        for place, after in zip(places[:-1], fixed[1:-1], strict=True):
            found = text.find(after, at + 1, max(end, 0))
            if found < 0:
                return None
            params[place], at = text[at:found], found + len(after)
        if at >= end:
            return None
        return dict(sorted((params | {places[-1]: text[at:end]}).items()))


def parse(written: str) -> list[Template]:
    """Return the templates of a list; raises BadTemplate."""
    found: list[tuple[int, str, str]] = []
    for line, words in enumerate(written.splitlines(), 1):
        if not words.strip():
            continue
        if words[:1].isspace() and found:
            first, number, text = found[-1]
            found[-1] = (first, number, f"{text}\n{words[1:]}")
        elif head := _HEAD.fullmatch(words):
            found.append((line, head.group(1), head.group(2)))
        else:
            raise BadTemplate(line, "no number")
    for place, (line, number, text) in enumerate(found):
        if number in [other for _line, other, _text in found[:place]]:
            raise BadTemplate(line, "twice")
        _check(line, text)
    return [Template(number, text) for _line, number, text in found]


@lru_cache(maxsize=32)
def registered(written: str) -> Sequence[Template]:
    """Return the templates of an account's setting; none when the list cannot be read (its form refuses such lists)."""
    try:
        return tuple(parse(written))
    except BadTemplate:
        return ()


def faults(text: str, settings: Settings) -> Sequence[str]:
    """Return why this account cannot carry a text; nothing when some registered template is that text."""
    templates = registered(str(settings.get("templates") or ""))
    if not templates:
        return (NO_TEMPLATES,)
    return () if match(templates, text) else (NO_TEMPLATE,)


def sample(settings: Settings) -> str:
    """Return a text for a test: the first template with a word in each place; empty where none is registered."""
    for template in registered(str(settings.get("templates") or "")):
        word = "thu" if template.text.isascii() else "thử"  # no marks where the template has none
        return template.filled(dict.fromkeys(template.places, word))
    return ""


def _check(line: int, text: str) -> None:
    places = [int(place) for place in _PLACE.findall(text)]
    if not text.strip():
        raise BadTemplate(line, "empty")
    if sorted(places) != list(range(1, len(places) + 1)):
        raise BadTemplate(line, "gap")


def match(templates: Sequence[Template], text: str) -> tuple[Template, dict[int, str]] | None:
    """Return the template that is the text, with its parameters; of several, that with the fewest letters in them."""
    fitting = [(one, params) for one in templates if (params := one.taken_apart(text)) is not None]
    return min(fitting, key=lambda found: sum(map(len, found[1].values())), default=None)
