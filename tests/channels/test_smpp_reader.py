"""What a centre says on our own connection: receipts, texts, and texts in parts."""

from dataclasses import asdict

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob

from lantoa.channels import reading
from lantoa.channels.inbound import Inbound, Part, Receipt, ReceiptState, Received, Text, Unreadable
from lantoa.channels.models import ChannelAccount, InboundEvent
from lantoa.channels.reading import read_parts, read_waiting
from lantoa.channels.services import keep_report, save_account
from lantoa.channels.smpp.coding import pieces
from lantoa.channels.smpp.pdu import Command, Party, Pdu, Sms, Tag
from lantoa.channels.smpp.reader import GAP, TOGETHER, SmppReader
from lantoa.channels.sms.segments import Alphabet, split
from lantoa.kernel.clock import now
from lantoa.kernel.events import Event

reader = SmppReader()
PERSON, US = Party(1, 1, "84900000001"), Party(0, 1, "8079")
LONG = "Xin hỏi: nhà tôi thuộc hộ cận nghèo, mái dột từ mùa mưa trước, có được hỗ trợ sửa nhà không, hỏi ở đâu ạ?"


def said(content: bytes, *, sequence: int = 1, tens: str = "7", **more: object) -> Received:
    sms = Sms(source=PERSON, destination=US, short_message=content, **more)  # type: ignore[arg-type]
    pdu = Pdu(Command.DELIVER_SM, sequence, body=sms.encode())
    return Received(body=pdu.encode(), headers={"x-tens": tens, "x-alphabet": "gsm"})


def receipt(words: str, **more: object) -> Received:
    return said(words.encode(), esm_class=0x04, **more)


def parts(text: str, reference: int = 9) -> list[Received]:
    found = pieces(text, reference=reference, latin=False)
    return [
        said(piece.content, sequence=number, esm_class=0x40, data_coding=piece.data_coding)
        for number, piece in enumerate(found)
    ]


DATES = "sub:001 dlvrd:001 submit date:2603010800 done date:2603010801"


@pytest.mark.parametrize(
    ("received", "meaning"),
    [
        (receipt(f"id:123 {DATES} stat:DELIVRD err:000 text:"), [Receipt("123", "", ReceiptState.DELIVERED)]),
        (receipt(f"id:0A-b {DATES} stat:UNDELIV err:001 Text:x"), [Receipt("0A-b", "", ReceiptState.FAILED)]),
        (receipt(f"id:1 {DATES} stat:EXPIRED err:0"), [Receipt("1", "", ReceiptState.FAILED)]),
        (receipt(f"id:1 {DATES} stat:REJECTD err:0"), [Receipt("1", "", ReceiptState.FAILED)]),
        (receipt(f"id:1 {DATES} stat:ACCEPTD err:0"), []),
        (receipt(f"id:1 {DATES} stat:ENROUTE err:0"), []),
        (receipt(f"id:1 {DATES} stat:UNKNOWN err:0"), []),
        (
            receipt("", tlvs=((Tag.RECEIPTED_MESSAGE_ID, b"77\x00"), (Tag.MESSAGE_STATE, b"\x02"))),
            [Receipt("77", "", ReceiptState.DELIVERED)],
        ),
        (
            receipt("", tlvs=((Tag.MESSAGE_PAYLOAD, b"id:5 stat:DELIVRD err:000"),)),
            [Receipt("5", "", ReceiptState.DELIVERED)],
        ),
        (said(b"id:123 stat:DELIVRD err:000"), None),  # a person who writes like a receipt: a text
        (said(b"on its way", esm_class=0x20), []),  # a notification in between
    ],
)
def test_receipts(received: Received, meaning: list[Inbound] | None) -> None:
    found = reader.read(received)
    if meaning is None:
        assert [type(one) for one in found] == [Text]
    else:
        assert found == meaning


def test_a_receipt_without_an_id_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        reader.read(receipt("stat:DELIVRD"))


def test_a_repeated_receipt_is_the_same_event_and_a_later_state_is_another() -> None:
    first = receipt("id:1 stat:ENROUTE", sequence=4)
    assert reader.event_id(first) == reader.event_id(receipt("id:1 stat:ENROUTE", sequence=99))
    assert reader.event_id(first) != reader.event_id(receipt("id:1 stat:DELIVRD"))
    assert reader.event_id(first) != reader.event_id(receipt("id:2 stat:ENROUTE"))


@pytest.mark.parametrize(
    ("content", "coding", "text"),
    [
        (b"HUY", 0, "HUY"),
        (b"\x1be\x00", 0, "€@"),
        ("Hủy nhận tin".encode("utf-16-be"), 8, "Hủy nhận tin"),
        ("Thử 🌾".encode("utf-16-be"), 8, "Thử 🌾"),
        (b"caf\xe9", 3, "café"),
    ],
)
def test_texts(content: bytes, coding: int, text: str) -> None:
    [found] = reader.read(said(content, data_coding=coding))
    assert isinstance(found, Text)
    assert (found.sender, found.text) == ("84900000001", text)


def test_the_same_words_within_ten_minutes_are_one_event_and_later_another() -> None:
    one = reader.event_id(said(b"HUY", sequence=1))
    assert reader.event_id(said(b"HUY", sequence=2)) == one
    assert reader.event_id(said(b"HUY", tens="8")) != one
    assert reader.event_id(said(b"HUY!")) != one


