"""How hard a Vietnamese text is, by a formula made for Vietnamese.

Luong, A.-V., Nguyen, D., & Dinh, D. (2018). A new formula for Vietnamese text readability assessment. Proceedings of
the 10th International Conference on Knowledge and Systems Engineering (KSE), 198-202. doi:10.1109/KSE.2018.8573379

    0.004 x (letters per sentence) + 0.1905 x (letters per word) + 2.7147 x (share of difficult syllables) - 0.7295

The larger, the harder. Two of its measures are taken here as well as they can be without the authors' tools:

- a *difficult syllable* stands outside a list of frequent ones. The authors counted theirs in easy literature; ours is
  the thousand most frequent of everyday Vietnamese (`frequent.txt`, which names its source). Figures, and words with a
  capital inside a sentence (names), are not counted as difficult: nobody can write a place's name more plainly.
- a *word* may have several syllables, and cutting text into words needs a lexicon. We take 1.5 syllables a word
  throughout, which the studies of written Vietnamese give as the mean; this term moves the score least.

So a score compares texts measured here; it is not the authors' own figure, and names no school grade.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from unicodedata import normalize

SYLLABLES_PER_WORD = 1.5
_SYLLABLE = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Difficulty:
    """The measures of one text and its score."""

    sentences: int
    syllables: int
    letters: int
    difficult: int

    @property
    def score(self) -> float:
        """The formula's figure; 0 for a text without syllables."""
        if not self.syllables:
            return 0.0
        per_sentence = self.letters / self.sentences
        per_word = self.letters / self.syllables * SYLLABLES_PER_WORD
        return 0.004 * per_sentence + 0.1905 * per_word + 2.7147 * self.difficult / self.syllables - 0.7295

    @property
    def syllables_per_sentence(self) -> float:
        """How long a sentence is on average."""
        return self.syllables / self.sentences if self.sentences else 0.0


def difficulty(sentences: Sequence[str]) -> Difficulty:
    """Measure a text already cut into sentences."""
    known, count, syllables, letters, difficult = frequent(), 0, 0, 0, 0
    for sentence in sentences:
        found: list[str] = _SYLLABLE.findall(normalize("NFC", sentence))
        if not found:
            continue
        count, syllables, letters = count + 1, syllables + len(found), letters + sum(map(len, found))
        hard = [one for one in found if one.lower() not in known and one.isalpha()]
        difficult += sum(one.islower() or one == found[0] for one in hard)
    return Difficulty(count, syllables, letters, difficult)


@cache
def frequent() -> frozenset[str]:
    """The thousand most frequent syllables, lower case; lines that begin with # are about the list."""
    lines = Path(__file__).with_name("frequent.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(syllable for line in lines if not line.startswith("#") for syllable in line.split())
