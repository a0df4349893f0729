"""Reads of this room: the outlets of a unit, where each is, and when it was last seen."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby, islice

from django.db.models import Count, F, Q

from lantoa.channels.models import ChannelAccount
from lantoa.channels.placing import Place
from lantoa.channels.registry import publics
from lantoa.kernel import clock
from lantoa.kernel.models import User
from lantoa.kernel.text import fold, sort_key
from lantoa.outlets.enums import Sighting, WireFault
from lantoa.outlets.models import Outlet, OutletQuerySet
from lantoa.territory.selectors import names_on

FRESH = timedelta(days=30)
"""How long after it was last seen an outlet counts as seen."""


def in_reach(kinds: Sequence[str], unit_id: int, *, on: date) -> OutletQuerySet:
    """The outlets in use of these kinds that a message for the unit reaches, those of units it took over too."""
    return Outlet.objects.filter(kind__in=list(kinds)).in_use(on).in_reach(unit_id, on=on).order_by()


def counts_in_reach(unit_id: int, *, on: date) -> dict[str, int]:
    """How many of each kind; one query."""
    found = in_reach(list(publics()), unit_id, on=on).values_list("kind").annotate(n=Count("pk"))
    return dict(found)


def units_with(kinds: Iterable[str]) -> set[int]:
    """The units where an outlet of these kinds stands or once stood; one query."""
    return set(Outlet.objects.filter(kind__in=list(kinds)).order_by().values_list("unit_id", flat=True).distinct())


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


def hamlets_for(user: User, unit_id: int | None) -> list[tuple[str, list[tuple[int, str]]]]:
    """Unit by unit the hamlets (id, name) with outlets that the user sees, of one unit in reach or of all; in order of
    their names."""
    day, seen = clock.today(), Outlet.objects.visible_to(user).exclude(hamlet=None)
    if unit_id is not None:
        seen = seen.in_reach(unit_id, on=day)
    pairs = list(seen.order_by().values_list("unit_id", "hamlet_id").distinct())
    names = names_on({pk for pair in pairs for pk in pair if pk}, day)
    found = [(names.get(unit, ""), hamlet, names.get(hamlet, "")) for unit, hamlet in pairs if hamlet]
    found.sort(key=lambda one: (sort_key(one[0]), sort_key(one[2])))
    return [(unit, [one[1:] for one in inside]) for unit, inside in groupby(found, key=lambda one: one[0])]


def in_order(outlets: OutletQuerySet, *, longest: bool, on: date) -> list[int]:
    """The ids by unit, hamlet (what serves the whole unit first) and name; or, `longest`, those not seen for longest
    first, never seen before all. Two queries."""
    rows = list(outlets.order_by(F("last_seen_at").asc(nulls_first=True), "name", "pk").values_list(
        "pk", "unit_id", "hamlet_id", "name"
    ))  # fmt: skip
    if not longest:
        names = names_on({pk for row in rows for pk in row[1:3] if pk}, on)
        keys = {pk: sort_key(name) for pk, name in names.items()}
        rows.sort(key=lambda row: (keys.get(row[1], ""), row[1], keys.get(row[2], ""), row[2] or 0, sort_key(row[3])))
    return [row[0] for row in rows]


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