def test_binary_content_is_kept_and_said_to_be_unreadable() -> None:
    with pytest.raises(Unreadable):
        reader.read(said(b"\x00\x01", data_coding=4))


@given(
    st.binary(max_size=300)
    | st.builds(
        lambda content, esm, coding: said(content, esm_class=esm, data_coding=coding).body,
        st.binary(max_size=254), st.integers(0, 255), st.integers(0, 255),
    )
    | st.lists(st.sampled_from([part.body for part in parts(LONG)]), max_size=4).map(b"".join)
)  # fmt: skip
def test_any_bytes_have_an_id_and_are_read_or_unreadable(body: bytes) -> None:
    received = Received(body=body, headers={})
    assert 1 <= len(reader.event_id(received)) <= 200
    try:
        found = reader.read(received)
    except Unreadable:
        return
    for one in found:
        for value in asdict(one).values():
            assert "\x00" not in str(value)
            str(value).encode()


@pytest.fixture
def centre(db: None) -> ChannelAccount:
    return save_account(
        by=None, at=now(), kind="smpp", name="Nhà mạng Mẫu",
        settings={"host": "127.0.0.1", "port": 1, "system_id": "lantoa", "brandname": "LANTOA"},
        secrets={"password": "demo-pw"},
    )  # fmt: skip


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    events: list[Event] = []
    monkeypatch.setattr(reading, "emit", lambda event, **_order: events.append(event))
    return events


def heard(centre: ChannelAccount, *received: Received) -> None:
    for one in received:
        keep_report(account=centre, received=one, at=timezone.now())


def read_all() -> None:
    while read_waiting(at=timezone.now(), limit=1):
        pass


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_long_text_is_told_once_and_whole_in_whatever_order_it_comes(
    centre: ChannelAccount, told: list[Event], order: tuple[int, int]
) -> None:
    pair = parts(LONG)
    assert len(pair) == 2
    heard(centre, pair[order[0]])
    read_all()
    assert told == []
    heard(centre, pair[order[1]], *pair)  # and both once more, as a centre repeats what it thinks was lost
    read_all()
    assert [(event.kind, event.sender, event.text) for event in told] == [("sms", "84900000001", LONG)]
    assert InboundEvent.objects.count() == 3, "each part raw and once, and the whole"
    assert not InboundEvent.objects.exclude(error="").exists()


THREE = LONG + " " + LONG


@pytest.mark.parametrize(
    ("came", "shown"),
    [((0, 1), "{gap} {0}{1} {gap}"), ((0, 2), "{gap} {0} {gap} {2}"), ((1, 2), "{gap} {1}{2}"),
     ((1,), "{gap} {1} {gap}"), ((2, 0), "{gap} {0} {gap} {2}")],
)  # fmt: skip
def test_what_came_of_a_long_text_is_read_when_the_rest_is_overdue(
    centre: ChannelAccount, told: list[Event], came: tuple[int, ...], shown: str
) -> None:
    text = THREE + LONG[:29]
    whole, cut = parts(text), split(text, Alphabet.UCS2)
    assert len(whole) == len(cut) == 4
    whole, cut = whole[1:], cut[1:]  # the very first is always missing
    heard(centre, *(whole[number] for number in came))
    read_all()
    assert told == []
    [job] = ProcrastinateJob.objects.filter(task_name="channels.read_parts")
    first = InboundEvent.objects.order_by("pk")[0]
    assert job.scheduled_at == first.received_at + TOGETHER
    for _twice in range(2):
        read_parts(inbound_id=job.args["inbound_id"], at=timezone.now() + TOGETHER)
        read_all()
    assert [event.text for event in told] == [shown.format(*cut, gap=GAP)]
    assert not InboundEvent.objects.exclude(error="").exists()


def test_a_long_text_that_came_whole_is_not_read_again_when_its_day_is_over(
    centre: ChannelAccount, told: list[Event]
) -> None:
    for part in parts(LONG):
        heard(centre, part)
        read_all()
    [job] = ProcrastinateJob.objects.filter(task_name="channels.read_parts")
    read_parts(inbound_id=job.args["inbound_id"], at=timezone.now() + TOGETHER)
    read_all()
    assert [event.text for event in told] == [LONG]


def test_two_long_texts_with_the_same_reference_are_two(centre: ChannelAccount, told: list[Event]) -> None:
    later = LONG.replace("mái dột", "giếng cạn")
    heard(centre, *parts(LONG))
    read_all()
    InboundEvent.objects.update(received_at=timezone.now() - 2 * TOGETHER)
    heard(centre, *parts(later))
    read_all()
    assert [event.text for event in told] == [LONG, later]


def test_parts_carry_their_group_and_number() -> None:
    first, second = (reader.read(one)[0] for one in parts(LONG))
    assert isinstance(first, Part)
    assert isinstance(second, Part)
    assert (first.group, first.number, first.total, second.number) == (second.group, 1, 2, 2)
    assert reader.event_id(parts(LONG)[0]).startswith(Part.name(first.group, 1))


def test_what_comes_on_our_own_connection_has_no_door_on_the_web(centre: ChannelAccount, client: object) -> None:
    answer = client.post(f"/webhook/smpp/{centre.slug}/", b"x", content_type="text/plain")  # type: ignore[attr-defined]
    assert answer.status_code == 404
    assert not InboundEvent.objects.exists()
