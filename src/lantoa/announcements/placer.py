"""Puts a placing on our own pages: no provider, no socket, nothing in doubt."""

from datetime import datetime
from typing import ClassVar

from asgiref.sync import sync_to_async
from django.db import DatabaseError, close_old_connections, connection
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from lantoa.announcements.services import publish, withdraw
from lantoa.channels.contract import Accepted, Idempotency, Rejected, Retry
from lantoa.channels.placing import Decree, Placer, Placing, Proof, PublicCapability

CAPABILITY = PublicCapability(
    kind="webpage",
    label=_("Portal and agency pages"),
    outlet_label=pgettext_lazy("outlet", "page"),
    decree=Decree.PORTAL,
    proof=Proof.RECEIPT,
    fields=("subject", "text"),
    icon="globe",
    idempotency=Idempotency.KEY,  # the same key is the same row
    network=True,
    recalls=True,
)


class WebpagePlacer(Placer):
    """Writes into the announcements' own tables."""

    capability: ClassVar[PublicCapability] = CAPABILITY

    async def place(self, placing: Placing) -> Accepted:
        """Put it there, to be read at once; raises Rejected for an empty text, Retry while the database is away."""
        if not placing.text.strip():
            raise Rejected(gettext_noop("there is nothing to show"))
        try:
            return Accepted(provider_id=await sync_to_async(_publish)(placing, self.now()), delivered=True)
        except DatabaseError as error:
            raise Retry(gettext_noop("the page cannot be written just now")) from error

    async def withdraw(self, placing: Placing, provider_id: str) -> None:
        """Take it away; what a later wording replaced is not touched."""
        try:
            await sync_to_async(_withdraw)(placing.key, self.now())
        except DatabaseError as error:
            raise Retry(gettext_noop("the page cannot be written just now")) from error


def _publish(placing: Placing, at: datetime) -> str:
    _fresh()
    return str(publish(placing=placing, at=at).public_id)


def _withdraw(key: str, at: datetime) -> None:
    _fresh()
    withdraw(key=key, at=at)


def _fresh() -> None:
    if not connection.in_atomic_block:
        close_old_connections()
