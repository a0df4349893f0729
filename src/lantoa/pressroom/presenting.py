"""How states of the press room look: tone and icon of each; and its doors."""

from django.urls import reverse
from django.utils.translation import gettext as _

from lantoa.kernel.access import PERMISSIONS, Person, grants
from lantoa.pressroom import rules
from lantoa.pressroom.enums import JournalistState, KitState, RequestState

CHIPS = {
    KitState.DRAFT: ("off", "edit"), KitState.SENT: ("wait", "clock"), KitState.RETURNED: ("bad", "reply"),
    KitState.EMBARGOED: ("info", "lock"), KitState.OUT: ("done", "check"), KitState.WITHDRAWN: ("off", "ban"),
}  # fmt: skip
JOURNALIST_CHIPS = {
    JournalistState.WAITING: ("wait", "clock"), JournalistState.ACCEPTED: ("done", "check"),
    JournalistState.REFUSED: ("off", "ban"), JournalistState.ENDED: ("off", "ban"),
}  # fmt: skip
REQUEST_CHIPS = {
    RequestState.RECEIVED: ("wait", "inbox"), RequestState.ASSIGNED: ("info", "user"),
    RequestState.ANSWERED: ("done", "check"), RequestState.DECLINED: ("off", "ban"),
    RequestState.RECALLED: ("off", "reply"),
}  # fmt: skip


def doors(user: Person) -> list[tuple[str, str, str]]:
    """The other parts of the room that the person may enter: label, address, icon."""
    roles = {grant.role for grant in grants(user)}
    parts = [
        (rules.SEE_KITS, _("Press kits"), "pressroom:kits", "download"),
        (rules.ADMIT, _("Journalists and their access"), "pressroom:journalists", "users"),
        (rules.SEE_REQUESTS, _("What the press asks"), "pressroom:requests", "question"),
    ]
    return [(label, reverse(name), icon) for right, label, name, icon in parts if roles & PERMISSIONS[right].roles]
