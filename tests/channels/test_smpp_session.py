"""The SMPP transport against our stand-in and against a server that somebody else wrote, over real sockets."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
import smpp34
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from lantoa.channels.contract import (
    Accepted,
    AccountProblem,
    Outcome,
    Outgoing,
    Rejected,
    Retry,
    SendProblem,
    Throttled,
    Unknown,
    outcome_of,
)
from lantoa.channels.inbound import Receipt, ReceiptState, Received, Text
from lantoa.channels.smpp.form import SmppForm
from lantoa.channels.smpp.reader import SmppReader
from lantoa.channels.smpp.statuses import bind_problem, codes, problem_of
from lantoa.channels.smpp.transport import SmppTransport
from lantoa.simulators.smpp import SmppSimulator

MESSAGE = Outgoing(key="d-1", address="+84900000001", text="Bà con nhớ mang thẻ.")
LONG = "Bà con nhớ mang thẻ bảo hiểm y tế và giấy tờ tùy thân khi đến trạm. " * 3
reader = SmppReader()


def settings_for(port: int, **more: Any) -> dict[str, Any]:
    login = {"host": "127.0.0.1", "port": port, "system_id": "lantoa", "brandname": "LANTOA", "timeout": 5}
    return {**login, "keepalive": 60, **more}


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - what happens at a stand-in sets no event of ours
            await asyncio.sleep(0.01)


class Kept(list[Received]):
    """Where reports end up; refuses as long as it is told to."""

    refusing = False

    async def keep(self, received: Received) -> None:
        if self.refusing:
            raise RuntimeError("the database is away")
        self.append(received)


@asynccontextmanager
async def listening(port: int, kept: Kept | None = None, **more: Any) -> AsyncIterator[SmppTransport]:
    transport = SmppTransport(settings_for(port, **more), {"password": more.pop("password", "demo-pw")})
    transport.keep = kept.keep if kept is not None else None
    async with transport:
        yield transport


async def sent(transport: SmppTransport, **changes: Any) -> Outcome:
    return await outcome_of(transport, replace(MESSAGE, **changes))


def test_the_centre_sees_the_brand_name_the_number_and_the_text_as_approved() -> None:
    async def work() -> None:
        async with SmppSimulator() as centre, listening(centre.smpp_port) as transport:
            assert isinstance(await sent(transport), Accepted)
            assert isinstance(await sent(transport, text="Ba con nho mang the {1} €5.", key="d-2"), Accepted)
            first, second = centre.ledger.entries.values()
            assert (first.address, first.text) == ("84900000001", MESSAGE.text)
            assert (first.more["source"], first.more["source_ton"], first.more["ton_npi"]) == ("LANTOA", 5, [1, 1])
            assert (first.more["data_coding"], first.more["registered"]) == (8, 1)
            assert (second.text, second.more["data_coding"]) == ("Ba con nho mang the {1} €5.", 0)

    run(work())


@pytest.mark.parametrize("form", ["udh", "payload"])
@pytest.mark.parametrize("text", [LONG, "Ba con nho mang the bao hiem y te khi den tram. " * 8])
def test_a_long_text_arrives_whole(form: str, text: str) -> None:
    async def work() -> None:
        async with SmppSimulator() as centre, listening(centre.smpp_port, long_texts=form) as transport:
            outcome = await sent(transport, text=text)
            [entry] = centre.ledger.entries.values()
            assert isinstance(outcome, Accepted)
            assert (entry.text, outcome.provider_id) == (text, entry.provider_id)
            assert (entry.more["parts"] > 1) == (form == "udh")
            assert len(outcome.parts) == (entry.more["parts"] if form == "udh" else 0)

    run(work())


def test_a_long_text_throttled_in_the_middle_goes_on_and_is_sent_once() -> None:
    async def work() -> None:
        async with SmppSimulator(throttle=0.4, seed=5) as centre, listening(centre.smpp_port) as transport:
            outcomes = []
            for n in range(6):
                outcome = await sent(transport, text=f"{LONG}{n}", key=f"d-{n}")
                while isinstance(outcome, Throttled):  # the very first part: nothing has left
                    outcome = await sent(transport, text=f"{LONG}{n}", key=f"d-{n}")
                outcomes.append(type(outcome))
            assert set(outcomes) <= {Accepted, Unknown}
            assert outcomes.count(Accepted) == len(centre.ledger.entries)
            assert {entry.times for entry in centre.ledger.entries.values()} == {1}

    run(work())


def test_a_part_lost_after_the_first_left_leaves_the_message_in_doubt() -> None:
    async def work() -> None:
        async with SmppSimulator() as centre, listening(centre.smpp_port) as transport:
            await sent(transport, key="warm")
            submit, calls = transport._submit, []

            async def failing(session: Any, body: bytes) -> Any:
                calls.append(body)
                if len(calls) == 2:
                    centre.hang_up()
                    await session.lost.wait()
                return await submit(session, body)

            transport._submit = failing  # type: ignore[method-assign]
            assert type(await sent(transport, text=LONG)) is Unknown

    run(work())


def test_no_more_is_on_its_way_than_the_window_allows() -> None:
    async def work() -> None:
        async with SmppSimulator(slow_ms=20, window=4) as centre, listening(centre.smpp_port, window=4) as transport:
            messages = [replace(MESSAGE, key=f"d-{n}", address=f"849000000{n:02d}") for n in range(40)]
            outcomes = await transport.send_many(messages)
            assert {type(outcome) for outcome in outcomes} == {Accepted}
            assert centre.most_at_once == 4

    run(work())


def test_who_only_sends_is_given_no_reports() -> None:
    async def work() -> None:
        async with SmppSimulator(receipts=False) as centre, listening(centre.smpp_port) as transport:
            await sent(transport)
            assert [one.receives for one in centre.bound] == [False]

    run(work())


def test_receipts_and_texts_are_handed_over_raw_and_answered_when_kept() -> None:
    async def work() -> None:
        kept = Kept()
        async with SmppSimulator() as centre, listening(centre.smpp_port, kept) as transport:
            outcome = await sent(transport)
            assert isinstance(outcome, Accepted)
            await until(lambda: len(kept) == 1)
            assert reader.read(kept[0]) == [Receipt(outcome.provider_id, "", ReceiptState.DELIVERED)]
            assert await centre.says("84900000001", "Hủy nhận tin") == [200]
            [text] = reader.read(kept[1])
            assert isinstance(text, Text)
            assert (text.sender, text.text) == ("84900000001", "Hủy nhận tin")

    run(work())


def test_each_part_of_a_long_text_is_reported_by_its_own_id() -> None:
    async def work() -> None:
        kept = Kept()
        async with SmppSimulator() as centre, listening(centre.smpp_port, kept) as transport:
            outcome = await sent(transport, text=LONG)
            assert isinstance(outcome, Accepted)
            await until(lambda: len(kept) == len(outcome.parts))
            assert {one.provider_id for raw in kept for one in reader.read(raw)} == set(outcome.parts)
            assert len(outcome.parts) > 1

    run(work())


# Encrypted


def certificate(path: Path, *, for_address: str = "127.0.0.1") -> tuple[str, Path]:
    """A centre's own certificate, signed by itself: its text, and the file with the key behind it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "SMSC")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1)).not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(for_address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    text = made.public_bytes(Encoding.PEM)
    path.write_bytes(text + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return text.decode(), path


def secured(path: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def test_over_tls_both_ways_with_an_issuer_of_the_operators_own(tmp_path: Path) -> None:
    async def work() -> None:
        kept, (ca, path) = Kept(), certificate(tmp_path / "centre.pem")
        async with (
            SmppSimulator(tls=secured(path)) as centre,
            listening(centre.smpp_port, kept, tls=True, ca=ca) as transport,
        ):
            outcome = await sent(transport, text=LONG)
            assert isinstance(outcome, Accepted)
            await until(lambda: len(kept) == len(outcome.parts))
            assert await centre.says("84900000001", LONG) == [200] * len(outcome.parts)
            session = transport._session
            assert session is not None
            assert session._writer.get_extra_info("ssl_object").version() in {"TLSv1.2", "TLSv1.3"}

    run(work())


@pytest.mark.parametrize("wrong", ["unknown issuer", "another's name", "no encryption there", "no encryption here"])
def test_a_centre_that_cannot_prove_itself_is_told_nothing(tmp_path: Path, wrong: str) -> None:
    async def work() -> None:
        name = "192.0.2.1" if wrong == "another's name" else "127.0.0.1"
        ca, path = certificate(tmp_path / "centre.pem", for_address=name)
        if wrong == "unknown issuer":
            ca, _other = certificate(tmp_path / "other.pem")
        tls, here = None if wrong == "no encryption there" else secured(path), wrong != "no encryption here"
        async with SmppSimulator(tls=tls) as centre:
            settings = {"tls": here, "ca": ca, "timeout": 1}
            async with listening(centre.smpp_port, **settings) as transport:
                assert type(await sent(transport)) is Retry
            assert (centre.ledger.calls, centre.ledger.totals()["accepted"]) == (0, 0)

    run(work())


def test_an_issuer_that_is_no_certificate_stops_the_account_and_the_form_says_so() -> None:
    async def work() -> None:
        async with SmppSimulator() as centre, listening(centre.smpp_port, tls=True, ca="không phải") as transport:
            assert type(await sent(transport)) is AccountProblem

    run(work())
    form = SmppForm({"name": "SMSC", "ca": "không phải"})
    assert not form.is_valid()
    assert form.errors["ca"][0].startswith("Đây không phải là chứng thư")
    assert "không phải" in str(form["ca"])


def test_what_cannot_be_kept_now_stays_with_the_centre() -> None:
    async def work() -> None:
        kept = Kept()
        kept.refusing = True
        async with SmppSimulator(receipt_delay_ms=20) as centre, listening(centre.smpp_port, kept) as transport:
            assert isinstance(await sent(transport), Accepted)
            assert await centre.says("84900000001", "HUY") == [503]
            assert kept == []
            kept.refusing = False
            await until(lambda: len(kept) == 1)  # the centre comes again by itself

    run(work())


def test_a_lost_connection_is_made_anew_and_listened_on_without_anything_to_send() -> None:
    async def work() -> None:
        kept = Kept()
        async with SmppSimulator() as centre, listening(centre.smpp_port, kept) as transport:
            for _ in range(3):
                await until(lambda: any(one.receives for one in centre.bound))
                assert await centre.says("84900000001", "Xin chào") == [200]
                before = transport._session
                centre.hang_up()
                await until(lambda before=before: transport._session is not before)
            assert isinstance(await sent(transport), Accepted)

    run(work())


def test_a_centre_that_comes_later_is_found() -> None:
    async def work() -> None:
        centre, kept = SmppSimulator(), Kept()
        await centre.start()
        port = centre.smpp_port
        await centre.stop()
        async with listening(port, kept) as transport:
            assert type(await sent(transport)) is Retry
            await centre.start(0, port)
            try:
                await until(lambda: any(one.receives for one in centre.bound))
                assert isinstance(await sent(transport), Accepted)
            finally:
                await centre.stop()

    run(work())


def test_silence_is_asked_about_and_a_dead_peer_is_let_go() -> None:
    async def work() -> None:
        async with SmppSimulator() as centre:
            transport = SmppTransport(
                settings_for(centre.smpp_port, keepalive=0.05, timeout=0.3), {"password": "demo-pw"}
            )
            async with transport:
                await sent(transport)
                await until(lambda: centre.enquiries >= 3)
                [one] = centre.bound
                session = transport._session
                assert session is not None
                one.reader.feed_data = lambda _data: None  # type: ignore[method-assign]  (it hears us no more)
                await until(session.lost.is_set)

    run(work())


@pytest.mark.parametrize(("system_id", "password"), [("somebody", "demo-pw"), ("lantoa", "wrong")])
def test_a_wrong_login_is_the_accounts_problem(system_id: str, password: str) -> None:
    async def work() -> None:
        async with SmppSimulator() as centre:
            settings = settings_for(centre.smpp_port, system_id=system_id)
            async with SmppTransport(settings, {"password": password}) as transport:
                assert type(await sent(transport)) is AccountProblem

    run(work())


@pytest.mark.parametrize("address", ["", "84abc", "84 900", "+", "8" * 30])
def test_what_is_no_number_is_rejected_before_the_wire(address: str) -> None:
    async def work() -> None:
        async with SmppSimulator() as centre, listening(centre.smpp_port) as transport:
            outcome = await sent(transport, address=address)
            assert isinstance(outcome, Rejected)
            assert outcome.suppress
            assert centre.ledger.calls == 0

    run(work())


def test_receipts_in_decimal_find_messages_answered_in_hexadecimal() -> None:
    async def work() -> None:
        kept = Kept()
        async with (
            SmppSimulator(hex_ids=True) as centre,
            listening(centre.smpp_port, kept, receipt_ids="decimal") as transport,
        ):
            outcome = await sent(transport)
            await until(lambda: len(kept) == 1)
            assert isinstance(outcome, Accepted)
            assert reader.read(kept[0]) == [Receipt(outcome.provider_id, "", ReceiptState.DELIVERED)]

    run(work())


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (0x14, Throttled), (0x58, Throttled), (0x08, Retry), (0x45, Retry), (0x0B, Rejected), (0x01, Rejected),
        (0x0A, AccountProblem), (0x0E, AccountProblem), (0x33, Rejected), (0x401, Rejected), (0x404, AccountProblem),
        (0x405, Throttled),
    ],
)  # fmt: skip
def test_statuses(status: int, kind: type[SendProblem]) -> None:
    assert type(problem_of(status, account=codes("0x404, 1030"), throttled=codes("1029"))) is kind


