"""A channel of one's own: written here, outside the house, and nothing in the house had to change."""

import hmac
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar

import pytest
from asgiref.sync import async_to_sync
from django import forms
from django.apps import apps
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from psycopg.types.range import DateRange

from lantoa.audience.addresses import digest
from lantoa.audience.models import Address
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
from lantoa.channels.inbound import Forged, Hook, Inbound, Receipt, ReceiptState, Received, Text
from lantoa.channels.models import ChannelAccount, InboundEvent
from lantoa.channels.placing import Decree, Place, Placer, Placing, Proof, PublicCapability, PublicChannel, TryOut
from lantoa.channels.selectors import placer_for, transport_for
from lantoa.channels.services import save_account
from lantoa.kernel import access
from lantoa.kernel.clock import now
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from lantoa.listening import services as listening
from lantoa.listening.enums import Door
from lantoa.listening.models import Case
from lantoa.outreach.models import Broadcast
from lantoa.outreach.services import Form, release, save_message
from tests.listening.conftest import FOREVER, commune
from tests.listening.conftest import Place as Commune
from tests.outreach import world as outreach
from tests.outreach.public_world import START, outlet, placed, settle_unit, states_of

PHONE, OTHER = "84900000001", "84900000002"
CAPABILITY = Capability(
    kind="pigeon",
    label="Bồ câu",
    address=AddressKind.PHONE,
    idempotency=Idempotency.QUERY,
    fields=("text",),
    max_length=2000,
    receipts=True,
    receipts_carry_key=True,
)
ARRIVED = "về chuồng: "
FLOWN: list[str] = []
CARRIED: list[Outgoing] = []


def noted(where: str, text: str, key: str) -> None:
    """Tell the test what another process carried."""
    if loft := os.environ.get("PIGEON_LOFT"):
        with Path(loft).open("a") as book:
            book.write(json.dumps([where, text, key]) + "\n")


class PigeonTransport(Transport):
    capability: ClassVar[Capability] = CAPABILITY

    async def send(self, message: Outgoing) -> Accepted:
        FLOWN.append(message.key)
        CARRIED.append(message)
        noted(message.address, message.text, message.key)
        return Accepted(message.key)

    async def resolve(self, message: Outgoing, provider_id: str) -> Accepted | None:
        return Accepted(message.key) if message.key in FLOWN else None


class PigeonHook(Hook):
    def verify(self, received: Received, settings: Settings, secrets: Secrets, *, now: datetime) -> None:
        if not hmac.compare_digest(received.headers.get("x-ring", "").encode(), secrets["ring"].encode()):
            raise Forged("not our pigeon")

    def event_id(self, received: Received) -> str:
        return sha256(received.body).hexdigest()

    def read(self, received: Received) -> list[Inbound]:
        words = received.body.decode("utf-8", "replace")
        if words.startswith(ARRIVED):
            return [Receipt("", words.removeprefix(ARRIVED), ReceiptState.DELIVERED)]
        return [Text(PHONE, words, self.event_id(received))]


class PigeonForm(AccountForm):
    needed: ClassVar[tuple[str, ...]] = ("ring",)
    loft = forms.CharField(label="Chuồng")
    ring = SecretField(label="Vòng chân")


def connect(settings: Settings, secrets: Secrets, keeper: TokenKeeper | None) -> Transport:
    return PigeonTransport()


HERE = "tests.channels.test_new_channel"

DRUM_CAPABILITY = PublicCapability(
    kind="drum", label="Trống làng", outlet_label="đình", decree=Decree.STATION, proof=Proof.RECEIPT, network=True,
    account=True,
)  # fmt: skip


class DrumPlacer(Placer):
    capability: ClassVar[PublicCapability] = DRUM_CAPABILITY

    async def place(self, placing: Placing) -> Accepted:
        FLOWN.append(placing.key)
        noted(placing.place.name, placing.text, placing.key)
        return Accepted(placing.key, delivered=True)

    async def try_out(self, typed: str) -> None:
        return


