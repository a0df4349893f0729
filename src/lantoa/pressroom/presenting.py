"""How states of the press room look: tone and icon of each."""

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
