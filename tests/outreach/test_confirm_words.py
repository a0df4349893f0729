"""A text from any telephone says that a message was there: understood as people write, once, by the right code only."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from urllib.parse import urlencode
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from psycopg.types.range import DateRange

from lantoa.channels.events import TextReceived
from lantoa.channels.services import save_account
from lantoa.channels.sms.webhook import sign
from lantoa.kernel.clock import local
from lantoa.listening.models import Case
from lantoa.outreach.confirm_words import Word, code_for, take, understood
from lantoa.outreach.models import Placement, PlacementProof
from lantoa.outreach.services import renew_link
from lantoa.simulators.sms import SEND, SmsSimulator
from lantoa.simulators.stage import running
from tests.conftest import RunJobs
from tests.outreach.public_world import START, outlet, placed, public_version, settle_unit
from tests.outreach.test_pages import as_
from tests.outreach.world import World

HERE = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
"""Ten in the morning on the sender's clock."""
PHONE = "0912345678"


def said(hour: int, minute: int = 0, *, day: int = 26, month: int = 11, year: int = 2026) -> datetime:
    return local(HERE).replace(year=year, month=month, day=day, hour=hour, minute=minute)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("XONG 1K3F7QX2", Word("1K3F7QX2", local(HERE))),
        ("Xong 1k3f7qx2 7:30", Word("1K3F7QX2", said(7, 30))),
        ("đã phát IK3F7QXO lúc 7h30 sáng", Word("1K3F7QX0", said(7, 30))),
        ("ĐÃ PHÁT: 1K3F7QX2. 7 giờ 5", Word("1K3F7QX2", said(7))),
        ("xong 1K3F7QX2 7g30", Word("1K3F7QX2", said(7, 30))),
        ("xong 1K3F7QX2 5h chiều 25/11", Word("1K3F7QX2", said(17, day=25))),
        ("xong 1K3F7QX2 17:05", Word("1K3F7QX2", said(17, 5, day=25))),
        ("xong 1K3F7QX2 17:05 30/12", Word("1K3F7QX2", said(17, 5, day=30, month=12, year=2025))),
        ("xong 1K3F7QX2 7:30 120 tờ", Word("1K3F7QX2", said(7, 30), 120)),
        ("xong 1K3F7QX2 120", Word("1K3F7QX2", local(HERE), 120)),
        ("xong 1K3F7QX2 31/2", Word("1K3F7QX2", local(HERE))),
    ],
)
def test_it_is_read_as_people_write(text: str, word: Word) -> None:
    found = understood(text, at=HERE)
    assert found is not None
    assert (found.code, found.at, found.count or word.count) == (word.code, word.at, word.count or found.count)


@pytest.mark.parametrize("text", ["", "Xong rồi ạ", "Nhà tôi xong 1K3F7QX2", "HUY", "xong", "đã phát quà chưa ạ?"])
def test_other_words_are_none(text: str) -> None:
    assert understood(text, at=HERE) is None


@given(st.text(max_size=80))
def test_whatever_follows_never_fails_and_lies_in_no_future(rest: str) -> None:
    found = understood(f"XONG 1K3F7QX2 {rest}", at=HERE)
    assert found is None or found.at <= HERE + timedelta(minutes=5) or "20" in rest  # a year is taken as it is written


@pytest.fixture
def gateway(world: World, settings: LazySettings) -> Iterator[SmsSimulator]:
    settle_unit(world)
    settings.LANTOA_PROVINCE_CODE = "96"
    codes = apps.get_model("territory", "UnitCode")
    codes.objects.create(unit_id=world.unit_id, code="96", valid=DateRange(timezone.localdate(START), None))
    with running(simulator := SmsSimulator(receipts=False)):
        save_account(
            by=None, at=timezone.now(), kind="sms", name="Tin nhắn",
            settings={"url": simulator.url + SEND, "timeout": 5, "hours": "any"},
            secrets={
                "api_key": "demo-api-key", "secret_key": "demo-secret-key", "callback_secret": "s" * 40,
                "inbound_key": "demo-inbound-key",
            },
        )  # fmt: skip
        yield simulator


def waiting(world: World, kind: str) -> Placement:
    row = outlet(world, kind, "Đài truyền thanh xã", **({"quantity": 200} if kind == "leaflet" else {}))
    at = timezone.now() - timedelta(hours=5)
    version = public_version(world, [kind])
    placed(world, [kind], at=at, expires_at=at + timedelta(days=2), version=version)
    return Placement.objects.get(outlet=row)


