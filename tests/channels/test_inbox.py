"""Mails that come in: fetched once from a real IMAP server, whatever dies meanwhile; believed only by our own mark."""

import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.channels.collecting import CollectProblem
from lantoa.channels.contract import Outgoing
from lantoa.channels.email.compose import compose, return_address
from lantoa.channels.email.imap import BEGINNING, ImapCollector, mailbox_name
from lantoa.channels.email.proof import marked, proven_keys
from lantoa.channels.email.reading import read_mail
from lantoa.channels.events import AddressDead, MessageRefused, ReceiptsReceived, TextReceived
from lantoa.channels.fetching import LEASE, collect_due
from lantoa.channels.inbound import DeadEnd, Inbound, Receipt, ReceiptState, Received, Refusal, Text, Unreadable
from lantoa.channels.models import ChannelAccount, InboundEvent, InboxMark
from lantoa.channels.reading import read_waiting
from lantoa.channels.services import save_account
from lantoa.kernel import events
from lantoa.kernel.clock import now
from lantoa.kernel.events import Event
from tests.channels.dovecot import PASSWORD, Dovecot, dovecot, stand_in

HERE = Path(__file__).parent
KEY = "0123456789abcdef-42-0"
SENDER = {"sender": "tin@lantoa.example", "sender_name": "Sở Lan Tỏa", "host": "127.0.0.1", "security": "none"}
quick = settings(max_examples=150)


def mail(text: str = "Xin hỏi về vay vốn.", *, sender: str = "ba.con@example.org", **headers: str) -> bytes:
    one = EmailMessage()
    one["From"], one["To"] = sender, "hopthu@lantoa.example"
    one["Message-ID"] = headers.pop("message_id", f"<{random.getrandbits(64):x}@example.org>")
    for name, value in headers.items():
        one[name.replace("_", "-")] = value
    one.set_content(text)
    return one.as_bytes(policy=SMTP)


def bounce(
    action: str, status: str, *, message_id: str = "", to: str = "hopthu@lantoa.example", said: str = ""
) -> bytes:
    """A delivery report as Postfix writes it."""
    returned = f"Message-ID: {message_id}\r\nSubject: tin\r\n\r\nxin\r\n" if message_id else "Subject: tin\r\n\r\nx\r\n"
    return (
        f"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.org\r\nTo: {to}\r\nSubject: Undelivered\r\n"
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\r\n\r\n'
        "--B\r\nContent-Type: text/plain\r\n\r\nYour mail came back.\r\n"
        "--B\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n"
        f"Final-Recipient: rfc822; ba.con@example.org\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"{f'Diagnostic-Code: smtp; {said}' + chr(13) + chr(10) if said else ''}\r\n"
        f"--B\r\nContent-Type: message/rfc822\r\n\r\n{returned}--B--\r\n"
    ).encode()


def read(raw: bytes) -> list[Inbound]:
    return read_mail(Received(body=raw, headers={}))


@pytest.fixture(scope="module", params=[dovecot, stand_in], ids=["dovecot", "stand-in"])
def server(request: pytest.FixtureRequest) -> Iterator[Dovecot]:
    with request.param() as running:
        yield running


def account(settings: dict[str, Any], password: str = PASSWORD) -> ChannelAccount:
    return save_account(
        by=None, at=now(), kind="email", name="Thư tỉnh", settings={**SENDER, **settings},
        secrets={"imap_password": password},
    )  # fmt: skip


@pytest.fixture
def mailbox(server: Dovecot) -> Iterator[Dovecot]:
    """The server, its mailbox empty before and after."""
    server.empty()
    yield server
    server.empty()


@pytest.fixture
def box(mailbox: Dovecot, db: None) -> Dovecot:
    """An empty mailbox, and an account that reads it."""
    account(mailbox.settings())
    return mailbox


def due() -> None:
    InboxMark.objects.update(due_at=now() - timedelta(seconds=1))


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    told: list[Event] = []
    for kind in (ReceiptsReceived, TextReceived, AddressDead, MessageRefused):
        name = f"test.{kind.__name__}"
        monkeypatch.setitem(events._handlers, name, (kind, told.append))
        monkeypatch.setitem(events._subscribers, kind, [name])
    return told


# Fetching


