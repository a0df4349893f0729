"""A broadcast's placements as a file: streamed, a line an outlet, no person in it."""

from collections.abc import Iterator
from datetime import datetime
from itertools import batched
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from lantoa.outreach.csv_lines import safe, written
from lantoa.outreach.models import Broadcast
from lantoa.outreach.placement_showing import lines
from lantoa.outreach.selectors.placements import placements_of

A_BATCH = 500


def placement_lines(row: Broadcast, *, at: datetime) -> Iterator[str]:
    """The lines of the file."""
    return written(_rows(row, at))


def _rows(row: Broadcast, at: datetime) -> Iterator[list[Any]]:
    yield [
        _("number"), _("kind"), _("outlet"), _("unit"), _("hamlet"), _("state"), _("reason"), _("quantity planned"),
        _("quantity done"), _("handed over"), _("was there"), _("note"), _("picture"),
    ]  # fmt: skip
    for part in batched(placements_of(row).iterator(A_BATCH), A_BATCH, strict=False):
        for one in lines(part, at=at):
            placement, proof = one["row"], one["proof"]
            yield [
                placement.pk, safe(one["label"]), safe(placement.outlet.name), safe(one["unit"]), safe(one["hamlet"]),
                one["chip"]["label"], one["reason"], placement.quantity, placement.quantity_done or "",
                _moment(placement.accepted_at), _moment(placement.done_at), safe(proof.words) if proof else "",
                "x" if one["photo"] else "",
            ]  # fmt: skip


def _moment(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%d/%m/%Y %H:%M}" if moment else ""
