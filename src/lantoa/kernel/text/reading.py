"""How hard a Vietnamese text is to read and how long it takes to say.

English measures count letters or syllables in a word; a written Vietnamese word is one syllable, so they say nothing
here. The studies of Vietnamese (Nguyen and Henkin 1982, 1985, and later work on school books) found the length of the
sentence and the share of difficult words to matter most. We measure these two, in syllables, and set the limits
ourselves: a word has about 1.5 syllables, plain-language guides ask for 12 words a sentence for easy and at most 20
for general reading, and no sentence over 25. The limits are our own heuristic, not a standard, and no grade of
schooling is claimed.

    easy    at most 18 syllables a sentence on average, none over 40, at most 4 % of the syllables in administrative
    terms plain   at most 30 on average, at most a fifth of the sentences over 40, at most 12 % in administrative
    terms hard    the rest
"""

import math
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from .folding import normalise
from .sentences import sentences
from .terms import PLAINER

LONG_SENTENCE = 40
SYLLABLES_PER_MINUTE = 150

_TOKEN = re.compile(r"\S+")
_DIGITS = re.compile(r"\d")
_LONGEST_TERM = max(len(term.split()) for term in PLAINER)
_MOST_LETTERS_SPELT = 6


class Level(StrEnum):
    """How hard a text is for an adult who seldom reads official papers."""

    EASY = "easy"
    PLAIN = "plain"
    HARD = "hard"


class Advice(StrEnum):
    """What would make the text easier; the interface puts it into words."""

    SHORTEN_SENTENCES = "shorten_sentences"
    SPLIT_LONG_SENTENCES = "split_long_sentences"
    USE_PLAINER_WORDS = "use_plainer_words"


@dataclass(frozen=True)
class Term:
    """An administrative term in the text, how often it stands there, plainer words to try ("" means: explain it)."""

    words: str
    times: int
    plainer: str


@dataclass(frozen=True)
class Reading:
    """The measure of one text; shares lie between 0 and 1."""

    sentences: int
    syllables: int
    syllables_per_sentence: float
    long_sentences: tuple[str, ...]
    terms: tuple[Term, ...]
    term_share: float
    speaking_minutes: float
    level: Level
    advice: tuple[Advice, ...]


def reading(s: str) -> Reading:
    """Measure a text; an empty one is easy, with zeros."""
    found = [sentence for sentence in sentences(s) if _words(sentence)]
    lengths = [len(_words(sentence)) for sentence in found]
    total = sum(lengths)
    average = total / len(found) if found else 0.0
    long = tuple(sentence for sentence, length in zip(found, lengths, strict=True) if length > LONG_SENTENCE)
    terms = _terms(found)
    share = sum(term.times * len(term.words.split()) for term in terms) / total if total else 0.0
    return Reading(
        sentences=len(found),
        syllables=total,
        syllables_per_sentence=round(average, 1),
        long_sentences=long,
        terms=terms,
        term_share=round(share, 3),
        speaking_minutes=speaking_minutes(s),
        level=_level(average, len(long), len(found), share),
        advice=_advice(average, long, share),
    )


def syllables(s: str) -> int:
    """Count the syllables as written: every run of characters with a letter or digit is one."""
    return len(_words(normalise(s)))


def speaking_minutes(s: str, per_minute: int = SYLLABLES_PER_MINUTE) -> float:
    """Return how many minutes the text takes to read aloud, to a tenth, at a calm radio pace of 150 syllables a minute.

    Figures and abbreviations count as they are spoken: 2025 is seven syllables, UBND four.
    """
    spoken = sum(_spoken(word) for word in _words(normalise(s)))
    return math.ceil(spoken * 10 / per_minute) / 10


def _words(sentence: str) -> list[str]:
    return [word for word in _TOKEN.findall(sentence) if any(c.isalnum() for c in word)]


def _spoken(word: str) -> int:
    digits = len(_DIGITS.findall(word))
    letters = "".join(c for c in word if c.isalpha())
    if letters.isupper() and 2 <= len(letters) <= _MOST_LETTERS_SPELT and not _readable(letters):
        spelt = len(letters)
    else:
        spelt = 1 if letters else 0
    return spelt + (2 * digits - 1 if digits else 0)


def _readable(capitals: str) -> bool:
    """Tell a shouted word (NGHÈO) from an abbreviation (UBND, HĐND, BHYT) by a vowel after the first letter."""
    plain = unicodedata.normalize("NFD", capitals)
    return any(c in "AEIOUY" for c in plain[1:])


def _terms(found: list[str]) -> tuple[Term, ...]:
    """Find the listed terms, the longest first at each place, in order of frequency and then of the text."""
    counts: Counter[str] = Counter()
    for sentence in found:
        words = [word.strip(".,;:!?…\"'“”‘’()[]«»").lower() for word in _words(sentence)]
        at = 0
        while at < len(words):
            term = _term_at(words, at)
            counts[term] += 1 if term else 0
            at += len(term.split()) or 1
    return tuple(Term(words, times, PLAINER[words]) for words, times in counts.most_common() if times)


def _term_at(words: list[str], at: int) -> str:
    for length in range(_LONGEST_TERM, 0, -1):
        candidate = " ".join(words[at : at + length])
        if candidate in PLAINER:
            return candidate
    return ""


def _level(average: float, long: int, count: int, share: float) -> Level:
    if average <= 18 and not long and share <= 0.04:
        return Level.EASY
    if average <= 30 and long * 5 <= count and share <= 0.12:
        return Level.PLAIN
    return Level.HARD


def _advice(average: float, long: tuple[str, ...], share: float) -> tuple[Advice, ...]:
    wanted = (
        (Advice.SPLIT_LONG_SENTENCES, bool(long)),
        (Advice.SHORTEN_SENTENCES, average > 18),
        (Advice.USE_PLAINER_WORDS, share > 0.04),
    )
    return tuple(advice for advice, applies in wanted if applies)
