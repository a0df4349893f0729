"""A broadcast's figures as files: by unit on either map, and the presses of its links by hour."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from lantoa.outreach.csv_lines import safe, written
from lantoa.outreach.linking import short_url
from lantoa.outreach.models import Broadcast
from lantoa.outreach.outlooks import label_of
from lantoa.outreach.selectors.links import clicks_by_hour
from lantoa.outreach.unit_table import UnitTable


def unit_lines(table: UnitTable) -> Iterator[str]:
    """A line a unit and the sum; what is withheld says so."""
    return written(_units(table))


def _units(table: UnitTable) -> Iterator[list[Any]]:
    yield [_("unit"), _("recipients"), _("reached"), _("on the way"), _("not reached"), _("not sent")]
    for line in table.lines:
        yield [safe(line.name), *(_("withheld") if figure is None else figure for figure in line.figures)]
    yield [_("Sum"), *table.total]


def click_lines(row: Broadcast) -> Iterator[str]:
    """A line for each link and hour in which anybody pressed it; nothing of who did."""
    return written(_clicks(row))


def _clicks(row: Broadcast) -> Iterator[list[Any]]:
    yield [_("hour"), _("channel"), _("short link"), _("leads to"), _("presses")]
    for hour, channel, code, target, clicks in clicks_by_hour(row):
        at = timezone.localtime(hour).strftime("%d/%m/%Y %H:00")
        yield [at, label_of(channel), short_url(code), safe(target), clicks]
