"""A reader's commune: found by any name it bears or bore, and everything that concerns it on one page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from lantoa.kernel.clock import today
from lantoa.kernel.enums import Audience
from lantoa.newsroom import selectors as newsroom
from lantoa.newsroom.enums import SectionKind
from lantoa.portal.presenting import Chosen
from lantoa.territory import naming, sheets
from lantoa.territory import selectors as territory
from lantoa.territory.enums import COMMUNE_LEVEL, DesignationKind

FAR_BEYOND = 10**11
"""No unit's id; the database would not even read longer ones."""

APART = (SectionKind.POLICIES, SectionKind.INSTITUTIONS, SectionKind.LAWS)
NEWS = [kind for kind in SectionKind if kind not in APART]
"""Kinds that a commune's page lists among its news; the others stand on it by themselves."""
SHOWN, DESKS = 6, 12
HOUSEHOLDS = (Audience.POOR, Audience.NEAR_POOR, Audience.ESCAPED)
"""Who lives in every commune: what is for them holds everywhere."""


@dataclass(frozen=True, slots=True)
class Here:
    """What a commune's page tells: its past and statuses, its desks, its news, and the policies that hold there."""

    forebears: Sequence[naming.Forebear]
    statuses: Sequence[str]
    desks: Sequence[Any]
    news: Sequence[Any]
    policies: Sequence[Any]


def communes_called(text: str) -> tuple[list[naming.Called], bool]:
    """The communes of this province that a text may mean, and whether the name fits; none before units are loaded."""
    root_id = _province_id()
    return naming.communes_called(text, under=root_id, on=today()) if root_id else ([], True)


def communes() -> list[territory.UnitRow]:
    """Every commune of today in dictionary order; none before units are loaded."""
    root_id = _province_id()
    return territory.communes(root_id, today()) if root_id else []


def once_coded(code: str) -> tuple[naming.Called, list[territory.UnitRow]] | None:
    """The commune of today or of once that bore this official code last, and the communes of today that hold its land,
    itself while it lives; None when there are none."""
    on = today()
    known = [one.unit_id for one in territory.bearers(code) if one.valid.lower <= on]
    gone = naming.what_became_of(known[-1], on=on) if known else None
    heirs = territory.rows_on([pk for pk, _name in gone.heirs], on) if gone else []
    heirs = [one for one in heirs if one.level == COMMUNE_LEVEL]
    return (gone, heirs) if gone and heirs else None


def may_locate() -> bool:
    """Whether the commune around a point can be found: somebody drew the communes' boundaries."""
    return sheets.has_outlines(one.id for one in communes())


def commune_at(longitude: str, latitude: str) -> int | None:
    """The commune of today around a point as a phone tells it, in degrees; None outside all, or if it is no point."""
    try:
        x, y = float(longitude), float(latitude)
    except ValueError:
        return None
    return sheets.unit_at(x, y, [one.id for one in communes()], today())


def _province_id() -> int | None:
    try:
        return territory.province(settings.LANTOA_PROVINCE_CODE, on=today()).pk
    except territory.UnknownUnit:
        return None


def here(place: Chosen) -> Here:
    """Everything the site knows of a commune."""
    unit_id, on = place.unit_id, today()
    kinds = territory.statuses_of(unit_id, on)
    groups = [*HOUSEHOLDS, *([Audience.COASTAL] if DesignationKind.COASTAL in kinds else [])]
    above, reach = territory.around(unit_id, on=on)
    policies = newsroom.cards_speaking_to({SectionKind.POLICIES: SHOWN}, groups, about=above)
    return Here(
        forebears=naming.forebears(unit_id),
        statuses=[str(DesignationKind(kind).label) for kind in kinds],
        desks=newsroom.desks_of(unit_id, n=DESKS),
        news=newsroom.about_units(reach, kinds=NEWS, n=SHOWN),
        policies=policies[SectionKind.POLICIES],
    )