def test_new_mails_are_stored_raw_once_and_left_as_they_are(box: Dovecot) -> None:
    first, second = mail("Một"), mail("Hai")
    box.deliver(first, second)
    assert collect_due(at=now()) == 2
    assert [bytes(row.raw) for row in InboundEvent.objects.order_by("pk")] == [first, second]
    assert collect_due(at=now()) is None  # not due again yet
    due()
    assert collect_due(at=now()) == 0
    box.deliver(third := mail("Ba"))
    due()
    assert collect_due(at=now()) == 1
    last = InboundEvent.objects.order_by("pk").last()
    assert last is not None
    assert bytes(last.raw) == third
    client = box.client()
    client.select("INBOX", readonly=True)
    assert client.uid("SEARCH", "UNSEEN")[1][0].split() == client.uid("SEARCH", "ALL")[1][0].split()
    client.logout()


def test_a_mailbox_numbered_anew_is_read_again_and_nothing_is_stored_twice(box: Dovecot) -> None:
    box.deliver(*(mail(f"Thư {number}") for number in range(5)))
    assert collect_due(at=now()) == 5
    before = InboxMark.objects.get().mark["validity"]
    box.number_anew()
    box.deliver(mail("Thư mới"))
    due()
    assert collect_due(at=now()) == 1
    assert InboxMark.objects.get().mark["validity"] != before
    assert InboundEvent.objects.count() == 6


def test_only_what_arrived_since_the_day_asked_for_is_read(server: Dovecot, db: None, box: Dovecot) -> None:
    box.deliver(mail("Hôm nay"))
    ChannelAccount.objects.all().delete()
    account(server.settings(imap_since=f"{now().date() + timedelta(days=2):%Y-%m-%d}"))
    assert collect_due(at=now()) == 0


