"""Cutting running text into sentences and clauses without losing where each one stands."""

import re
from dataclasses import dataclass

from lantoa.planning.reading.letters import UPPER

ABBREVIATED = re.compile(r"(?:\b(?:TP|TT|TX|Q|P|KT|TM|TL|tr|vv|v\.v|ThS|TS|GS)|\b[A-ZĐ])$")
SENTENCE_EDGE = re.compile(rf"[.!?](?:[”\"])?\s+(?=[\"“]?[{UPPER}])")
CLAUSE_EDGE = {";": re.compile(r";\s*"), ".;": re.compile(rf";\s*|[.!?](?:[”\"])?\s+(?=[\"“]?[{UPPER}])")}


@dataclass(frozen=True, slots=True)
class Phrase:
    """A stretch of the running text."""

    start: int
    end: int
    text: str


def sentences(phrase: Phrase) -> list[Phrase]:
    """Give the sentences of a phrase; an abbreviation's full stop ("TP. ") ends none."""
    return _cut(phrase, SENTENCE_EDGE)


def clauses(phrase: Phrase, at: str) -> list[Phrase]:
    """Give the parts between semicolons (";") or between semicolons and full stops (".;")."""
    return _cut(phrase, CLAUSE_EDGE[at])


def _cut(phrase: Phrase, edge: re.Pattern[str]) -> list[Phrase]:
    parts, start, opened = [], 0, 0
    text = phrase.text
    for match in edge.finditer(text):
        opened += sum(text.count(sign, start, match.start()) for sign in "(“") - sum(
            text.count(sign, start, match.start()) for sign in ")”"
        )
        if opened > 0 or ABBREVIATED.search(text, max(0, match.start() - 8), match.start()):
            continue
        parts.append((start, match.end()))
        start = match.end()
    parts.append((start, len(text)))
    return [
        Phrase(phrase.start + a, phrase.start + b, text[a:b].strip()) for a, b in parts if text[a:b].strip(" .;,-–")
    ]


def tidy(text: str) -> str:
    """Give the words on one line with single spaces, without the list's own closing sign."""
    words = " ".join(text.split())
    words = words.removesuffix("./.").removesuffix("/.")
    return words.rstrip(" ;,").strip()
