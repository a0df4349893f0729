"""The ledger as a file: one line a delivery, streamed, no person in it."""

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from lantoa.outreach.enums import DeliveryState, Reason
from lantoa.outreach.models import Broadcast
from lantoa.outreach.selectors.watching import ledger_rows
from lantoa.territory.selectors import names_on


class _Line:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        return line


def csv_lines(row: Broadcast) -> Iterator[str]:
    """The lines, the first with a byte order mark so that spreadsheets read Vietnamese."""
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow(_head())
    day = timezone.localdate(row.released_at) if row.released_at else timezone.localdate()
    units = set(row.deliveries.values_list("unit_id", flat=True).distinct())
    hamlets = set(row.deliveries.exclude(hamlet_id=None).values_list("hamlet_id", flat=True).distinct())
    names = names_on(units | {hamlet for hamlet in hamlets if hamlet is not None}, day)
    for values in ledger_rows(row.pk):
        yield writer.writerow(_cells(values, names))


def _head() -> list[str]:
    return [
        _("number"), _("unit"), _("hamlet"), _("channel"), _("language"), _("state"), _("reason"), _("attempts"),
        _("cost units"), _("handed over"), _("delivered"), _("read"),
    ]  # fmt: skip


def _cells(values: Sequence[object], names: dict[int, str]) -> list[object]:
    pk, unit, hamlet, channel, language, state, reason, attempts, cost, *moments = values
    return [
        pk, _safe(names.get(int(str(unit)), "")), _safe(names.get(int(str(hamlet or 0)), "")), channel, language,
        DeliveryState(str(state)).label, Reason(str(reason)).label if reason else "", attempts, cost,
        *map(_moment, moments),
    ]  # fmt: skip


def _moment(value: object) -> str:
    return timezone.localtime(value).strftime("%d/%m/%Y %H:%M:%S") if isinstance(value, datetime) else ""


def _safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text
