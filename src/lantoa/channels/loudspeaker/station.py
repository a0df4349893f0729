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
    return Station(
        address=address,
        device_key=str(settings.get("device_key") or ""),
        volume=volume if isinstance(volume, int) else None,
        timetable=timetable_of(settings),
    )


def timetable_of(settings: Mapping[str, Any]) -> Timetable:
    """Return a station's week; raises ValueError where its hours cannot be read."""
    slots, quiet = str(settings.get("slots") or ""), str(settings.get("quiet") or "")
    return Timetable(parse_slots(slots), parse_quiet(quiet) if quiet else NO_HOURS)
