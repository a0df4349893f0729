"""The units staff choose from: those of their posts."""

from datetime import date

from lantoa.kernel import clock
from lantoa.kernel.access import granted
from lantoa.kernel.models import User
from lantoa.territory.selectors import communes, former_communes, provinces


def units_for(user: User, permission: str) -> list[tuple[int, str]]:
    """(id, name) of the provinces and communes of today over which the user holds this right, the widest first."""
    held = {unit_id for grant in granted(user, permission) for unit_id in grant.units}
    day = clock.today()
    found: list[tuple[int, str]] = []
    for top in provinces(day):
        below = [(unit.id, unit.name) for unit in communes(top.id, day) if unit.id in held]
        found += ([(top.id, top.name)] if top.id in held else []) + below
    return found


def former_units_for(user: User, permission: str) -> list[tuple[int, str, date]]:
    """(id, last name, first day without it) of the communes within those posts that are no more, in order of names."""
    held = {unit_id for grant in granted(user, permission) for unit_id in grant.units}
    return former_communes(held, clock.today())
