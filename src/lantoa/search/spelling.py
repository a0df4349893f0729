"""Slips mended: a word nothing is made of is read as a word one slip away, as the other words make likely.

"gaim ngeo" is "giảm nghèo": each word is looked up in the stock by what two words one slip apart have in common (see
`words.deletes`), and of the readings that find something the one is taken whose words most of the titles found hold one
after the other, then the one whose words most titles hold anywhere.
What holds Khmer is taken as it is typed: clusters one slip apart are mostly other words.
"""

from collections.abc import Iterator, Sequence
from itertools import islice, product

from django.db import connection

from lantoa.kernel.text import fold
from lantoa.search import words

_READINGS, _A_WORD, _LONGEST_QUERY = 12, 12, 8

_STOCK = """
SELECT w.word, k.word = w.word, k.word FROM unnest(%s::text[]) AS w (word)
JOIN search_searchword k ON k.deletes && (SELECT array_agg(DISTINCT d::varchar) FROM (SELECT w.word AS d UNION
    SELECT overlay(w.word PLACING '' FROM n FOR 1) FROM generate_series(1, char_length(w.word)) n) one WHERE d <> '')
"""
_LIKELIEST = """
SELECT reading, hits, title
FROM unnest(%s::text[], %s::text[], %s::text[]) WITH ORDINALITY AS r (reading, anywhere, in_a_row, place),
LATERAL (SELECT count(*) AS hits, count(*) FILTER (WHERE together) AS together, min(title) AS title FROM (
    SELECT title, {vector} @@ in_a_row::tsquery AS together FROM search_searchitem
    WHERE {vector} @@ anywhere::tsquery AND language = %s LIMIT 100) found) counted
WHERE hits > 0 ORDER BY together DESC, hits DESC, place LIMIT 1
"""


def mend(typed: Sequence[str], *, language: str) -> str:
    """What the folded words were probably meant to be, with marks where a title shows them; "" when nothing fits."""
    if not typed or len(typed) > _LONGEST_QUERY or any(map(words.is_khmer, typed)):
        return ""
    stock = _stock(typed)
    unknown = [word for word in typed if word.isalpha() and word not in stock[0]]
    readings = list(_readings(typed, unknown, stock[1]))
    if not readings:
        return ""
    said, anywhere, in_a_row = ([put(one) for one in readings] for put in (" ".join, words.every, words.in_a_row))
    for vector in ("title_plain", "text_plain"):
        with connection.cursor() as cursor:
            cursor.execute(_LIKELIEST.format(vector=vector), [said, anywhere, in_a_row, language])
            if found := cursor.fetchone():
                return _with_marks(found[0].split(), found[2] if vector == "title_plain" else "")
    return ""


def _stock(typed: Sequence[str]) -> tuple[set[str], dict[str, list[str]]]:
    known: set[str] = set()
    near: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_STOCK, [list(dict.fromkeys(word for word in typed if word.isalpha()))])
        for word, same, other in cursor.fetchall():
            if same:
                known.add(word)
            elif slips(word, other) <= 1:
                near.setdefault(word, []).append(other)
    for word, others in near.items():
        others.sort(key=lambda other: (other[:1] != word[:1], abs(len(other) - len(word)), other))
        del others[_A_WORD:]
    return known, near


def _readings(typed: Sequence[str], unknown: Sequence[str], near: dict[str, list[str]]) -> Iterator[list[str]]:
    """Every unknown word mended; when all are known, one of them at a time."""
    if unknown:
        choices = [near.get(word, []) if word in unknown else [word] for word in typed]
        most = _READINGS if len(unknown) == 1 else 4 * _READINGS
        yield from (list(one) for one in islice(product(*choices), most))
        return
    for place, word in enumerate(typed):
        for other in near.get(word, [])[: max(2, _READINGS // len(typed))]:
            yield [*typed[:place], other, *typed[place + 1 :]]


def slips(one: str, other: str) -> int:
    """How many letters too many, too few, wrong, or changed with their neighbour; 2 stands for more than one."""
    if one == other:
        return 0
    start = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[start:], other[start:]
    if a[1:] == b[1:] or a[1:] == b or a == b[1:]:
        return 1
    return 1 if len(a) == len(b) and a[:2] == b[1::-1] and a[2:] == b[2:] else 2


def _with_marks(reading: Sequence[str], title: str) -> str:
    shown = {fold(word): word for word in reversed(words.marked(title))}
    return " ".join(shown.get(word, word) for word in reading)
