"""Every door of a provider, whatever comes: forged it leaves no trace, proven it is stored once and read to its end.

Over the registry: a new kind with a hook is tried with forged bytes as it stands, and fails here until `PROOFS` can
sign for it. True events are bent at one place, so that what is nearly right is tried more than what is plain noise.
"""

import json
import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.test import Client
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lantoa.channels import registry
from lantoa.channels.facebook.webhook import sign as facebook_sign
from lantoa.channels.handing import NotHandedOver
from lantoa.channels.inbound import Received
from lantoa.channels.models import ChannelAccount, InboundEvent
from lantoa.channels.services import save_account, store_inbound
from lantoa.channels.smpp.pdu import Command, Party, Pdu, Sms
from lantoa.channels.sms.webhook import sign as sms_sign
from lantoa.channels.zalo.webhook import sign as zalo_sign
from lantoa.kernel.clock import now
from tests.conftest import LENIENT
from tests.listening.conftest import FOREVER

pytestmark = pytest.mark.django_db
quick = settings(max_examples=25, suppress_health_check=[*LENIENT, HealthCheck.data_too_large])
HOOKS = sorted(kind for kind in (*registry.kinds(), *registry.publics()) if registry.hook(kind) is not None)
CALLED = [kind for kind in HOOKS if registry.hook(kind).methods]
READERS = sorted(kind for kind in (*registry.kinds(), *registry.publics()) if registry.reader(kind) is not None)
PAGE, PERSON, WHEN = "104710000000001", "7000000000000000001", "1772323200000"


@dataclass(frozen=True)
class Signed:
    """A call as the provider makes it."""

    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    query: str | None = None  # of a GET
    tail: str = ""  # what the address ends in


@dataclass(frozen=True)
class Proof:
    """How one provider proves that a call is its own, and what it truly says."""

    settings: dict[str, str]
    secrets: dict[str, str]
    prove: Callable[[Any], Signed]  # from an event, or from any bytes
    says: tuple[Any, ...]


def as_bytes(event: Any) -> bytes:
    return event if isinstance(event, bytes) else json.dumps(event).encode()


def zalo(event: Any) -> Signed:
    body, stamp = as_bytes(event), str(int(time.time() * 1000))
    mac = zalo_sign("1710002022", body, stamp, "demo-oa-secret")
    return Signed(body, {"X-ZEvent-Signature": f"mac={mac}", "X-ZEvent-Timestamp": stamp})


def telegram(event: Any) -> Signed:
    return Signed(as_bytes(event), {"X-Telegram-Bot-Api-Secret-Token": "w" * 40})


def facebook(event: Any) -> Signed:
    body = as_bytes(event)
    return Signed(body, {"X-Hub-Signature-256": facebook_sign(body, "demo-app-secret")})


def sms(event: Any) -> Signed:
    """A text is signed, a report carries the secret in its address; noise comes to the address with the secret."""
    if isinstance(event, bytes):
        return Signed(b"", query=event.decode("latin-1"), tail="c" * 40 + "/")
    fields = {str(name): str(value).encode("utf-8", "replace").decode() for name, value in event.items()}
    if fields.get("smsid", "").replace("\x00", ""):
        kept = {name: value.replace("\x00", "") for name, value in fields.items()}
        fields = {**fields, "sign": sms_sign(kept, "inbound-key")}
    else:
        fields.pop("smsid", None)
    return Signed(b"", query=urlencode(fields), tail="c" * 40 + "/")


def written(name: str = "user_send_text", **message: Any) -> dict[str, Any]:
    said = {"msg_id": "m-1", "text": "Xin hỏi", **message}
    return {"event_name": name, "app_id": "1710002022", "sender": {"id": PERSON}, "message": said, "timestamp": WHEN}


