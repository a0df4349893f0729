"""The portal inbox: our own pages, so no provider, no socket and nothing in doubt.

The delivery row *is* the message in the inbox: what outreach records as delivered, the person can read at once.
Repeating a key changes nothing, because there is nothing here to change.
"""

from collections.abc import Sequence
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from lantoa.channels.contract import (
    Accepted,
    AddressKind,
    Capability,
    Channel,
    Idempotency,
    Outcome,
    Outgoing,
    Secrets,
    Settings,
    TokenKeeper,
    Transport,
)

CAPABILITY = Capability(
    kind="portal",
    label=_("Portal inbox"),
    address=AddressKind.INBOX,
    idempotency=Idempotency.KEY,
    fields=("subject", "text", "html"),
    max_length=None,
    icon="inbox",
    bulk_size=1000,
    concurrency=1,
    reads=True,
)


class PortalTransport(Transport):
    """Accepts at once: accepting is delivering."""

    capability: ClassVar[Capability] = CAPABILITY

    async def send(self, message: Outgoing) -> Accepted:
        """Return that the message stands in the inbox."""
        return Accepted(provider_id=message.key, delivered=True)

    async def send_many(self, messages: Sequence[Outgoing]) -> list[Outcome]:
        """Accept all of them, without a task for each."""
        return [Accepted(provider_id=message.key, delivered=True) for message in messages]


def connect(settings: Settings, secrets: Secrets, keeper: TokenKeeper | None) -> Transport:
    """Return the transport; there is nothing to set."""
    return PortalTransport()


PORTAL = Channel(capability=CAPABILITY, connect=connect, form="lantoa.channels.portal.form.PortalForm")
