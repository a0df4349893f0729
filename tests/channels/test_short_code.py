"""Texts to a short code at the door on the web, and PDUs at the door of our own connection: whatever comes."""

from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.channels.inbound import Received
from lantoa.channels.models import ChannelAccount, InboundEvent
from lantoa.channels.reading import read_waiting
from lantoa.channels.services import keep_report, save_account
from lantoa.channels.sms.webhook import sign
from lantoa.kernel.clock import now

pytestmark = pytest.mark.django_db
quick = settings(max_examples=25)
NAMES = ("sender", "content", "serviceNumber", "keyword", "cpid", "smsid", "receiverTime", "sign", "SMSID", "extra")
queries = st.dictionaries(st.sampled_from(NAMES), st.text(max_size=60))


@pytest.fixture
def gateway(db: None) -> ChannelAccount:
    secrets = {"api_key": "k", "secret_key": "s", "callback_secret": "c" * 40, "inbound_key": "inbound-key"}
    return save_account(by=None, at=now(), kind="sms", name="eSMS", settings={"keyword": "LANTOA"}, secrets=secrets)


def door(account: ChannelAccount) -> str:
    return f"/webhook/{account.kind}/{account.slug}/"


@quick
@given(queries)
def test_any_text_without_the_key_is_forged_and_leaves_no_trace(
    gateway: ChannelAccount, fields: dict[str, str]
) -> None:
    query = urlencode(fields, errors="replace")
    assert Client().get(door(gateway), QUERY_STRING=query).status_code == 403
    assert not InboundEvent.objects.exists()


@quick
@given(queries, st.text(max_size=30))
def test_any_text_with_a_true_signature_is_kept_once_and_read_without_harm(
    gateway: ChannelAccount, fields: dict[str, str], smsid: str
) -> None:
    fields = {name: value.replace("\x00", "") for name, value in fields.items()}
    fields = {**fields, "smsid": smsid.replace("\x00", "") or "1"}
    fields = {name: value.encode("utf-8", "replace").decode() for name, value in fields.items()}
    query = urlencode({**fields, "sign": sign(fields, "inbound-key")})
    before = InboundEvent.objects.count()
    answers = [Client().get(door(gateway), QUERY_STRING=query) for _ in range(2)]
    assert [(one.status_code, one.headers["Content-Type"]) for one in answers] == [(200, "text/xml")] * 2
    assert InboundEvent.objects.count() <= before + 1
    read_waiting(at=timezone.now())
    assert not InboundEvent.objects.filter(processed_at=None).exists()


def test_the_words_kept_with_a_request_are_the_accounts_not_the_senders(gateway: ChannelAccount) -> None:
    fields = {"sender": "84900000001", "content": "HUY", "smsid": "7", "cpid": "", "receiverTime": ""}
    query = urlencode({**fields, "sign": sign(fields, "inbound-key")})
    assert Client().get(door(gateway), QUERY_STRING=query, headers={"X-Keyword": "HUY"}).status_code == 200
    assert InboundEvent.objects.get().headers["x-keyword"] == "LANTOA"


@quick
@given(st.binary(max_size=300))
def test_any_bytes_on_our_own_connection_are_kept_once_and_read_without_harm(raw: bytes) -> None:
    account, _made = ChannelAccount.objects.get_or_create(kind="smpp", slug="trung-tam", defaults={"name": "SMSC"})
    for _ in range(2):
        keep_report(account=account, received=Received(body=raw, headers={"x-tens": "1"}), at=timezone.now())
    assert InboundEvent.objects.filter(raw=raw).count() == 1
    read_waiting(at=timezone.now())
    assert not InboundEvent.objects.filter(processed_at=None).exists()


def test_other_cuts_of_the_same_letters_are_no_other_text(gateway: ChannelAccount) -> None:
    """The provider signs its fields run together; whoever saw one signed address forges nothing with it."""
    fields = {"sender": "84900000001", "content": "LT HUY", "smsid": "1001", "cpid": "cp", "receiverTime": "t"}
    signed = sign(fields, "inbound-key")
    moved = {**fields, "smsid": "1001LT ", "content": "HUY"}
    assert sign(moved, "inbound-key") == signed
    for one in (fields, moved, {**fields, "sender": "84900000002"}):
        query = urlencode({**one, "sign": signed})
        assert Client().get(door(gateway), QUERY_STRING=query).status_code == 200
    assert InboundEvent.objects.count() == 1
