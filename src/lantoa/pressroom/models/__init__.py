"""The tables of the press room."""

from lantoa.pressroom.models.clippings import Clipping, ClippingSet
from lantoa.pressroom.models.journalists import Journalist, JournalistEvent, KitSeen, PressLink, PressSession
from lantoa.pressroom.models.kits import Kit, KitFile, KitSet, KitVersion
from lantoa.pressroom.models.requests import AnswerFile, PressLetter, PressRequest, RequestEvent

__all__ = [
    "AnswerFile",
    "Clipping",
    "ClippingSet",
    "Journalist",
    "JournalistEvent",
    "Kit",
    "KitFile",
    "KitSeen",
    "KitSet",
    "KitVersion",
    "PressLetter",
    "PressLink",
    "PressRequest",
    "PressSession",
    "RequestEvent",
]