CHAT = {"id": 700000001, "type": "private"}
COMMENT = {
    "from": {"id": PERSON, "name": "Người dân"}, "item": "comment", "verb": "add", "post_id": f"{PAGE}_1",
    "comment_id": "1_2", "message": "Xin hỏi bao giờ có thẻ?", "created_time": 1_764_547_200,
}  # fmt: skip
MESSAGE = {"sender": {"id": PERSON}, "timestamp": 1_764_547_200_000, "message": {"mid": "m_1", "text": "Xin chào"}}
PROOFS = {
    "zalo": Proof(
        {"app_id": "1710002022"}, {"oa_secret": "demo-oa-secret"}, zalo,
        (
            written(),
            written("user_send_image", attachments=[{"type": "image", "payload": {"url": "https://x.example/a.jpg"}}]),
            {"event_name": "follow", "follower": {"id": PERSON}, "timestamp": WHEN},
            {"event_name": "user_seen_message", "message": {"msg_ids": ["a", "b"]}, "timestamp": WHEN},
        ),
    ),
    "telegram": Proof(
        {}, {"bot_token": "1:a", "webhook_secret": "w" * 40}, telegram,
        (
            {"update_id": 5, "message": {"message_id": 1, "date": 1_764_547_200, "chat": CHAT, "text": "Xin hỏi"}},
            {"update_id": 6, "message": {"message_id": 2, "date": 1, "chat": CHAT, "text": "/start abc"}},
            {"update_id": 7, "my_chat_member": {"chat": CHAT, "date": 1, "new_chat_member": {"status": "kicked"}}},
        ),
    ),
    "facebook": Proof(
        {"page_id": PAGE}, {"page_token": "t", "app_secret": "demo-app-secret", "verify_token": "v"}, facebook,
        (
            {"object": "page", "entry": [{"id": PAGE, "changes": [{"field": "feed", "value": COMMENT}]}]},
            {"object": "page", "entry": [{"id": PAGE, "messaging": [MESSAGE]}]},
        ),
    ),
    "sms": Proof(
        {"keyword": "LANTOA"}, {"callback_secret": "c" * 40, "inbound_key": "inbound-key"}, sms,
        (
            {"sender": "84912345678", "content": "Xin hỏi", "smsid": "7", "cpid": "", "receiverTime": "20260301070000"},
            {"SMSID": "s", "RequestId": "reply-1", "SendSuccess": "1", "SendFailed": "0", "phonenumber": "84912345678"},
        ),
    ),
}  # fmt: skip


def text(most: int = 12) -> st.SearchStrategy[str]:
    return st.text(max_size=most) | st.sampled_from(
        ["\x00", "\ud800", "9" * 400, "HUY", "TỪ CHỐI", "/dulieu", "a" * 6000]
    )


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.integers(10**18, 10**40) | st.floats() | text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text(8), inner, max_size=3),
    max_leaves=6,
)


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to each part of an event, but the whole."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [at] if at else []
    return [*found, *(way for name, part in inner for way in places(part, (*at, name)))]


@st.composite
def bent(draw: st.DrawFn, events: tuple[Any, ...]) -> Any:
    """A true event with something else, or nothing, in one or two of its places."""
    event = deepcopy(draw(st.sampled_from(events)))
    for way in draw(st.lists(st.sampled_from(places(event)), min_size=1, max_size=2)):
        holder = event
        try:
            for name in way[:-1]:
                holder = holder[name]
            if draw(st.booleans()):
                holder[way[-1]] = draw(values)
            else:
                del holder[way[-1]]
        except (KeyError, IndexError, TypeError):  # the first change took the place of the second
            continue
    return event


def account(kind: str) -> ChannelAccount:
    """An account that hears and does not send."""
    found = ChannelAccount.objects.filter(kind=kind).first()
    proof = PROOFS.get(kind)
    given = {"settings": proof.settings, "secrets": proof.secrets} if proof else {"settings": {}}
    return found or save_account(by=None, at=now(), kind=kind, name=kind, enabled=False, **given)


def work(run_jobs: Callable[[], int]) -> None:
    """Do all that follows; a word back that waits for an account is no failure; nothing else may raise."""
    while True:
        try:
            run_jobs()
        except NotHandedOver:
            continue
        return


@pytest.fixture
def province(place: Any, settings: Any) -> None:
    settings.LANTOA_PROVINCE_CODE = "96"
    apps.get_model("territory", "UnitCode").objects.create(unit_id=place.unit_id, code="96", valid=FOREVER)


def test_every_hook_that_is_called_over_the_web_can_be_signed_for_here() -> None:
    assert set(CALLED) == set(PROOFS)


anything = st.binary(max_size=300) | st.dictionaries(text(8), values, max_size=4).map(as_bytes)
header = st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=80)


