"""What `bench.search` looks for: queries made from the pages themselves, each with what would be a right answer."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bench.search_pages import NOW


@dataclass
class Query:
    """One thing somebody looks for: of which sort, what is typed, what it is narrowed to, and what would be right. It
    is asked in Vietnamese unless narrowed to another language, or to none (empty)."""

    sort: str
    text: str
    narrowed: dict[str, Any] = field(default_factory=dict)
    right: Callable[[list[Any]], bool] = bool


def queries(count: int) -> Iterator[Query]:
    """The mix, made from pages drawn by chance: 25 in 100 with marks, 25 without, 15 misspelt, 15 narrowed, 10 by a
    commune that is gone, 10 suggestions."""
    from lantoa.kernel.text import fold
    from lantoa.search.models import SearchItem

    draw = random.Random(11)
    by_language = {
        code: list(SearchItem.objects.filter(language=code).values_list("pk", flat=True)) for code in ("vi", "en")
    }
    others = iter(SearchItem.objects.in_bulk(draw.sample(by_language["en"], count // 10)).values())
    items = SearchItem.objects.in_bulk(draw.sample(by_language["vi"], count))
    sorts = ["marked"] * 5 + ["plain"] * 5 + ["misspelt"] * 3 + ["narrowed"] * 3 + ["gone"] * 2 + ["suggested"] * 2
    old = gone_names()
    for number, item in enumerate(items.values()):
        sort = sorts[number % len(sorts)]
        one = draw.choice(["kind", "year", "unit_id", "days", "language"]) if sort == "narrowed" else ""
        if one == "language" and draw.random() < 0.5:
            item = next(others)
        words = item.title.replace(",", "").split()
        start = draw.randrange(max(1, len(words) - 4))
        some = " ".join(words[start : start + draw.randint(2, 5)])
        like = fold(some)
        title = item.title

        def right(hits: list[Any], like: str = like) -> bool:
            return any(like in fold(f"{hit.title} {hit.lead}") for hit in hits)

        def same(hits: list[Any], title: str = title) -> bool:
            return any(hit == title for hit in hits)

        if sort == "marked":
            yield Query(sort, some, {}, right)
        elif sort == "plain":
            yield Query(sort, like, {}, right)
        elif sort == "misspelt":
            yield Query(sort, slip(like, draw), {}, right)
        elif sort == "narrowed":
            yield Query(sort, draw.choice([some, like]), narrowed(item, one, draw), right)
        elif sort == "gone":
            name, heirs = draw.choice(old)
            yield Query(sort, draw.choice([name, fold(name), f"{fold(name)} vay von"]), {},
                        lambda hits, heirs=heirs: any(heirs.intersection(about(hit)) for hit in hits))  # fmt: skip
        else:
            begun = draw.choice([item.title, fold(item.title)])[: draw.randint(5, 24)].strip()
            yield Query(sort, begun, {}, lambda titles, begun=begun: any(fits(one, begun) for one in titles))


def narrowed(item: Any, to: str, draw: random.Random) -> dict[str, Any]:
    """What a search for this item is narrowed to; of languages: its own, or all of them."""
    day, month = item.published_at.date(), timedelta(days=30)
    if to == "days":
        return {"first": day - month, "last": day + month}
    return {to: draw.choice([item.language, ""]) if to == "language" else getattr(item, to)}


def fits(title: str, typed: str) -> bool:
    """Whether a title has what was typed, its last word begun."""
    from lantoa.kernel.text import fold

    *whole, begun = fold(typed).split()
    words = fold(title).split()
    return set(whole) <= set(words) and any(word.startswith(begun) for word in words)


def about(hit: Any) -> list[int]:
    """The units of one of our hits, or of one of the peer's, which are pages."""
    return hit.unit_ids if hasattr(hit, "unit_ids") else [hit.unit_id]


def gone_names() -> list[tuple[str, set[int]]]:
    """Names of communes that no commune bears today, each with the units that hold its ground."""
    from lantoa.territory.models import UnitVersion
    from lantoa.territory.selectors import successors_of

    communes = UnitVersion.objects.filter(level=3)
    today = set(communes.filter(valid__contains=NOW.date()).values_list("short_name", flat=True))
    gone = dict(communes.filter(valid__endswith__lte=NOW.date()).values_list("unit_id", "short_name"))
    heirs = successors_of(sorted(gone), NOW.date())
    return [(name, set(heirs[pk])) for pk, name in gone.items() if name not in today and " " in name and heirs[pk]]


def slip(text: str, draw: random.Random) -> str:
    """The text with one letter of its longest word left out, doubled, wrong, or changed with its neighbour."""
    words = text.split()
    at = max(range(len(words)), key=lambda n: len(words[n]))
    word = words[at]
    n = draw.randrange(1, max(2, len(word) - 1))
    before, after = word[:n], word[n + 1 :]
    other = draw.choice("aeiouhnt")
    words[at] = draw.choice(
        [
            before + after,
            before + word[n] * 2 + after,
            before + other + after,
            before[:-1] + word[n] + before[-1] + after,
        ]
    )
    return " ".join(words)
