"""Reads of this room: the outlets of a unit, where each is, and when it was last seen."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import islice

from django.db.models import Count, Q

from lantoa.channels.models import ChannelAccount
from lantoa.channels.placing import Place
from lantoa.channels.registry import publics
from lantoa.kernel import clock
from lantoa.kernel.access import granted
from lantoa.kernel.models import User
from lantoa.kernel.text import fold
from lantoa.outlets.enums import Sighting, WireFault
from lantoa.outlets.models import Outlet, OutletQuerySet
from lantoa.territory.selectors import communes, names_on, provinces

FRESH = timedelta(days=30)
"""How long after it was last seen an outlet counts as seen."""


def in_reach(kinds: Sequence[str], unit_id: int, *, on: date) -> OutletQuerySet:
    """The outlets in use of these kinds that a message for the unit reaches, those of units it took over too."""
    return Outlet.objects.filter(kind__in=list(kinds)).in_use(on).in_reach(unit_id, on=on).order_by()


def counts_in_reach(unit_id: int, *, on: date) -> dict[str, int]:
    """How many of each kind; one query."""
    found = in_reach(list(publics()), unit_id, on=on).values_list("kind").annotate(n=Count("pk"))
    return dict(found)


def unwired(kinds: Sequence[str], unit_id: int, *, on: date) -> list[Outlet]:
    """Those in reach that no wire gets to: their kind needs an account, and they have none in use. Kind by kind."""
    needy = [kind for kind in kinds if kind in publics() and publics()[kind].capability.account]
    without = Q(account=None) | Q(account__enabled=False)
    rows = in_reach(needy, unit_id, on=on).filter(without).select_related("account").order_by("kind", "name", "pk")
    return [row for row in rows if wire_fault(row)]


def wire_fault(outlet: Outlet) -> WireFault | None:
    """Why no wire gets to it; None where one does, or people carry messages there."""
    found = publics().get(outlet.kind)
    if found is None or not found.capability.account or found.by_people(outlet.settings):
        return None
    if outlet.account is None:
        return WireFault.NO_ACCOUNT
    return None if outlet.account.enabled else WireFault.ACCOUNT_OFF


def outlets_by_id(ids: Iterable[int]) -> dict[int, Outlet]:
    """The outlets of these ids with their accounts; one query."""
    return Outlet.objects.select_related("account").in_bulk(list(ids))


def outlets_named(user: User, text: str, *, limit: int = 10) -> list[Outlet]:
    """Outlets of the user's units whose name holds every word, with or without marks, in order of their names."""
    words = fold(text).split()
    if not words:
        return []
    seen = Outlet.objects.visible_to(user).order_by("name", "pk")
    folded = ((pk, fold(name)) for pk, name in seen.values_list("pk", "name").iterator())
    found = islice((pk for pk, name in folded if all(word in name for word in words)), limit)
    return list(seen.filter(pk__in=list(found)))


def places_of(outlets: Iterable[Outlet], *, on: date) -> dict[int, Place]:
    """Outlet id → the place as a placer and a kit see it; one query for all names."""
    rows = list(outlets)
    names = names_on({unit for row in rows for unit in (row.unit_id, row.hamlet_id) if unit}, on)
    return {
        row.pk: Place(
            name=row.name, unit=names.get(row.unit_id, ""), hamlet=names.get(row.hamlet_id or 0, ""), keeper=row.keeper,
            quantity=row.quantity, settings=row.settings,
        )
        for row in rows
    }  # fmt: skip


def units_for(user: User, permission: str) -> list[tuple[int, str]]:
    """(id, name) of the provinces and communes of today over which the user holds this right, the widest first."""
    held = {unit_id for grant in granted(user, permission) for unit_id in grant.units}
    day = clock.today()
    found: list[tuple[int, str]] = []
    for top in provinces(day):
        below = [(unit.id, unit.name) for unit in communes(top.id, day) if unit.id in held]
        found += ([(top.id, top.name)] if top.id in held else []) + below
    return found


def accounts_of(kind: str) -> list[ChannelAccount]:
    """The accounts in use that outlets of this kind may hang on; none for a kind without accounts."""
    found = publics().get(kind)
    if found is None or not found.capability.account:
        return []
    return list(ChannelAccount.objects.filter(kind=kind, enabled=True))


def sighting(outlet: Outlet, *, at: datetime) -> Sighting:
    """What is known of it now: one last seen working too long ago is as good as never seen."""
    if outlet.last_seen_at is None or outlet.last_state == Sighting.TROUBLE:
        return Sighting(outlet.last_state)
    return Sighting.WORKING if at - outlet.last_seen_at <= FRESH else Sighting.NEVER
