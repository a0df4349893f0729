"""Rows into lines of CSV that every spreadsheet opens: UTF-8 with its mark, no cell a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence


class _Line:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        return line


def written(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Each row as a line as soon as it is there; the first with a byte order mark so that Vietnamese is read."""
    writer = csv.writer(_Line())
    mark = "\ufeff"
    for row in rows:
        yield mark + writer.writerow(row)
        mark = ""


def safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