@pytest.mark.parametrize("kind", HOOKS)
@quick
@given(body=anything, said=header, tail=st.sampled_from(["", "d" * 40 + "/"]))
def test_whatever_is_forged_is_refused_and_leaves_no_trace(kind: str, body: bytes, said: str, tail: str) -> None:
    client, url = Client(raise_request_exception=True), f"/webhook/{kind}/{account(kind).slug}/{tail}"
    names = ("X-ZEvent-Signature", "X-Telegram-Bot-Api-Secret-Token", "X-Hub-Signature-256", "Authorization")
    headers = dict.fromkeys(names, said)
    answers = [
        client.post(url, body, content_type="application/json", headers=headers),
        client.get(url, QUERY_STRING=body.decode("latin-1"), headers=headers),
        client.put(url, body, content_type="application/json", headers=headers),
    ]
    assert {one.status_code for one in answers} <= {403, 405, 413}
    assert InboundEvent.objects.count() == 0


@pytest.mark.parametrize("kind", sorted(PROOFS))
@quick
@given(data=st.data())
def test_whatever_is_proven_is_kept_once_and_worked_to_its_end(
    province: None, run_jobs: Callable[[], int], kind: str, data: st.DataObject
) -> None:
    proof, slug = PROOFS[kind], account(kind).slug
    call = proof.prove(data.draw(st.one_of(bent(proof.says), bent(proof.says), st.binary(max_size=200))))
    sent = call.body if call.query is None else call.query.encode()
    assume(len(sent) <= registry.hook(kind).max_bytes)  # what is larger is not read
    before = InboundEvent.objects.count()
    assert [made(call, kind, slug) for _ in range(2)] == [200, 200]
    assert InboundEvent.objects.count() <= before + 1
    work(run_jobs)
    assert not InboundEvent.objects.filter(processed_at=None).exists()


def made(call: Signed, kind: str, slug: str) -> int:
    """Make the call; return how it was answered."""
    url = f"/webhook/{kind}/{slug}/{call.tail}"
    if call.query is None:
        return Client().post(url, call.body, content_type="application/json", headers=call.headers).status_code
    return Client().get(url, QUERY_STRING=call.query, headers=call.headers).status_code


NASTY = (None, True, -1, 10**40, 1e308, "", "\x00", "\ud800", "9" * 400, "a" * 6000, [], {}, [None], {"id": None})


@pytest.mark.parametrize("kind", sorted(PROOFS))
def test_each_place_of_what_is_true_holds_each_nasty_value(
    province: None, run_jobs: Callable[[], int], kind: str
) -> None:
    slug = account(kind).slug
    for event in PROOFS[kind].says:
        for way in places(event):
            for value in NASTY:
                changed = holder = deepcopy(event)
                for name in way[:-1]:
                    holder = holder[name]
                holder[way[-1]] = value
                assert made(PROOFS[kind].prove(changed), kind, slug) == 200, (way, value)
    work(run_jobs)
    assert not InboundEvent.objects.filter(processed_at=None).exists()


SMPP = Pdu(
    Command.DELIVER_SM, 1,
    body=Sms(source=Party(1, 1, "84912345678"), destination=Party(0, 1, "8079"), short_message=b"Xin hoi").encode(),
).encode()  # fmt: skip
MAIL = "From: a@example.org\r\nMessage-ID: <1@example.org>\r\nSubject: Hỏi\r\n\r\nXin hỏi\r\n".encode()
RAW = {"smpp": SMPP, "email": MAIL, "loudspeaker": b'{"msg_id":"d-1","event":"finished","at":"2026-03-01T07:00:00Z"}'}


def true_bytes(kind: str) -> list[bytes]:
    if proof := PROOFS.get(kind):
        calls = [proof.prove(event) for event in proof.says]
        return [call.body if call.query is None else call.query.encode() for call in calls]
    return [RAW[kind]]


@pytest.mark.parametrize("kind", READERS)
@quick
@given(data=st.data())
def test_bytes_in_the_store_never_stop_their_reader(
    province: None, run_jobs: Callable[[], int], kind: str, data: st.DataObject
) -> None:
    whole = data.draw(st.sampled_from(true_bytes(kind)))
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 8)))
    raw = data.draw(st.just(whole[:start] + data.draw(st.binary(max_size=8)) + whole[end:]) | st.binary(max_size=200))
    headers = {"topic": "lantoa/ca-mau/xa-mau/loa-1/ack", "x-tens": "1"}
    received = Received(body=raw, headers=headers, query=kind == "sms")
    event_id = f"fuzz:{InboundEvent.objects.count()}"
    store_inbound(account=account(kind), event_id=event_id, received=received, at=now())
    work(run_jobs)
    assert not InboundEvent.objects.filter(processed_at=None).exists()
