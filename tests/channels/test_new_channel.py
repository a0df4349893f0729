"""A channel of one's own: written here, outside the house, and nothing in the house had to change."""

import hmac
from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

import pytest
from asgiref.sync import async_to_sync
from django import forms
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from lantoa.channels import registry
from lantoa.channels.contract import (
    Accepted,
    AddressKind,
    Capability,
    Channel,
    Idempotency,
    Outgoing,
    Secrets,
    Settings,
    TokenKeeper,
    Transport,
)
from lantoa.channels.forms import AccountForm, SecretField
from lantoa.channels.inbound import Forged, Hook, Inbound, Received, Text
from lantoa.channels.models import ChannelAccount, InboundEvent
from lantoa.channels.selectors import transport_for
from lantoa.kernel.enums import Role

CAPABILITY = Capability(
    kind="pigeon",
    label="Bồ câu",
    address=AddressKind.PHONE,
    idempotency=Idempotency.QUERY,
    fields=("text",),
    max_length=20,
)
FLOWN: list[str] = []


class PigeonTransport(Transport):
    capability: ClassVar[Capability] = CAPABILITY

    async def send(self, message: Outgoing) -> Accepted:
        FLOWN.append(message.key)
        return Accepted(message.key)

    async def resolve(self, message: Outgoing, provider_id: str) -> Accepted | None:
        return Accepted(message.key) if message.key in FLOWN else None


class PigeonHook(Hook):
    def verify(self, received: Received, settings: Settings, secrets: Secrets, *, now: datetime) -> None:
        if not hmac.compare_digest(received.headers.get("x-ring", "").encode(), secrets["ring"].encode()):
            raise Forged("not our pigeon")

    def event_id(self, received: Received) -> str:
        return received.body.hex()[:60]

    def read(self, received: Received) -> list[Inbound]:
        return [Text("84900000001", received.body.decode("utf-8", "replace"), self.event_id(received))]


class PigeonForm(AccountForm):
    needed: ClassVar[tuple[str, ...]] = ("ring",)
    loft = forms.CharField(label="Chuồng")
    ring = SecretField(label="Vòng chân")


def connect(settings: Settings, secrets: Secrets, keeper: TokenKeeper | None) -> Transport:
    return PigeonTransport()


HERE = "tests.channels.test_new_channel"
PIGEON = Channel(capability=CAPABILITY, connect=connect, form=f"{HERE}.PigeonForm", hook=PigeonHook())


@pytest.mark.django_db
def test_a_new_channel_needs_only_its_own_folder(
    settings: LazySettings, staff: Callable[..., object], run_jobs: Callable[[], int]
) -> None:
    settings.LANTOA_CHANNELS = [*registry.BUILT_IN, f"{HERE}.PIGEON"]
    assert "pigeon" in registry.channels()

    desk = Client()
    desk.force_login(staff(Role.ADMINISTRATOR))  # type: ignore[arg-type]
    typed = {"name": "Bồ câu tỉnh", "enabled": "on", "loft": "Nóc nhà", "ring": "vong-so-1"}
    assert desk.post(reverse("channels:add", args=["pigeon"]), typed).status_code == 302
    account = ChannelAccount.objects.get()
    assert (account.kind, account.settings, account.secrets()) == ("pigeon", {"loft": "Nóc nhà"}, {"ring": "vong-so-1"})

    async def fly() -> tuple[Accepted, Accepted | None, Accepted | None]:
        async with transport_for(account) as transport:
            one, other = (Outgoing(key=key, address="84900000001", text="Chào") for key in ("p-1", "p-2"))
            sent = await transport.send(one)
            return sent, await transport.resolve(one, ""), await transport.resolve(other, "")

    assert async_to_sync(fly)() == (Accepted("p-1"), Accepted("p-1"), None)

    url = reverse("webhook", args=["pigeon", account.slug])
    body = "Bà con hỏi".encode()
    assert Client().post(url, body, content_type="text/plain", headers={"X-Ring": "another"}).status_code == 403
    for _ in range(2):
        assert Client().post(url, body, content_type="text/plain", headers={"X-Ring": "vong-so-1"}).status_code == 200
    run_jobs()
    [row] = InboundEvent.objects.all()
    assert (bytes(row.raw), row.processed_at is not None) == (body, True)
