"""Messages at public outlets, laid out by the kinds of Decree 49/2024; what each kind is called and counts."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from lantoa.channels import registry
from lantoa.channels.placing import Decree
from lantoa.outreach.selectors.period import Counts, PeriodLedger
from lantoa.reporting.enums import Put
from lantoa.reporting.figures import MISSING, NOT_APPLICABLE, Counted, Figure, PlacingRow, Placings


def decree(kind: str) -> str:
    """The decree's kind a public kind belongs to, by name in lower case; its own name when we do not have it."""
    found = registry.publics().get(kind)
    return Decree(found.capability.decree).name.lower() if found else kind


def placings(ledger: PeriodLedger, stated: Callable[[int], Figure]) -> Placings:
    """All kinds this installation has, in the decree's order, then those only the ledger knows."""
    places, counted = _merged(ledger.placements), _summed(ledger.counted)
    ours = list(dict.fromkeys(map(decree, registry.publics())))
    rows = tuple(
        PlacingRow(
            kind=kind,
            total=stated(sum(places.get(kind, {}).values())),
            places=tuple(Counted(place, stated(places.get(kind, {}).get(place, 0))) for place in Put.values),
            counted=stated(counted.get(kind, 0)) if counts(kind) or stated(0) == MISSING else NOT_APPLICABLE,
        )
        for kind in [*ours, *sorted(set(places) - set(ours))]
    )
    total = sum(sum(row.values()) for row in places.values())
    return Placings(total=stated(total), own=stated(ledger.placed), rows=rows)


def name(kind: str) -> str:
    """A kind of the decree in words, those of the public kinds that belong to it."""
    names = [str(one.capability.label) for one in registry.publics().values() if decree(one.kind) == kind]
    return _("Pages on social networks") if kind == "social" else " / ".join(names) or kind


def counts(kind: str) -> str:
    """What people count there, in words: copies; empty where nothing is counted."""
    found = (one.capability.counted for one in registry.publics().values() if decree(one.kind) == kind)
    return str(next(filter(None, found), ""))


def _merged(placements: Mapping[str, Counts]) -> dict[str, Counts]:
    found: dict[str, Counts] = {}
    for kind, places in placements.items():
        into = found.setdefault(decree(kind), {})
        for place, number in places.items():
            into[place] = into.get(place, 0) + number
    return found


def _summed(counted: Counts) -> Counts:
    found: Counts = {}
    for kind, number in counted.items():
        found[decree(kind)] = found.get(decree(kind), 0) + number
    return found
