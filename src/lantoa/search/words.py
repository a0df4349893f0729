"""Text as words to search by: cut here, not by the database, so that every server cuts alike and Khmer stays whole.

A word is a run of letters, marks and digits. A document is kept twice: as written (lower case, with its marks) and
folded (`kernel.text.fold`: "Đặng" is "dang").
"""

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from lantoa.kernel.text import fold, normalise

LONGEST = 60
"""Letters of a word; what is longer is an address or a mishap and is cut."""
_MOST, _LAST_PLACE, _MOST_PLACES = 60_000, 16_383, 255


@lru_cache(maxsize=4096)
def _part(char: str) -> str:
    return char if unicodedata.category(char)[0] in "LMN" else " "


def cut(text: str) -> list[str]:
    """The words of a text, in order."""
    return [word[:LONGEST] for word in "".join(map(_part, text)).split()[:_MOST]]


def marked(text: str) -> list[str]:
    """The words as written, in lower case."""
    return cut(normalise(text).lower())


def plain(text: str) -> list[str]:
    """The words folded."""
    return cut(fold(text))


def vector(words: Iterable[str]) -> str:
    """The words with their places, as PostgreSQL reads a `tsvector`."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(words, 1):
        found = places.setdefault(word, [])
        if len(found) < _MOST_PLACES:
            found.append(min(place, _LAST_PLACE))
    return " ".join(f"'{word}':{','.join(map(str, sorted(set(found))))}" for word, found in places.items())


def every(words: Sequence[str], *, unfinished: bool = False) -> str:
    """A `tsquery` for texts that hold every word; `unfinished`: the last one is still being typed."""
    wanted = [f"'{word}'" for word in dict.fromkeys(words)]
    if unfinished and wanted:
        wanted = [*(one for one in wanted if one != f"'{words[-1]}'"), f"'{words[-1]}':*"]
    return " & ".join(wanted)


def deletes(word: str) -> list[str]:
    """The word and each form of it that lacks one letter: two words one slip apart share one of these.

    A letter too many, too few, wrong, or changed with its neighbour.
    """
    return sorted({word, *(word[:place] + word[place + 1 :] for place in range(len(word)))} - {""})