def test_statuses_of_a_bind() -> None:
    found = [type(bind_problem(status)) for status in (0x05, 0x0E, 0x58, 0x400)]
    assert found == [Retry, AccountProblem, Throttled, Retry]
    assert codes(" 0x404 ,1030,") == {0x404, 1030}


# A server that somebody else wrote: smpp34, in Rust.


class TheirCentre:
    """Takes what is bound with the right password; answers as told."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.texts: list[Any] = []
        self.refuse_with = 0
        self.esme: Any = None
        self.unbound = 0

    async def serve(self) -> None:
        server = smpp34.Server(host="127.0.0.1", port=self.port, system_id="theirs")
        await server.start()
        while True:
            event = await server.next()
            if isinstance(event, smpp34.Esme):
                self.esme = event
            elif isinstance(event, smpp34.SubmitSmEvent):
                if self.refuse_with:
                    event.reject(self.refuse_with)
                else:
                    self.texts.append(event)
                    event.accept(message_id=f"theirs-{len(self.texts)}")
            else:
                self.unbound += 1


@asynccontextmanager
async def their_centre(port: int) -> AsyncIterator[TheirCentre]:
    centre = TheirCentre(port)
    serving = asyncio.create_task(centre.serve())
    try:
        yield centre
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


def test_a_server_that_somebody_else_wrote_takes_our_texts_and_we_take_its_receipts(free_port: int) -> None:
    async def work() -> None:
        kept = Kept()
        async with their_centre(free_port) as centre, listening(free_port, kept) as transport:
            await until(lambda: centre.esme is not None)
            assert await sent(transport) == Accepted("theirs-1")
            [text] = centre.texts
            assert (text.source_addr, text.destination_addr) == ("LANTOA", "84900000001")
            assert (text.short_message.decode("utf-16-be"), text.data_coding) == (MESSAGE.text, 8)
            outcome = await sent(transport, text=LONG)
            ids = tuple(f"theirs-{number}" for number in range(2, len(centre.texts) + 1))
            assert outcome == Accepted(ids[-1], parts=ids)
            assert {one.registered_delivery for one in centre.texts} == {1}
            joined = b"".join(one.short_message[6:] for one in centre.texts[1:])
            assert joined.decode("utf-16-be") == LONG
            answer = await centre.esme.deliver_sm(
                source_addr="84900000001", destination_addr="LANTOA", esm_class=4,
                short_message=b"id:theirs-1 sub:001 dlvrd:001 submit date:2603010800 done date:2603010801 stat:DELIVRD "
                b"err:000 text:",
            )  # fmt: skip
            assert answer.is_success
            assert [reader.read(one) for one in kept] == [[Receipt("theirs-1", "", ReceiptState.DELIVERED)]]
            kept.refusing = True
            answer = await centre.esme.deliver_sm(
                source_addr="84900000001", destination_addr="8079", short_message=b"HUY"
            )
            assert answer.command_status == 0x64

    run(work())


@pytest.mark.parametrize(("status", "kind"), [("ESME_RTHROTTLED", Throttled), ("ESME_RMSGQFUL", Throttled),
                                              ("ESME_RINVDSTADR", Rejected), ("ESME_RSYSERR", Retry)])  # fmt: skip
def test_refusals_of_a_server_that_somebody_else_wrote(free_port: int, status: str, kind: type[SendProblem]) -> None:
    async def work() -> None:
        async with their_centre(free_port) as centre, listening(free_port) as transport:
            centre.refuse_with = getattr(smpp34, status)
            outcome = await sent(transport)
            while isinstance(outcome, Retry) and "0x" not in outcome.reason:  # it is only just starting
                await asyncio.sleep(0.1)
                outcome = await sent(transport)
            assert type(outcome) is kind

    run(work())
