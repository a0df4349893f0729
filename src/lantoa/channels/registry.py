"""The kinds this installation has: addressed ones, which send to a person, and public ones, which reach a place.

Both are dotted paths, from settings or the built-in lists. A kind is named once, whichever of the two it is. A *kind*
is a way to a provider; a *channel* is what people know, agree to and are counted by. Most addressed kinds are a channel
of their own; some serve another's (``Capability.serves``): every gateway for text messages carries channel "sms".
"""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from .contract import Capability, Channel
from .inbound import Hook, Reader
from .placing import PublicCapability, PublicChannel

BUILT_IN = (
    "lantoa.channels.portal.channel.PORTAL",
    "lantoa.channels.email.channel.EMAIL",
    "lantoa.channels.zalo.channel.ZALO",
    "lantoa.channels.sms.channel.SMS",
    "lantoa.channels.smpp.channel.SMPP",
    "lantoa.channels.viettel.channel.VIETTEL",
    "lantoa.channels.vnpt.channel.VNPT",
    "lantoa.channels.telegram.channel.TELEGRAM",
    "lantoa.channels.webpush.channel.WEBPUSH",
    "lantoa.channels.zbs.channel.ZBS",
)
PUBLIC_BUILT_IN = (
    "lantoa.channels.loudspeaker.channel.LOUDSPEAKER",
    "lantoa.channels.board.channel.BOARD",
    "lantoa.channels.bulletin.channel.BULLETIN",
    "lantoa.channels.leaflet.channel.LEAFLET",
    "lantoa.channels.propagandist.channel.PROPAGANDIST",
    "lantoa.announcements.channel.WEBPAGE",
    "lantoa.channels.facebook.channel.FACEBOOK",
    "lantoa.channels.telegram_channel.channel.TELEGRAM_CHANNEL",
    "lantoa.channels.zalo_broadcast.channel.ZALO_BROADCAST",
    "lantoa.channels.press.channel.PRESS",
)


@cache
def _load(paths: tuple[str, ...], public_paths: tuple[str, ...]) -> tuple[dict[str, Channel], dict[str, PublicChannel]]:
    found: dict[str, Channel] = {}
    public: dict[str, PublicChannel] = {}
    for path in (*paths, *public_paths):
        one: Channel | PublicChannel = import_string(path)
        if one.kind in found or one.kind in public:
            raise ValueError(f"two channels call themselves {one.kind!r}; the second is {path}")
        if isinstance(one, PublicChannel):
            public[one.kind] = one
        else:
            found[one.kind] = one
    for addressed in found.values():
        _check_served(addressed.capability, found)
    return found, dict(sorted(public.items(), key=lambda item: item[1].capability.decree))


def _check_served(one: Capability, found: dict[str, Channel]) -> None:
    """Refuse a kind that serves what is no channel, or one whose people have another sort of address."""
    served = found.get(one.channel)
    if served is None or served.capability.serves or served.capability.address is not one.address:
        raise ValueError(f"{one.kind!r} cannot serve {one.serves!r}")


def _loaded() -> tuple[dict[str, Channel], dict[str, PublicChannel]]:
    addressed = tuple(getattr(settings, "LANTOA_CHANNELS", BUILT_IN))
    return _load(addressed, tuple(getattr(settings, "LANTOA_PUBLIC_CHANNELS", PUBLIC_BUILT_IN)))


def kinds() -> dict[str, Channel]:
    """Return every addressed kind by name, in the order people see them; ``settings.LANTOA_CHANNELS`` replaces the
    list."""
    return _loaded()[0]


def channels() -> dict[str, Channel]:
    """Return the channels people are reached by: the kinds that serve no other."""
    return {kind: found for kind, found in kinds().items() if not found.capability.serves}


def serving(channel: str) -> list[str]:
    """Return the kinds whose accounts carry this channel, itself first; a public kind is carried by its own alone."""
    if channel in publics():
        return [channel]
    return [kind for kind, found in kinds().items() if found.capability.channel == channel]


def channel(kind: str) -> Channel:
    """Return one addressed kind; raises KeyError when this installation does not have it."""
    return kinds()[kind]


def capability(kind: str) -> Capability:
    """Return what one addressed kind can do; raises KeyError when this installation does not have it."""
    return channel(kind).capability


def choices() -> list[tuple[str, str]]:
    """Return (channel, label) pairs for forms and filters."""
    return [(kind, str(found.capability.label)) for kind, found in channels().items()]


def publics() -> dict[str, PublicChannel]:
    """Return every public kind by name, in the decree's order; ``settings.LANTOA_PUBLIC_CHANNELS`` replaces the
    list."""
    return _loaded()[1]


def public(kind: str) -> PublicChannel:
    """Return one public kind; raises KeyError when this installation does not have it."""
    return publics()[kind]


def public_choices() -> list[tuple[str, str]]:
    """Return (kind, label) pairs of the public kinds, for forms and filters."""
    return [(kind, str(found.capability.label)) for kind, found in publics().items()]


def carried() -> list[str]:
    """Return the public kinds that a worker carries over a wire; people carry the others."""
    return [kind for kind, found in publics().items() if found.connect is not None]


def with_account() -> dict[str, Channel | PublicChannel]:
    """Return the kinds that hang on accounts: every addressed one, and the public ones that say so."""
    return {**kinds(), **{kind: found for kind, found in publics().items() if found.capability.account}}


def tried() -> list[str]:
    """Return the kinds whose accounts can be tried from their page: addressed ones by a message, public ones by what
    they have for it."""
    return [*kinds(), *(kind for kind, found in publics().items() if found.try_out is not None)]


def recorded(kind: str) -> bool:
    """Tell whether outlets of this kind can play a person's recording of the words."""
    found = publics().get(kind)
    return found is not None and found.capability.recorded


def described(kind: str) -> Capability | PublicCapability:
    """Return what one kind of either sort can do; raises KeyError when this installation does not have it."""
    return kinds()[kind].capability if kind in kinds() else public(kind).capability


def account_form(kind: str) -> str:
    """Return the dotted path of a kind's settings form; raises KeyError where it hangs on no accounts."""
    found = with_account()[kind]
    return found.account_form if isinstance(found, PublicChannel) else found.form


def hook(kind: str) -> Hook | None:
    """Return how a kind's provider calls us; None for one that never does, or that we do not have."""
    found = kinds().get(kind) or publics().get(kind)
    return found.hook if found is not None else None


def answering(kind: str) -> Channel:
    """Return what carries an answer to one person who wrote on a channel: an addressed kind itself, or what a public
    kind has for it; raises KeyError where there is neither."""
    found = kinds().get(kind) or public(kind).answers
    if found is None:
        raise KeyError(kind)
    return found


def label(kind: str) -> str:
    """Return a kind as people call it; the bare name for one this installation no longer has."""
    found = kinds().get(kind) or publics().get(kind)
    return str(found.capability.label) if found is not None else kind


def reader(kind: str) -> Reader | None:
    """Return what reads stored events of a kind; None for one that never tells us anything, or that we do not have."""
    found = kinds().get(kind)
    return found.reader if found is not None else hook(kind)


def channel_of(kind: str) -> str:
    """Return the channel that a kind of either sort is counted by: its own name, or that of the one it serves."""
    found = kinds().get(kind)
    return found.capability.channel if found is not None else kind