DRUM = PublicChannel(
    capability=DRUM_CAPABILITY,
    outlet_form="lantoa.channels.board.form.BoardForm",
    account_form=f"{HERE}.PigeonForm",
    hook=PigeonHook(),
    connect=lambda settings, secrets: DrumPlacer(),
    try_out=TryOut(tells="Gõ nhẹ một tiếng.", done="Trống còn tốt."),
)
PIGEON = Channel(capability=CAPABILITY, connect=connect, form=f"{HERE}.PigeonForm", hook=PigeonHook())


@pytest.fixture(autouse=True)
def _ours(settings: LazySettings) -> None:
    settings.LANTOA_CHANNELS = [*registry.BUILT_IN, f"{HERE}.PIGEON"]
    settings.LANTOA_PUBLIC_CHANNELS = [*registry.PUBLIC_BUILT_IN, f"{HERE}.DRUM"]
    FLOWN.clear()
    CARRIED.clear()


@pytest.mark.django_db
def test_a_new_channel_needs_only_its_own_folder(
    staff: Callable[..., object], province: Commune, run_jobs: Callable[[], int]
) -> None:
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


def arrives(kind: str, slug: str, text: str) -> int:
    url = reverse("webhook", args=[kind, slug])
    return Client().post(url, text.encode(), content_type="text/plain", headers={"X-Ring": "vong-so-1"}).status_code


@pytest.fixture
def province(db: None, settings: LazySettings) -> Commune:
    """A small one: a single commune."""
    here = commune("xã Mẫu")
    settings.LANTOA_PROVINCE_CODE = "96"
    apps.get_model("territory", "UnitCode").objects.create(unit_id=here.unit_id, code="96", valid=FOREVER)
    return here


@pytest.fixture
def officer(province: Commune) -> Iterator[User]:
    """Whoever answers citizens there."""
    before, here = list(access._source), province
    access.register_source(lambda user, at: here.posts.get(user.pk, []))
    yield here.hire(Role.CASE_OFFICER)
    access._source[:] = before


def test_what_comes_by_a_new_channel_opens_a_case_and_is_answered_by_it(
    officer: User, run_jobs: Callable[[], int]
) -> None:
    account = save_account(by=None, at=now(), kind="pigeon", name="Bồ câu", settings={}, secrets={"ring": "vong-so-1"})
    assert arrives("pigeon", account.slug, "Vay vốn ở đâu?") == 200
    run_jobs()
    [case] = Case.objects.all()
    assert (case.door, case.came_by) == (Door.OTHER, "Bồ câu")
    listening.answer_case(case_id=case.pk, text="Ở điểm giao dịch xã.", by=officer, at=now())
    run_jobs()
    receipt, answer = CARRIED
    assert {one.address for one in CARRIED} == {PHONE}
    assert (case.code in receipt.text, answer.text) == (True, "Ở điểm giao dịch xã.")
    desk = Client()
    desk.force_login(officer)
    page = desk.get(reverse("listening:case", args=[case.number])).content.decode()
    assert "Bồ câu" in page


@pytest.mark.django_db
def test_a_new_public_kind_has_its_account_page_hook_and_placer(staff: Callable[..., User]) -> None:
    desk = Client()
    desk.force_login(staff(Role.ADMINISTRATOR))
    typed = {"name": "Trống tỉnh", "enabled": "on", "loft": "Đình", "ring": "vong-so-1"}
    assert desk.post(reverse("channels:add", args=["drum"]), typed).status_code == 302
    account = ChannelAccount.objects.get()
    assert (account.kind, account.secrets()) == ("drum", {"ring": "vong-so-1"})
    page = desk.get(reverse("channels:edit", args=[account.pk])).content.decode()
    assert "Gõ nhẹ một tiếng." in page
    assert "vong-so-1" not in page
    tried = desk.post(reverse("channels:test", args=[account.pk]), follow=True).content.decode()
    assert "Trống còn tốt." in tried
    assert arrives("drum", account.slug, "đã nghe") == 200
    assert InboundEvent.objects.get().kind == "drum"

    async def beat() -> Accepted:
        async with placer_for("drum", account) as placer:
            return await placer.place(Placing(key="t-1", place=Place(name="Đình"), title="Họp", text="Mời bà con."))

    assert async_to_sync(beat)() == Accepted("t-1", delivered=True)


