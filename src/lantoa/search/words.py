"""Text as words to search by: cut here, not by the database, so that every server cuts alike and no mark is lost.

A word is a run of letters, marks and digits. A document is kept twice: as written (lower case, with its marks) and
folded (`kernel.text.fold`: "Đặng" is "dang").

Khmer puts no spaces between words. A run of it is cut into clusters (a letter with what is written under, over and
around it), and its words are these and each with the next: whatever two clusters or more are searched for, they are
found wherever they stand together, without a dictionary.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice, pairwise

from lantoa.kernel.text import fold, normalise

LONGEST = 60
"""Letters of a word; what is longer is an address or a mishap and is cut."""
_MOST, _LAST_PLACE, _MOST_PLACES = 60_000, 16_383, 255
_KHMER = re.compile("[\u1780-\u17ff]")
_RUN = re.compile("[\u1780-\u17ff]+|[^\u1780-\u17ff]+")
_CLUSTER = re.compile(
    "[\u1780-\u17b3\u17d7\u17dc](?:\u17d2[\u1780-\u17b3]|[\u17b4-\u17d3\u17dd])*|[\u17e0-\u17e9]+|[\u1780-\u17ff]"
)
_UNSEEN_BREAK = "\u200b"
"""Some writers part Khmer words by it, most do not: it says nothing to a search."""


@lru_cache(maxsize=4096)
def _part(char: str) -> str:
    return char if unicodedata.category(char)[0] in "LMN" else " "


def cut(text: str) -> list[str]:
    """The words of a text, in order."""
    if is_khmer(text):
        return list(islice(chain.from_iterable(map(_overlapping, _runs(text))), _MOST))
    return [word[:LONGEST] for word in _apart(text)]


def is_khmer(text: str) -> bool:
    """Whether there is Khmer in it."""
    return _KHMER.search(text) is not None


def _apart(text: str) -> list[str]:
    return "".join(map(_part, text)).split()[:_MOST]


def _runs(text: str) -> Iterator[list[str]]:
    """Each run of Khmer as its clusters, each other word alone."""
    for run in chain.from_iterable(map(_RUN.findall, _apart(text))):
        yield [one[:LONGEST] for one in (_CLUSTER.findall(run) if is_khmer(run) else [run])]


def _overlapping(clusters: Sequence[str]) -> Iterator[str]:
    """Of a, b, c: a, ab, b, bc, c. So the words of a part of a run are a part of its words."""
    yield from clusters[:1]
    for one, other in pairwise(clusters):
        yield from (one + other, other)


def marked(text: str) -> list[str]:
    """The words as written, in lower case."""
    return cut(normalise(text).lower().replace(_UNSEEN_BREAK, ""))


def plain(text: str) -> list[str]:
    """The words folded."""
    return cut(fold(text))


def phrase(text: str) -> str:
    """The folded words one after the other, as titles are compared; of Khmer each cluster once."""
    return " ".join(chain.from_iterable(_runs(fold(text))))


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
    typing = [word for word in words[-2:] if word == words[-1] or _pair(word, words[-1])] if unfinished else []
    wanted = [f"'{word}'" for word in words if word not in typing] + [f"'{word}':*" for word in typing]
    return " & ".join(dict.fromkeys(wanted))


def in_a_row(words: Sequence[str]) -> str:
    """A `tsquery` for texts that hold these words one after the other."""
    return " <-> ".join(f"'{word}'" for word in words)


def _pair(word: str, last: str) -> bool:
    return is_khmer(last) and word.endswith(last)


def may_slip(word: str) -> bool:
    """Whether slips of the pen are looked for in it: letters only, and no Khmer, of which clusters are no words."""
    return word.isalpha() and not is_khmer(word)


def deletes(word: str) -> list[str]:
    """The word and each form of it that lacks one letter: two words one slip apart share one of these.

    A letter too many, too few, wrong, or changed with its neighbour.
    """
    return sorted({word, *(word[:place] + word[place + 1 :] for place in range(len(word)))} - {""})
