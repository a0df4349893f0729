"""The kinds of account this installation has: dotted paths of Channel objects, from settings or those built in.

A *kind* is a way to a provider; a *channel* is what people know, agree to and are counted by. Most kinds are a channel
of their own; some serve another kind's (``Capability.serves``): every gateway for text messages carries channel "sms".
"""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from .contract import Capability, Channel

BUILT_IN = (
    "lantoa.channels.portal.channel.PORTAL",
    "lantoa.channels.email.channel.EMAIL",
    "lantoa.channels.zalo.channel.ZALO",
    "lantoa.channels.sms.channel.SMS",
    "lantoa.channels.smpp.channel.SMPP",
    "lantoa.channels.viettel.channel.VIETTEL",
    "lantoa.channels.vnpt.channel.VNPT",
)


@cache
def _load(paths: tuple[str, ...]) -> dict[str, Channel]:
    found: dict[str, Channel] = {}
    for path in paths:
        channel: Channel = import_string(path)
        if channel.kind in found:
            raise ValueError(f"two channels call themselves {channel.kind!r}; the second is {path}")
        found[channel.kind] = channel
    for channel in found.values():
        _check_served(channel.capability, found)
    return found


def _check_served(one: Capability, found: dict[str, Channel]) -> None:
    """Refuse a kind that serves what is no channel, or one whose people have another sort of address."""
    served = found.get(one.channel)
    if served is None or served.capability.serves or served.capability.address is not one.address:
        raise ValueError(f"{one.kind!r} cannot serve {one.serves!r}")


def kinds() -> dict[str, Channel]:
    """Return every kind of account by name, in the order people see them; ``settings.LANTOA_CHANNELS`` replaces the
    list."""
    return _load(tuple(getattr(settings, "LANTOA_CHANNELS", BUILT_IN)))


def channels() -> dict[str, Channel]:
    """Return the channels people are reached by: the kinds that serve no other."""
    return {kind: found for kind, found in kinds().items() if not found.capability.serves}


def serving(channel: str) -> list[str]:
    """Return the kinds whose accounts carry this channel: itself first."""
    return [kind for kind, found in kinds().items() if found.capability.channel == channel]


def channel(kind: str) -> Channel:
    """Return one kind; raises KeyError when this installation does not have it."""
    return kinds()[kind]


def capability(kind: str) -> Capability:
    """Return what one kind can do; raises KeyError when this installation does not have it."""
    return channel(kind).capability


def choices() -> list[tuple[str, str]]:
    """Return (channel, label) pairs for forms and filters."""
    return [(kind, str(found.capability.label)) for kind, found in channels().items()]
