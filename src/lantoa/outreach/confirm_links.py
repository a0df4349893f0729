"""The link that lets one person without an account say that one placement was there: signed, and over some day."""

from datetime import UTC, datetime

from django.conf import settings
from django.core import signing
from django.urls import reverse

from lantoa.outreach.models import Placement
from lantoa.outreach.services.placement_ending import grace

_SALT = "outreach.confirm"


class DeadLink(Exception):
    """The link is forged, over, or replaced by a newer one; they all look the same from outside."""


def link_for(row: Placement) -> str:
    """The placement's link, good until the grace after its broadcast's last hour; nothing personal is in it."""
    last = int((row.broadcast.expires_at + grace()).timestamp())
    facts = f"{signing.b62_encode(row.pk)}-{row.link_serial}-{signing.b62_encode(last)}"
    token = signing.Signer(salt=_SALT, sep=".").sign(facts)
    return settings.LANTOA_BASE_URL + reverse("confirm", args=[token])


def placement_of(token: str, *, at: datetime) -> Placement:
    """The placement a link is for; raises DeadLink."""
    try:
        facts = signing.Signer(salt=_SALT, sep=".").unsign(token)
        number, serial, last = facts.split("-")
        row = Placement.objects.select_related("broadcast__version", "outlet").get(
            pk=signing.b62_decode(number), link_serial=int(serial)
        )
    except (signing.BadSignature, ValueError, Placement.DoesNotExist) as problem:
        raise DeadLink from problem
    if datetime.fromtimestamp(signing.b62_decode(last), UTC) <= at:
        raise DeadLink
    return row
