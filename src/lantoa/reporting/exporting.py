"""The figures as a table that spreadsheets open rightly: CSV in UTF-8 with its mark, no cell a formula."""

import csv
from collections.abc import Iterator

from django.utils.translation import gettext as _

from lantoa.kernel.tables import safe_cell
from lantoa.kernel.text import date_text
from lantoa.reporting import naming
from lantoa.reporting.figures import Figures, data_hash, entries

MARK = "\ufeff"


class _Line:
    """Hands each written line back."""

    def write(self, text: str) -> str:
        return text


def csv_lines(figures: Figures) -> Iterator[str]:
    """The lines of the table, the first with the byte order mark: header, one line a figure, in the report's order.

    A figure without a value leaves its cell empty and says why beside it.
    """
    writer, code = csv.writer(_Line()), data_hash(figures)
    yield MARK + str(writer.writerow(_header()))
    period = f"{date_text(figures.start)} - {date_text(figures.end)}"
    for entry in entries(figures):
        place = (naming.section(entry.section), naming.item(entry, figures), naming.detail(entry))
        words = (figures.agency, period, *place)
        value = "" if entry.figure.value is None else entry.figure.value
        standing = str(entry.figure.standing.label)
        yield str(writer.writerow([*map(safe_cell, words), value, standing, code]))


def _header() -> list[str]:
    return [
        _("Agency"), _("Period"), _("Part"), _("Figure"), _("Detail"), _("Value"), _("What it is worth"),
        _("Data code (SHA-256)"),
    ]  # fmt: skip
