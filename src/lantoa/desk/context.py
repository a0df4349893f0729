"""What every desk page knows: who is signed in and where the loop stands."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from lantoa.desk.places import DESK
from lantoa.desk.rail import Rail
from lantoa.kernel.models import User


def desk(request: HttpRequest) -> dict[str, object]:
    """The rail of the loop with its counts, for signed-in staff on desk pages only, asked when it is drawn."""
    if not request.path.startswith(DESK) or not isinstance(request.user, User):
        return {}
    rail = Rail(request.user, request.path)
    return {
        "rail": SimpleLazyObject(lambda: rail.loop),
        "registers": SimpleLazyObject(lambda: rail.registers),
        "me": SimpleLazyObject(lambda: rail.me),
    }
