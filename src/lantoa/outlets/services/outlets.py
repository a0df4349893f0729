"""Keep one outlet, and note when it was seen."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from psycopg.types.range import DateRange

from lantoa.channels.models import ChannelAccount
from lantoa.channels.registry import publics
from lantoa.kernel import audit
from lantoa.kernel.access import require
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.models import User
from lantoa.kernel.text import normalise
from lantoa.outlets import own_settings
from lantoa.outlets.enums import Sighting
from lantoa.outlets.facts import Facts
from lantoa.outlets.models import Outlet
from lantoa.outlets.rules import MANAGE


class OutletRefusedError(LantoaError):
    """The outlet cannot be kept like this; the message says what to do."""


@transaction.atomic
def save_outlet(
    *, by: User, at: datetime, facts: Facts, kind: str = "", unit_id: int = 0, outlet: Outlet | None = None
) -> Outlet:
    """Add an outlet, or change one; `kind` and `unit_id` are asked of a new one only, they never change.

    `facts.settings` are what the kind's own form takes; they are validated by it here too.
    """
    known = Outlet.objects.select_for_update().get(pk=outlet.pk) if outlet else None
    row = known or Outlet(kind=kind, unit_id=unit_id)
    require(by, MANAGE, unit_id=row.unit_id, at=at)
    _check(row, facts)
    row.name, row.keeper = normalise(facts.name).strip()[:160], normalise(facts.keeper).strip()[:120]
    row.hamlet_id, row.agency_id, row.account_id = facts.hamlet_id, facts.agency_id, facts.account_id
    row.language, row.quantity = facts.language, facts.quantity
    row.settings = _settings(row.kind, facts.settings)
    row.valid, row.changed_at = DateRange(facts.starts, facts.ends, "[]"), at
    if known is None:
        row.created_by, row.created_at = by, at
    _keep(row)
    told = {"kind": row.kind, "unit": row.unit_id, "settings": sorted(row.settings), "quantity": row.quantity}
    audit.record("outlets.outlet_saved", by=by, at=at, subject=f"outlets.outlet:{row.pk}", facts=told)
    return row


def _check(row: Outlet, facts: Facts) -> None:
    if row.kind not in publics():
        raise OutletRefusedError(_("This installation has no such kind of outlet."))
    if not facts.name.strip():
        raise OutletRefusedError(_("Give the outlet a name."))
    if facts.ends is not None and facts.ends < facts.starts:
        raise OutletRefusedError(_("The last day in use lies before the first. Put one of them right."))
    if facts.account_id and not ChannelAccount.objects.filter(pk=facts.account_id, kind=row.kind).exists():
        raise OutletRefusedError(_("This account belongs to another kind of channel. Choose one of this kind."))


def _settings(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    form = own_settings.form_class(kind)(dict(given))
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        label = form.fields[name].label if name in form.fields else ""
        raise OutletRefusedError(f"{label}: {errors[0]}" if label else str(errors[0]))
    return own_settings.kept(form)


def _keep(row: Outlet) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as problem:
        if "outlets_outlet_once" in str(problem):
            raise OutletRefusedError(_("There is an outlet of this kind and name there already.")) from problem
        raise


_SEEN = """
UPDATE outlets_outlet o SET last_seen_at = %(at)s, last_state = %(state)s
WHERE o.id = ANY(%(ids)s) AND (o.last_seen_at IS NULL OR o.last_seen_at <= %(at)s)
"""


def note_seen(*, outlet_ids: Sequence[int], at: datetime, state: Sighting = Sighting.WORKING) -> int:
    """Note that these were seen at that moment, in working order or not; an older word changes nothing."""
    if not outlet_ids:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, {"at": at, "state": Sighting(state).value, "ids": sorted(outlet_ids)})
        return int(cursor.rowcount)
