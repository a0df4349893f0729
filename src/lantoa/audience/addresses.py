"""Addresses in one written form each, and the keyed digest by which the house compares them.

Which form a channel wants is what `channels` declares as its kind of address. Vietnamese numbers: national
significant number of nine digits after 84 for mobiles (03, 05, 07, 08, 09), per the numbering plan of 2018.
"""

import hmac
import re
import secrets
from functools import cache
from hashlib import sha256

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from lantoa.channels.contract import AddressKind
from lantoa.channels.registry import answering, capability, channels
from lantoa.channels.webpush.subscription import NotASubscriptionError, parse
from lantoa.kernel.errors import LantoaError

_MOBILE = re.compile(r"84[35789]\d{8}")
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")
_DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_ZALO = re.compile(r"[0-9A-Za-z_-]{3,64}")
_CHAT = re.compile(r"[1-9]\d{0,15}")
_ON_A_PAGE = re.compile(r"[1-9]\d{0,31}")
_INBOX = re.compile(r"[0-9A-Za-z_-]{20,64}")


class BadAddressError(LantoaError):
    """What was typed is not an address of this channel; the message says what is missing."""


def normalise(channel: str, typed: str) -> str:
    """Return the address in its one written form; raises `BadAddressError`, or KeyError for an unknown channel.

    Phones as 84xxxxxxxxx, e-mail in lower case with an ASCII domain (IDNA), a browser's subscription as sorted JSON,
    Zalo ids, Telegram chats, ids on a Facebook Page and inbox tokens as they are.
    """
    return _FORMS[answering(channel).capability.address](typed.strip())


def digest(channel: str, value: str) -> str:
    """Return the keyed hash (HMAC-SHA256, hex) of a channel and a normalised value; useless without our secret."""
    return hmac.digest(_key(settings.LANTOA_SECRET_KEYS[-1]), f"{channel}\x1f{value}".encode(), "sha256").hex()


def masked(channel: str, value: str) -> str:
    """Return the address as staff may see it: enough to recognise, too little to use."""
    match answering(channel).capability.address:
        case AddressKind.PHONE:
            return f"{_national(value)[:4]} ••• {value[-3:]}"
        case AddressKind.EMAIL:
            name, _at, domain = value.partition("@")
            return f"{name[:1]}•••@{domain}"
        case AddressKind.WEBPUSH:
            return f"{parse(value).host} •••"
        case _:
            return f"{value[:4]}•••{value[-2:]}"


def inbox_token() -> str:
    """Return a new address on the portal: unguessable, 32 characters."""
    return secrets.token_urlsafe(24)


def is_typed(channel: str) -> bool:
    """Tell whether people can type an address of this channel: a phone or an e-mail; machines make the others."""
    return answering(channel).capability.address in (AddressKind.PHONE, AddressKind.EMAIL)


def channel_that_proves(channel: str) -> str:
    """The channel by which a link reaches an address of `channel`: itself, or the one of the same kind of address that
    carries free words, where it carries approved templates alone; itself too when there is none."""
    own = capability(channel)
    if own.free_text:
        return channel
    others = (kind for kind, one in channels().items() if one.capability.address is own.address)
    return next((kind for kind in others if channels()[kind].capability.free_text), channel)


def known_channels() -> list[str]:
    """Return the kinds of channel that have addresses here, in the order people see them."""
    return list(channels())


@cache
def _key(phrase: str) -> bytes:
    # The oldest phrase: new ones are put in front of it, and digests must outlive them.
    return sha256(b"lantoa.audience.digest\x1f" + phrase.encode()).digest()


def _national(value: str) -> str:
    return f"0{value.removeprefix('84')}"


def _phone(typed: str) -> str:
    digits = re.sub(r"[\s().·-]+", "", typed)
    digits = re.sub(r"^(\+|00)", "", digits)
    if not (digits.isascii() and digits.isdigit()):
        raise BadAddressError(_("A phone number has digits only."))
    if digits.startswith("840") and len(digits) == len("840") + 9:
        digits = f"84{digits[3:]}"
    elif digits.startswith("0"):
        digits = f"84{digits[1:]}"
    elif len(digits) == 9:  # Excel took the leading zero
        digits = f"84{digits}"
    if _MOBILE.fullmatch(digits):
        return digits
    if digits.startswith("84") and len(digits) != 11:
        raise BadAddressError(
            _("A mobile number has 10 digits; this one has %(count)d.") % {"count": len(_national(digits))}
        )
    raise BadAddressError(_("A mobile number begins with 03, 05, 07, 08 or 09."))


def _email(typed: str) -> str:
    name, _at, domain = typed.lower().rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        domain = ""
    if not (_LOCAL.fullmatch(name) and _DOMAIN.fullmatch(domain)) or ".." in name or name[0] == "." or name[-1] == ".":
        raise BadAddressError(_("An e-mail address looks like name@example.vn."))
    return f"{name}@{domain}"


def _zalo(typed: str) -> str:
    if not _ZALO.fullmatch(typed):
        raise BadAddressError(_("A Zalo id is the number Zalo gives a follower, without spaces."))
    return typed


def _inbox(typed: str) -> str:
    if not _INBOX.fullmatch(typed):
        raise BadAddressError(_("This is no inbox of the portal."))
    return typed


def _chat(typed: str) -> str:
    if not _CHAT.fullmatch(typed):
        raise BadAddressError(_("A Telegram chat is a number, without spaces."))
    return typed


def _on_a_page(typed: str) -> str:
    if not (typed.isascii() and _ON_A_PAGE.fullmatch(typed)):
        raise BadAddressError(_("Whoever writes to a Page is known there by a number, without spaces."))
    return typed


def _browser(typed: str) -> str:
    try:
        return parse(typed).written()
    except NotASubscriptionError:
        raise BadAddressError(_("This browser gave no address for notifications. Try again, or use another.")) from None


_FORMS = {
    AddressKind.PHONE: _phone,
    AddressKind.EMAIL: _email,
    AddressKind.ZALO: _zalo,
    AddressKind.INBOX: _inbox,
    AddressKind.TELEGRAM: _chat,
    AddressKind.WEBPUSH: _browser,
    AddressKind.FACEBOOK: _on_a_page,
}
