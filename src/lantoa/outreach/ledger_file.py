"""A broadcast's ledger, and who of it was missed, as files: streamed, without a limit and without a person."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from lantoa.outreach.csv_lines import safe, written
from lantoa.outreach.enums import DeliveryState, Reason
from lantoa.outreach.models import Broadcast
from lantoa.outreach.outlooks import label_of
from lantoa.outreach.selectors.tally import GOT, MISSED
from lantoa.outreach.selectors.watching import ledger_rows, missed_pieces, places_of
from lantoa.outreach.unit_table import UnitTable
from lantoa.territory.selectors import names_on


def ledger_lines(row: Broadcast, table: UnitTable) -> Iterator[str]:
    """A line a delivery. Of a sensitive audience no hamlet is told, and the unit only where its figure is."""
    return written(_ledger(row, table))


def _ledger(row: Broadcast, table: UnitTable) -> Iterator[list[Any]]:
    place = [_("unit")] if table.sensitive else [_("unit"), _("hamlet")]
    yield [
        _("number"), *place, _("channel"), _("state"), _("reason"), _("attempts"), _("cost units"), _("handed over"),
        _("delivered"), _("read"),
    ]  # fmt: skip
    names = names_on(places_of(row), _day(row))
    told = {line.unit_id: line.figures for line in table.lines} if table.sensitive else {}
    for pk, unit, hamlet, channel, state, reason, attempts, cost, *moments in ledger_rows(row.pk):
        where = [safe(names.get(unit, "")), safe(names.get(hamlet or 0, ""))]
        if table.sensitive:
            where = [where[0] if told[unit][_part(state)] is not None else _("withheld")]
        words = Reason(reason).label if reason else ""
        yield [
            pk, *where, channel, DeliveryState(state).label, words, attempts, cost,
            *(_moment(moment) for moment in moments),
        ]  # fmt: skip


def _part(state: str) -> int:
    """The place of a state's figure in a line of the unit table."""
    return 1 if state in GOT else 3 if state in MISSED else 4 if state == DeliveryState.SUPPRESSED else 2


def missed_lines(row: Broadcast) -> Iterator[str]:
    """A line for each person who was missed, by place, the address masked. Not for sensitive audiences."""
    return written(_missed(row))


def _missed(row: Broadcast) -> Iterator[list[Any]]:
    yield [_("unit"), _("hamlet"), _("channel"), _("address"), _("state"), _("reason")]
    names = names_on(places_of(row), _day(row))
    for piece in missed_pieces(row):
        for one in piece:
            place = [safe(names.get(one.unit_id, "")), safe(names.get(one.hamlet_id or 0, ""))]
            yield [*place, label_of(one.channel), safe(one.address), DeliveryState(one.state).label, one.reason]


def _day(row: Broadcast) -> Any:
    return timezone.localdate(row.released_at) if row.released_at else timezone.localdate()


def _moment(value: datetime | None) -> str:
    return timezone.localtime(value).strftime("%d/%m/%Y %H:%M:%S") if value else ""
