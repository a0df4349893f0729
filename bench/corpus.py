"""Vietnamese of the kind a province writes about poverty: common phrases often, rare names seldom, nobody real."""

import random
from itertools import accumulate
from pathlib import Path

SAID = (Path(__file__).parent / "corpus.txt").read_text(encoding="utf-8").strip().split("\n\n")
PHRASES, FRAMES, PLAIN, ONSETS, RIMES = (line.split("|") for line in SAID)


class Corpus:
    """Pages of text, the same from the same seed."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        names = sorted({(a + b).capitalize() for a in ONSETS for b in RIMES})
        self.draw.shuffle(names)
        self.names = names
        self.weights = list(accumulate(1 / (n + 8) for n in range(len(names))))
        self.phrases = list(accumulate(1 / (n + 4) for n in range(len(PHRASES))))

    def page(self, place: str) -> tuple[str, str, str]:
        """A title, a lead of two sentences, and a text of about 150 words, about this place."""
        a, b, c = self.draw.choices(PHRASES, cum_weights=self.phrases, k=3)
        name = " ".join(self.draw.choices(self.names, cum_weights=self.weights, k=3))
        frame = self.draw.choice(FRAMES)
        title = frame.format(a=a, b=b, c=c, p=place, n=name, k=self.draw.randint(2, 480))
        lead = f"{self._sentence(9, b)}. {self._sentence(7, place)}."
        text = " ".join(f"{self._sentence(12, *self._some(place, name))}." for _n in range(9))
        return title[:1].upper() + title[1:], lead, text

    def _some(self, place: str, name: str) -> list[str]:
        one = self.draw.choices(PHRASES, cum_weights=self.phrases, k=1)
        return [*one, self.draw.choice([place, name, *self.draw.choices(self.names, cum_weights=self.weights)])]

    def _sentence(self, length: int, *held: str) -> str:
        words = [*self.draw.choices(PLAIN, k=length), *held]
        self.draw.shuffle(words)
        line = " ".join(words)
        return line[:1].upper() + line[1:]
