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
    """A line a delivery: number, place, what became of it and when."""
    return written(_careful(row, table) if table.sensitive else _ledger(row))


def _ledger(row: Broadcast) -> Iterator[list[Any]]:
    yield [
        _("number"), _("unit"), _("hamlet"), _("channel"), _("state"), _("reason"), _("attempts"), _("cost units"),
        _("handed over"), _("delivered"), _("read"),
    ]  # fmt: skip
    names = names_on(places_of(row), _day(row))
    for pk, unit, hamlet, channel, state, reason, attempts, cost, *moments in ledger_rows(row.pk):
        place = [safe(names.get(unit, "")), safe(names.get(hamlet or 0, ""))]
        facts = [channel, DeliveryState(state).label, _words(reason), attempts, cost]
        yield [pk, *place, *facts, *(_moment(moment, "%d/%m/%Y %H:%M:%S") for moment in moments)]


def _careful(row: Broadcast, table: UnitTable) -> Iterator[list[Any]]:
    """Of a sensitive audience: the unit only where its figure is told, no hamlet, no number, no order, hours only."""
    yield [
        _("unit"), _("channel"), _("state"), _("reason"), _("attempts"), _("cost units"), _("handed over"),
        _("delivered"), _("read"),
    ]  # fmt: skip
    told = {line.unit_id: (line.name, line.figures) for line in table.lines}
    for _pk, unit, _hamlet, channel, state, reason, attempts, cost, *moments in ledger_rows(row.pk, mixed=True):
        name, figures = told[unit]
        place = safe(name) if figures[_part(state)] is not None else _("withheld")
        facts = [channel, DeliveryState(state).label, _words(reason), attempts, cost]
        yield [place, *facts, *(_moment(moment, "%d/%m/%Y %H:00") for moment in moments)]


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


def _words(reason: str) -> str:
    return str(Reason(reason).label) if reason else ""


def _moment(value: datetime | None, pattern: str) -> str:
    return timezone.localtime(value).strftime(pattern) if value else ""