@pytest.fixture
def mission(db: None, settings: LazySettings) -> Iterator[outreach.World]:
    """A commune with its staff, on the map and under a province."""
    before = list(access._source)
    world = outreach.build()
    settle_unit(world)
    settings.LANTOA_PROVINCE_CODE = "96"
    life = DateRange(timezone.localdate(START), None)
    apps.get_model("territory", "UnitCode").objects.create(unit_id=world.unit_id, code="96", valid=life)
    yield world
    access._source[:] = before


@pytest.mark.django_db(transaction=True)
def test_a_worker_sends_by_a_new_channel_takes_its_receipts_answers_and_heeds_a_stop(
    mission: outreach.World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run_jobs: Callable[[], int]
) -> None:
    loft = tmp_path / "loft"
    monkeypatch.setenv("PIGEON_LOFT", str(loft))
    ring: dict[str, Any] = {"by": None, "at": now(), "settings": {}, "secrets": {"ring": "vong-so-1"}}
    pigeon, drum = save_account(kind="pigeon", name="Bồ câu", **ring), save_account(kind="drum", name="Trống", **ring)
    keepers(mission)
    outlet(mission, "drum", "Đình làng", account_id=drum.pk)
    beaten = placed(mission, ["drum"], at=now(), expires_at=now() + timedelta(days=2))
    flown = spread_by_pigeon(mission)

    told = carried_by_a_worker(loft)
    assert sorted(where for where, _text, _key in told) == [PHONE, OTHER, "Đình làng"]
    assert all(text for _where, text, _key in told)
    assert (outreach.states(flown), states_of(beaten)) == ({"accepted": 2}, {"done": 1})

    for where, _text, key in told:
        assert where == "Đình làng" or arrives("pigeon", pigeon.slug, f"{ARRIVED}{key}") == 200
    assert arrives("pigeon", pigeon.slug, "Vay vốn ở đâu?") == 200
    acknowledged = carried_by_a_worker(loft)[len(told) :]
    assert outreach.states(flown) == {"delivered": 2}
    [case] = Case.objects.all()
    assert case.came_by == "Bồ câu"
    assert [(where, case.code in text) for where, text, _key in acknowledged] == [(PHONE, True)]

    officer = mission.hire(Role.CASE_OFFICER)
    listening.answer_case(case_id=case.pk, text="Ở điểm giao dịch xã.", by=officer, at=now())
    told = carried_by_a_worker(loft)
    assert told[-1][:2] == [PHONE, "Ở điểm giao dịch xã."]

    assert arrives("pigeon", pigeon.slug, "HỦY") == 200
    run_jobs()
    assert Case.objects.count() == 1, "a stop word is no question"
    again = spread_by_pigeon(mission)
    assert [where for where, _text, _key in carried_by_a_worker(loft)[len(told) :]] == [OTHER]
    assert outreach.states(again) == {"accepted": 1, "suppressed": 1}


def keepers(world: outreach.World) -> None:
    """Two people with a pigeon at home, who agreed to be written to by it."""
    agreed = []
    for person, phone in zip(outreach.people(world, 2, ("sms",), consent=False), (PHONE, OTHER), strict=True):
        facts = {"channel": "pigeon", "value": phone, "digest": digest("pigeon", phone)}
        agreed.append(Address.objects.create(person_id=person, verified_at=outreach.NOW, **facts))
    outreach.agree(agreed)


def spread_by_pigeon(world: outreach.World) -> Broadcast:
    """A broadcast by pigeon, to everybody who has one."""
    written = outreach.message(world)
    save_message(message=written, forms=[Form(channel="pigeon", body="Vay vốn: hỏi ấp.")], by=world.editor, at=now())
    written.refresh_from_db()
    ends = now() + timedelta(days=2)
    row = outreach.draft(world, outreach.approve(world, written), ("pigeon",), expires_at=ends, urgency="urgent")
    return release(broadcast=row, by=world.leader, at=now())


def carried_by_a_worker(loft: Path) -> list[list[str]]:
    """Have a worker of its own do all that is due, jobs too; what was carried so far: where, which words, which key."""
    worker = [sys.executable, str(Path(__file__).with_name("pigeon_process.py"))]
    order = [*worker, str(connection.settings_dict["NAME"]), "--drain"]
    done = subprocess.run(order, capture_output=True, check=False, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in loft.read_text().splitlines()]
