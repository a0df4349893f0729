"""A channel as a provider with bulk calls would have it: up to 500 messages a call, one answer for all of them."""

import json
from collections.abc import Sequence
from typing import ClassVar

from lantoa.channels.contract import (
    Accepted,
    AddressKind,
    Capability,
    Channel,
    CostUnit,
    Idempotency,
    Outcome,
    Outgoing,
    Rejected,
    Secrets,
    SendProblem,
    Settings,
    TokenKeeper,
    Transport,
)
from lantoa.channels.http1 import HttpPool
from lantoa.channels.wire import post_json

CAPABILITY = Capability(
    kind="bulk",
    label="Bulk",
    address=AddressKind.PHONE,
    idempotency=Idempotency.KEY,
    fields=("text",),
    max_length=None,
    bulk_size=500,
    concurrency=4,
    cost_unit=CostUnit.MESSAGE,
)


class BulkTransport(Transport):
    """Posts many messages as one JSON body."""

    capability: ClassVar[Capability] = CAPABILITY

    def __init__(self, settings: Settings) -> None:
        self._url = str(settings["url"])
        self._http: HttpPool | None = None

    async def open(self) -> None:
        """Make the connection pool."""
        self._http = self._http or HttpPool(connections=CAPABILITY.concurrency, timeout=30)

    async def close(self) -> None:
        """Close the connection pool."""
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def send(self, message: Outgoing) -> Accepted:
        """Send a batch of one."""
        (outcome,) = await self.send_many([message])
        if isinstance(outcome, SendProblem):
            raise outcome
        return outcome

    async def send_many(self, messages: Sequence[Outgoing]) -> list[Outcome]:
        """Send a batch; the provider's id of a message is that of its call and its place in it."""
        if self._http is None:
            raise RuntimeError("open the transport first")
        listed = [{"Phone": one.address, "Content": one.text, "RequestId": one.key} for one in messages]
        try:
            reply = await post_json(self._http, self._url, {"ApiKey": "bench", "Messages": listed})
        except SendProblem as problem:
            return [problem for _ in messages]
        if reply.get("CodeResult") != "100":
            return [Rejected(json.dumps(reply)[:100]) for _ in messages]
        return [Accepted(f"{reply['SMSID']}-{place}") for place in range(len(messages))]


def connect(settings: Settings, secrets: Secrets, keeper: TokenKeeper | None) -> Transport:
    """Return a transport to the account's address."""
    return BulkTransport(settings)


BULK = Channel(capability=CAPABILITY, connect=connect, form="lantoa.channels.sms.form.SmsForm")
