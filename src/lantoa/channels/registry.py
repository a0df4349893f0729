"""The kinds of channel this installation has: dotted paths of Channel objects, from settings or those built in."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from .contract import Capability, Channel

BUILT_IN = (
    "lantoa.channels.portal.channel.PORTAL",
    "lantoa.channels.email.channel.EMAIL",
    "lantoa.channels.zalo.channel.ZALO",
    "lantoa.channels.sms.channel.SMS",
    "lantoa.channels.telegram.channel.TELEGRAM",
    "lantoa.channels.webpush.channel.WEBPUSH",
    "lantoa.channels.zbs.channel.ZBS",
)


@cache
def _load(paths: tuple[str, ...]) -> dict[str, Channel]:
    found: dict[str, Channel] = {}
    for path in paths:
        channel: Channel = import_string(path)
        if channel.kind in found:
            raise ValueError(f"two channels call themselves {channel.kind!r}; the second is {path}")
        found[channel.kind] = channel
    return found


def channels() -> dict[str, Channel]:
    """Return every kind by name, in the order people see them; ``settings.LANTOA_CHANNELS`` replaces the list."""
    return _load(tuple(getattr(settings, "LANTOA_CHANNELS", BUILT_IN)))


def channel(kind: str) -> Channel:
    """Return one kind; raises KeyError when this installation does not have it."""
    return channels()[kind]


def capability(kind: str) -> Capability:
    """Return what one kind can do; raises KeyError when this installation does not have it."""
    return channel(kind).capability


def choices() -> list[tuple[str, str]]:
    """Return (kind, label) pairs for forms and filters."""
    return [(kind, str(found.capability.label)) for kind, found in channels().items()]
