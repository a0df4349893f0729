"""Recorded texts to the short code, at its door on the web, and recorded bounces, as the mailbox hands them over."""

from datetime import UTC, datetime
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from django.test import Client

from lantoa.channels.email.proof import marked
from lantoa.channels.email.reading import read_mail
from lantoa.channels.inbound import DeadEnd, Inbound, Receipt, ReceiptState, Received, Text
from lantoa.channels.models import ChannelAccount, InboundEvent
from lantoa.channels.services import save_account
from lantoa.channels.sms.webhook import SmsHook
from lantoa.kernel.clock import now

SAMPLES = Path(__file__).parent / "samples"
KEY = "0123456789abcdef-42-0"
NUMBER, WHEN = "84900000001", datetime(2026, 11, 26, 3, 30, tzinfo=UTC)

TEXTS: dict[str, Text] = {
    "question": Text(NUMBER, "Xin hoi ve vay von", "4f2b7c10", WHEN),
    "accents": Text(NUMBER, "Bao giờ có thẻ bảo hiểm?", "4f2b7c11", WHEN),
    "stop": Text(NUMBER, "TU CHOI", "4f2b7c12", WHEN),
    "without_keyword": Text(NUMBER, "Xin hoi", "4f2b7c13", WHEN),
    "plus_not_escaped": Text(NUMBER, "Xin hoi", "4f2b7d1", WHEN),
    "odd_time": Text(NUMBER, "Xin hoi ve vay von", "4f2b7c15", None),
}
FORGED = {"altered"}

FAILED, DEAD = Receipt("", KEY, ReceiptState.FAILED), DeadEnd(KEY, None)
MAILS: dict[str, list[Inbound]] = {
    "dsn_no_such_mailbox": [FAILED, DEAD],
    "dsn_dead_in_the_words": [FAILED, DEAD],
    "dsn_headers_only": [FAILED, DEAD],
    "dsn_mailbox_full": [FAILED],
    "dsn_refused_as_spam": [FAILED],
    "dsn_delivered": [Receipt("", KEY, ReceiptState.DELIVERED)],
    "dsn_delayed": [],
    "dsn_of_somebody_elses_mail": [],
    "qmail_bounce": [],
    "html_bounce": [],
}


def query(name: str) -> str:
    return (SAMPLES / f"sms_mo_{name}.txt").read_text().strip()


@pytest.fixture
def gateway(db: None) -> ChannelAccount:
    return save_account(
        by=None, at=now(), kind="sms", name="eSMS", settings={"keyword": "LANTOA", "cp_id": "100"},
        secrets={"callback_secret": "c" * 40, "inbound_key": "khoa-cua-dau-so"},
    )  # fmt: skip


def test_every_recorded_text_and_bounce_is_read() -> None:
    assert {path.stem.removeprefix("sms_mo_") for path in SAMPLES.glob("sms_mo_*.txt")} == set(TEXTS) | FORGED
    assert {path.stem for path in (SAMPLES / "mail").glob("*.eml")} == set(MAILS)


def test_texts_to_the_short_code_are_kept_once_and_answered_as_the_gateway_wants(gateway: ChannelAccount) -> None:
    for name, text in TEXTS.items():
        for _ in range(2):
            answer = Client().get(f"/webhook/sms/{gateway.slug}/", QUERY_STRING=query(name))
            heard = {part.tag: part.text or "" for part in fromstring(answer.content)}
            assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/xml")
            assert heard == {"Message": "", "Smsid": text.message_id, "Receiver": NUMBER}
    kept = InboundEvent.objects.order_by("pk")
    assert [one for row in kept for one in SmsHook().read(_received(row))] == list(TEXTS.values())


def _received(row: InboundEvent) -> Received:
    return Received(body=bytes(row.raw), headers=row.headers, query=row.query)


def test_a_text_that_was_altered_on_its_way_leaves_no_trace(gateway: ChannelAccount) -> None:
    for name in FORGED:
        answer = Client().get(f"/webhook/sms/{gateway.slug}/", QUERY_STRING=query(name))
        assert (answer.status_code, InboundEvent.objects.count()) == (403, 0)


@pytest.mark.parametrize("name", MAILS)
def test_recorded_bounces(name: str) -> None:
    written = (SAMPLES / "mail" / f"{name}.eml").read_text().replace("{mark}", marked(KEY))
    assert read_mail(Received(body=written.replace("\n", "\r\n").encode(), headers={})) == MAILS[name]