def test_of_a_mail_that_is_too_large_the_beginning_is_kept(box: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lantoa.channels.email.imap.WHOLE", BEGINNING)
    box.deliver(mail("Thư rất dài. " + "x " * 300_000))
    assert collect_due(at=now()) == 1
    row = InboundEvent.objects.get()
    assert len(row.raw) == BEGINNING
    assert int(row.headers["x-whole-size"]) > BEGINNING
    [text] = ImapCollector().read(Received(body=bytes(row.raw), headers=row.headers))
    assert isinstance(text, Text)
    assert text.text.startswith("Thư rất dài.")


def test_a_folder_with_a_vietnamese_name_is_found(server: Dovecot, db: None) -> None:
    client = server.client()
    client.create(mailbox_name("Hộp thư & việc"))
    client.logout()
    server.deliver(mail(), mailbox=mailbox_name("Hộp thư & việc"))
    account(server.settings(imap_mailbox="Hộp thư & việc"))
    assert collect_due(at=now()) == 1


@pytest.mark.parametrize(
    ("wrong", "password", "words"),
    [
        ({}, "sai", "refuses the user name"),
        ({"imap_mailbox": "Không có"}, PASSWORD, "no such mailbox"),
        ({"imap_port": 1}, PASSWORD, "cannot be read"),
    ],
)
def test_a_mailbox_that_cannot_be_read_rests_and_says_why(
    server: Dovecot, db: None, wrong: dict[str, Any], password: str, words: str
) -> None:
    account(server.settings(**wrong), password)
    assert collect_due(at=now()) == 0
    first = InboxMark.objects.get()
    assert words in first.error
    assert (first.failures, first.lease_until, first.looked_at) == (1, None, None)
    due()
    collect_due(at=now())
    second = InboxMark.objects.get()
    assert second.due_at - now() > first.due_at - now()  # it rests longer each time


def test_one_worker_at_a_time_looks_and_a_dead_ones_mailbox_is_free_again(box: Dovecot) -> None:
    box.deliver(mail())
    at = now()
    InboxMark.objects.create(account=ChannelAccount.objects.get(), due_at=at, lease_until=at + LEASE)
    assert collect_due(at=at) is None
    assert collect_due(at=at + LEASE) == 1


@pytest.mark.django_db(transaction=True)
def test_readers_killed_at_any_moment_store_each_mail_once(mailbox: Dovecot) -> None:
    account(mailbox.settings(imap_seconds=1))
    mails = [mail(f"Thư số {number}. " + "x" * 20_000) for number in range(60)]
    mailbox.deliver(*mails)
    chance = random.Random(7)
    for _kill in range(6):
        readers = [
            subprocess.Popen(
                [sys.executable, str(HERE / "mailbox_reader.py"), str(connection.settings_dict["NAME"])],
                stdout=subprocess.PIPE,
            )
            for _ in range(2)
        ]
        for reader in readers:
            assert reader.stdout is not None
            reader.stdout.readline()
        time.sleep(chance.uniform(0.01, 0.12))  # real kills of a real process, anywhere in its work
        for reader in readers:
            reader.kill()
            reader.wait()
            assert reader.stdout is not None
            reader.stdout.close()
    due()
    InboxMark.objects.update(lease_until=None)
    collect_due(at=now())
    assert sorted(bytes(row.raw) for row in InboundEvent.objects.all()) == sorted(mails)


# Servers that are not well

GREETING, LOGIN = b"* OK ready\r\n", b"A OK done\r\n"
SELECT = b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\nA OK done\r\n"
CAPABILITY = b"* CAPABILITY IMAP4rev1\r\nA OK done\r\n"
ONE = [GREETING, CAPABILITY, LOGIN, SELECT, b"* SEARCH 1\r\nA OK done\r\n"]
SIZE = b"* 1 FETCH (RFC822.SIZE 9)\r\nA OK done\r\n"


@contextmanager
def script(*answers: bytes) -> Iterator[dict[str, Any]]:
    """A server that says these things, one after each line it is sent; its tag is the client's."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        peer, _address = listener.accept()
        with peer, peer.makefile("rb") as lines:
            peer.sendall(answers[0])
            for answer in answers[1:]:
                line = lines.readline()
                if not line:
                    return
                tag = line.split()[0]
                peer.sendall(answer.replace(b"A OK", tag + b" OK").replace(b"A NO", tag + b" NO"))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield {
            "imap_host": "127.0.0.1",
            "imap_port": listener.getsockname()[1],
            "imap_security": "none",
            "timeout": 0.5,
        }
    finally:
        listener.close()
        thread.join(5)


UNWELL = {
    "another language": [b"220 mail ESMTP\r\n"],
    "silence": [b""],
    "bytes": [bytes(range(256)) * 8 + b"\r\n"],
    "no numbers": [GREETING, CAPABILITY, LOGIN, b"* 1 EXISTS\r\nA OK done\r\n"],
    "search refused": [GREETING, CAPABILITY, LOGIN, SELECT, b"A NO sorry\r\n"],
    "gone in the middle": [*ONE, b"* 1 FETCH (UID 1 BODY[] {9"],
    "cut literal": [*ONE, SIZE, b"* 1 FETCH (UID 1 BODY[] {500}\r\nFrom: x"],
    "endless literal": [*ONE, SIZE, b"* 1 FETCH (UID 1 BODY[] {99999999999}\r\n"],
    "named and not given": [*ONE, SIZE, b"A OK done\r\n", b"* SEARCH 1\r\nA OK done\r\n"],
}


@pytest.mark.parametrize("name", UNWELL)
def test_a_server_that_is_not_well_is_left_with_a_reason(name: str) -> None:
    with script(*UNWELL[name]) as settings, pytest.raises(CollectProblem):
        list(ImapCollector().collect(settings, {"imap_password": "x"}, {}))


def test_a_mail_deleted_meanwhile_is_passed_over() -> None:
    gone = [b"A OK done\r\n", b"A OK done\r\n", b"* SEARCH\r\nA OK done\r\n"]
    with script(*ONE, *gone, b"* BYE\r\nA OK done\r\n") as settings:
        [batch] = ImapCollector().collect(settings, {"imap_password": "x"}, {})
    assert (batch.found, dict(batch.mark)) == ([], {"validity": 7, "uid": 1})


@settings(max_examples=40)
@given(st.lists(st.binary(max_size=200), min_size=1, max_size=6))
def test_whatever_a_server_says_ends_in_mails_or_a_reason(answers: list[bytes]) -> None:
    with script(*answers) as settings:
        settings["timeout"] = 0.05
        try:
            list(ImapCollector().collect(settings, {"imap_password": "x"}, {}))
        except CollectProblem as problem:
            assert problem.reason  # noqa: PT017


# Believing


def test_a_mark_holds_for_its_key_alone() -> None:
    ours = marked(KEY)
    assert list(proven_keys(f"<{ours}@lantoa.example>")) == [KEY]
    assert list(proven_keys(f"hopthu+{ours.upper()}@lantoa.example")) == [KEY]
    assert list(proven_keys(ours.replace("42", "43"))) == []
    assert list(proven_keys(f"{KEY}.0123456789abcdef")) == []


def test_a_mail_of_ours_carries_the_mark_where_answers_are_read() -> None:
    message = Outgoing(key=KEY, address="ba@example.org", text="Tin", unsubscribe_url="https://lantoa.example/thoi/x")
    read_here = {**SENDER, "imap_host": "imap.example", "imap_address": "hopthu@lantoa.example", "imap_plus": True}
    sent = compose(message, read_here).decode("ascii", "replace")
    assert f"Message-ID: <{marked(KEY)}@lantoa.example>\r\n" in sent
    assert "Reply-To: hopthu@lantoa.example\r\n" in sent
    assert (
        f"<https://lantoa.example/thoi/x>,\r\n <mailto:hopthu@lantoa.example?subject=huy%20{marked(KEY)}>\r\n" in sent
    )
    assert return_address(KEY, read_here) == f"hopthu+{marked(KEY)}@lantoa.example"
    assert return_address(KEY, {**read_here, "imap_plus": False}) == "hopthu@lantoa.example"
    plain = compose(message, SENDER).decode("ascii", "replace")
    assert f"<{KEY}@lantoa.example>" in plain
    assert "Reply-To" not in plain
    assert return_address(KEY, SENDER) == "tin@lantoa.example"


OURS = f"<{marked(KEY)}@lantoa.example>"
FAILED = Receipt("", KEY, ReceiptState.FAILED)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (bounce("failed", "5.1.1", message_id=OURS), [FAILED, DeadEnd(KEY)]),
        (bounce("failed", "5.1.1", to=f"hopthu+{marked(KEY)}@lantoa.example"), [FAILED, DeadEnd(KEY)]),
        (bounce("failed", "5.0.0", message_id=OURS, said="550 5.1.1 no such user"), [FAILED, DeadEnd(KEY)]),
        (bounce("failed", "5.7.1", message_id=OURS), [FAILED]),
        (bounce("failed", "4.4.7", message_id=OURS), [FAILED]),
        (bounce("delayed", "4.4.1", message_id=OURS), []),
        (bounce("relayed", "2.0.0", message_id=OURS), []),
        (bounce("delivered", "2.0.0", message_id=OURS), [Receipt("", KEY, ReceiptState.DELIVERED)]),
        (bounce("failed", "5.1.1", message_id=f"<{KEY}@lantoa.example>"), []),  # known by its key, not proven
        (bounce("failed", "5.1.1", message_id=OURS.replace("42", "43")), []),
        (bounce("failed", "5.1.1"), []),
    ],
)  # fmt: skip
def test_what_a_delivery_report_says(raw: bytes, expected: list[Inbound]) -> None:
    assert read(raw) == expected


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated (rejected)"},
        {"Precedence": "bulk"},
        {"X_Autoreply": "yes"},
        {"List_Id": "<tin.example.org>"},
        {"Return_Path": "<>"},
    ],
)
def test_what_no_person_wrote_says_nothing(headers: dict[str, str]) -> None:
    assert read(mail("Tôi đi vắng.", **headers)) == []
    assert read(mail("Tôi đi vắng.", sender="MAILER-DAEMON@example.org")) == []


def test_a_persons_words_are_read_without_what_they_quote() -> None:
    quoting = "Cho tôi hỏi thêm.\n\nVào Th 5, 26 thg 11, 2026 lúc 9:00 Sở <tin@lantoa.example> đã viết:\n> Tin\n> dài\n"
    raw = mail(quoting, message_id="<m1@example.org>", In_Reply_To=OURS, Subject="Re: Tin")
    [text] = read(raw)
    assert isinstance(text, Text)
    assert (text.sender, text.text, text.answers) == ("ba.con@example.org", "Cho tôi hỏi thêm.", KEY)
    [other] = read(
        mail(quoting.replace("thêm", "nữa"), message_id="<m1@example.org>", In_Reply_To=OURS, Subject="Re: Tin")
    )
    assert isinstance(other, Text)
    assert text.message_id.startswith("<m1@example.org>#")
    assert other.message_id != text.message_id, "whoever knows the id of a mail writes no other over it"


def test_a_stranger_who_knows_our_keys_answers_nothing() -> None:
    [text] = read(mail(In_Reply_To=f"<{KEY}@lantoa.example>", References=f"<{KEY}.0000000000000000@lantoa.example>"))
    assert isinstance(text, Text)
    assert text.answers == ""


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (mail("Vay ở đâu, tôi xin hỏi?", Subject="Vay vốn"), "Vay vốn\n\nVay ở đâu, tôi xin hỏi?"),
        (mail("HUY", Subject="Re: Tin tháng 11"), "HUY"),
        (mail("", Subject="HUY"), "HUY"),
        (mail(" \n", Subject="=?utf-8?b?VuG7gQ==?= nhà"), "Về nhà"),
    ],
)
def test_subject_and_body_together_say_what_was_meant(raw: bytes, words: str) -> None:
    [text] = read(raw)
    assert isinstance(text, Text)
    assert text.text == words


def test_html_alone_is_read_as_its_words() -> None:
    one = EmailMessage()
    one["From"] = "ba@example.org"
    one.set_content("<style>p{}</style><p>Xin <b>hỏi</b></p><script>alert(1)</script><p>về vay vốn</p>", subtype="html")
    [text] = read(one.as_bytes())
    assert isinstance(text, Text)
    assert text.text == "Xin hỏi\n\nvề vay vốn"


def test_our_own_way_out_by_mail_is_a_refusal_and_a_made_up_one_is_not() -> None:
    assert read(mail("", Subject=f"huy {marked(KEY)}")) == [Refusal(KEY)]
    assert read(mail("", Subject=f"Huy {marked(KEY)}", Auto_Submitted="auto-generated")) == [Refusal(KEY)]
    [said] = read(mail("", Subject=f"huy {KEY}.0000000000000000"))
    assert isinstance(said, Text)


@quick
@given(st.binary(max_size=2000))
def test_any_bytes_are_a_mail_or_unreadable(raw: bytes) -> None:
    _only_strangers(raw)


HEADERS = st.sampled_from(
    ["From", "To", "Subject", "Message-ID", "In-Reply-To", "References", "Content-Type", "Content-Transfer-Encoding",
     "Auto-Submitted", "Return-Path", "Action", "Status", "Diagnostic-Code", "Date"]
)  # fmt: skip
VALUES = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["multipart/report; boundary=B", "message/rfc822", "message/delivery-status", "text/html; charset=x-none",
         "text/plain; charset=utf-7", "base64", "=?utf-8?q?=FF?=", f"<{KEY}@x>", "failed", "5.1.1", "multipart/mixed"]
    ),
)  # fmt: skip


@quick
@given(st.lists(st.tuples(HEADERS, VALUES), max_size=12), st.text(max_size=300), st.booleans())
def test_any_headers_are_read_without_harm_and_prove_nothing(
    headers: list[tuple[str, str]], body: str, parts: bool
) -> None:
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    raw = f"{head}\r\n{'--B\r\nAction: failed\r\n\r\n' if parts else ''}{body}".encode("utf-8", "replace")
    _only_strangers(raw)


def _only_strangers(raw: bytes) -> None:
    """Nothing without our mark says anything of a message of ours, and no text breaks the database."""
    try:
        found = read(raw)
    except Unreadable:
        return
    for one in found:
        assert isinstance(one, Text)
        assert one.answers == ""
        assert "\x00" not in one.sender + one.text + one.message_id
        (one.sender + one.text + one.message_id).encode()


def test_the_rooms_above_are_told_once(box: Dovecot, heard: list[Event], run_jobs: Callable[[], int]) -> None:
    box.deliver(
        bounce("failed", "5.1.1", message_id=OURS),
        mail("Xin hỏi"),
        mail("", Subject=f"huy {marked(KEY)}"),
        mail("Vắng mặt", Auto_Submitted="auto-replied"),
        b"\xff\xfe",
    )
    collect_due(at=now())
    run_jobs()
    assert read_waiting(at=now()) == 0
    assert [type(event).__name__ for event in heard] == [
        "ReceiptsReceived", "AddressDead", "TextReceived", "MessageRefused"
    ]  # fmt: skip
    assert InboundEvent.objects.filter(processed_at=None).count() == 0