def texts(text: str, number: str) -> None:
    fields = {"sender": PHONE, "content": text, "smsid": number, "cpid": "cp", "receiverTime": ""}
    query = urlencode({**fields, "sign": sign(fields, "demo-inbound-key")})
    assert Client().get("/webhook/sms/tin-nhan/", QUERY_STRING=query).status_code == 200


@pytest.mark.django_db
def test_a_station_says_when_it_played_it_and_is_thanked(
    world: World, gateway: SmsSimulator, run_jobs: RunJobs
) -> None:
    row = waiting(world, "loudspeaker")
    hour = local(timezone.now() - timedelta(hours=2)).replace(second=0, microsecond=0)
    texts(f"XONG {code_for(row)} {hour:%H:%M %d/%m}", "1")
    run_jobs()
    row.refresh_from_db()
    assert row.state == "done"
    [proof] = PlacementProof.objects.all()
    assert (proof.at, proof.by, proof.by_link) == (hour, None, True)
    assert PHONE not in f"{proof.words} {[*row.history.values_list('note', flat=True)]}"
    [thanks] = gateway.ledger.entries.values()
    assert "Cảm ơn. Đã ghi nhận: Đài truyền thanh xã" in thanks.text
    texts(f"XONG {code_for(row)} {hour:%H:%M %d/%m}", "2")
    run_jobs()
    assert PlacementProof.objects.count() == 1, "said twice, shown once"
    assert "Đã thực hiện" in [*gateway.ledger.entries.values()][-1].text
    assert not Case.objects.exists()


@pytest.mark.django_db
def test_a_count_is_asked_for_where_copies_are_counted(world: World, gateway: SmsSimulator, run_jobs: RunJobs) -> None:
    row = waiting(world, "leaflet")
    texts(f"XONG {code_for(row)}", "1")
    run_jobs()
    row.refresh_from_db()
    assert row.state == "planned"
    texts(f"Xong {code_for(row).lower()} 117 tờ", "2")
    run_jobs()
    row.refresh_from_db()
    assert (row.state, row.quantity_done) == ("done", 117)


@pytest.mark.django_db
def test_a_code_that_is_none_becomes_a_case_that_a_person_reads(
    world: World, gateway: SmsSimulator, run_jobs: RunJobs
) -> None:
    row = waiting(world, "loudspeaker")
    code = code_for(row)
    for number, wrong in enumerate(
        (code[:-1] + ("0" if code[-1] != "0" else "1"), "ZZZZZZZZZZZZZZZZ", code[-5:] + "U")
    ):
        texts(f"XONG {wrong} 7:30", str(number))
    run_jobs()
    row.refresh_from_db()
    assert row.state == "planned"
    assert Case.objects.count() >= 1


@pytest.mark.django_db
def test_a_code_that_everybody_reads_confirms_nothing(world: World, gateway: SmsSimulator) -> None:
    row = waiting(world, "loudspeaker")
    for message_id, taken in (("1_2", False), ("m_1", True)):
        event = TextReceived(1, "facebook", "1234567890", f"XONG {code_for(row)}", message_id, "", 1)
        assert take(event, timezone.now()) is taken


@pytest.mark.django_db
def test_it_closes_with_the_link(world: World, gateway: SmsSimulator, run_jobs: RunJobs) -> None:
    row = waiting(world, "loudspeaker")
    old = code_for(row)
    renew_link(placement=row, by=world.officer, at=timezone.now())
    row.refresh_from_db()
    assert code_for(row) != old
    texts(f"XONG {old}", "1")
    run_jobs()
    row.refresh_from_db()
    assert row.state == "planned"
    assert Case.objects.count() == 1


@pytest.mark.django_db
def test_the_page_and_the_package_say_how(world: World, gateway: SmsSimulator) -> None:
    row = waiting(world, "loudspeaker")
    officer = as_(world.officer)
    assert f"XONG {code_for(row)}" in officer.get(reverse("outreach:placement", args=[row.pk])).content.decode()
    answer = officer.get(reverse("outreach:placement_kit", args=[row.pk]))
    with ZipFile(BytesIO(answer.content)) as packed:
        told = "\n".join(packed.read(name).decode() for name in packed.namelist() if name.endswith(".txt"))
    assert f"XONG {code_for(row)} 7:30" in told
    board = waiting(world, "board")
    assert "XONG" not in officer.get(reverse("outreach:placement", args=[board.pk])).content.decode()
