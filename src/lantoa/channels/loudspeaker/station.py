"""A station as its outlet's settings tell it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .protocol import Address
from .timetable import NO_HOURS, Timetable, parse_quiet, parse_slots


@dataclass(frozen=True, slots=True)
class Station:
    """Where its device listens (None: people carry it out), how loud it plays, and when."""

    address: Address | None
    device_key: str
    volume: int | None
    timetable: Timetable


def station(settings: Mapping[str, Any], province: str) -> Station:
    """Return a station; raises ValueError where the settings name a device and the address is none."""
    address = None
    if not settings.get("without_device"):
        address = Address(province, str(settings.get("commune", "")), str(settings.get("device", "")))
    volume = settings.get("volume")
    slots = parse_slots(str(settings.get("slots") or ""))
    quiet = parse_quiet(str(settings.get("quiet") or "")) if settings.get("quiet") else NO_HOURS
    return Station(
        address=address,
        device_key=str(settings.get("device_key") or ""),
        volume=volume if isinstance(volume, int) else None,
        timetable=Timetable(slots, quiet),
    )
