"""The units people choose from: those of their posts on the desk, the province's communes on the portal."""

from django.conf import settings

from lantoa.kernel import clock
from lantoa.kernel.access import granted
from lantoa.kernel.models import User
from lantoa.territory.selectors import UnknownUnit, communes, province, provinces


def units_for(user: User, permission: str) -> list[tuple[int, str]]:
    """(id, name) of the provinces and communes of today over which the user holds this right, the widest first."""
    held = {unit_id for grant in granted(user, permission) for unit_id in grant.units}
    day = clock.today()
    found: list[tuple[int, str]] = []
    for top in provinces(day):
        below = [(unit.id, unit.name) for unit in communes(top.id, day) if unit.id in held]
        found += ([(top.id, top.name)] if top.id in held else []) + below
    return found


def portal_communes() -> list[tuple[int, str]]:
    """(id, name) of today's communes of the installation's province; of every province when none is set."""
    day = clock.today()
    try:
        tops = [province(settings.LANTOA_PROVINCE, day).pk]
    except UnknownUnit:
        tops = [unit.id for unit in provinces(day)]
    return [(unit.id, unit.name) for top in tops for unit in communes(top, day)]
