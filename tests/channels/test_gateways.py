"""What is particular to the SOAP gateway and the template gateway."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from lantoa.channels.contract import Accepted, AccountProblem, Outgoing, Rejected, Retry, Throttled, Unknown, outcome_of
from lantoa.channels.sms.unexplained import REMEMBERED, Unexplained, told
from lantoa.channels.viettel.soap import NotXml, answered, envelope
from lantoa.channels.viettel.transport import ViettelTransport, request_id
from lantoa.channels.vnpt.form import VnptForm
from lantoa.channels.vnpt.templates import BadTemplate, Template, match, parse
from lantoa.channels.vnpt.transport import VnptTransport
from lantoa.channels.wire import quoted
from lantoa.simulators.viettel import PATH as VIETTEL
from lantoa.simulators.viettel import ViettelSimulator
from lantoa.simulators.vnpt import PATH as VNPT
from lantoa.simulators.vnpt import VnptSimulator

MESSAGE = Outgoing(key="d-1", address="84900000001", text="Bà con nhớ mang thẻ.")


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


def viettel_settings(url: str, **more: Any) -> dict[str, Any]:
    return {"url": url + VIETTEL, "user": "lantoa", "cp_code": "LANTOA", "brandname": "LANTOA", **more}


@asynccontextmanager
async def gateway_that_says(raw: bytes, path: str) -> AsyncIterator[str]:
    async def handler(_request: web.Request) -> web.Response:
        return web.Response(body=raw)

    app = web.Application()
    app.router.add_post(path, handler)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


# Viettel


def test_the_text_is_carried_as_approved_whatever_signs_it_holds() -> None:
    async def work() -> None:
        async with (
            ViettelSimulator() as gateway,
            ViettelTransport(viettel_settings(gateway.url), {"password": "demo-pw"}) as transport,
        ):
            texts = ['Thẻ < 6 tuổi & hộ "nghèo" ]]> <User>x</User>', "Ba con mang the", "dòng 1\ndòng 2 🌾"]
            for number, text in enumerate(texts):
                assert await transport.send(replace(MESSAGE, key=f"d-{number}", text=text)) == Accepted("")
            found = [(one.text, one.more["content_type"]) for one in gateway.ledger.entries.values()]
            assert found == [(texts[0], "1"), (texts[1], "0"), (texts[2], "1")]

    run(work())


@given(st.dictionaries(st.from_regex(r"[A-Z][a-z]{1,8}", fullmatch=True), st.text(max_size=60), min_size=1, max_size=5))
def test_an_envelope_is_read_as_it_was_written_or_refused(fields: dict[str, str]) -> None:
    try:
        raw = envelope("wsCpMt", fields)
    except NotXml:
        return
    [call] = fromstring(raw)[1]
    read = {part.tag: part.text or "" for part in call}
    assert read == {name: value.replace("\r\n", "\n").replace("\r", "\n") for name, value in fields.items()}


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "1"><!ENTITY c "&b;&b;&b;">]>'
    b"<S:Envelope xmlns:S='s'><S:Body><r><return><result>&c;</result></return></r></S:Body></S:Envelope>"
)
ELSEWHERE = b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd"><E><return><result>1</result></return></E>'
NONSENSE = [
    b"", b"ok", b"<a/>", b"<a><return/></a>", b"<a><return><message>1</message></return></a>", BOMB, ELSEWHERE,
    BOMB.decode().replace("?>", ' encoding="utf-16"?>', 1).encode("utf-16"), b"<a>" * 30_000,
    b"<a><return><result>OK</result></return></a>", b"<a><b><result>1</result></b></a>",
]  # fmt: skip


@pytest.mark.parametrize("raw", NONSENSE, ids=range(len(NONSENSE)))
def test_an_unreadable_answer_is_unknown_and_nothing_in_it_is_expanded(raw: bytes) -> None:
    async def work() -> None:
        async with (
            gateway_that_says(raw[:60_000], VIETTEL) as url,
            ViettelTransport(viettel_settings(url), {"password": "demo-pw"}) as transport,
        ):
            assert type(await outcome_of(transport, MESSAGE)) is Unknown

    run(work())


@given(st.binary(max_size=300) | st.text(st.sampled_from("<>/!&;= areturnsl"), max_size=80).map(str.encode))
def test_any_answer_is_fields_or_not_xml(raw: bytes) -> None:
    try:
        assert all(isinstance(value, str) for value in answered(raw).values())
    except NotXml:
        return


def test_refusals_in_words() -> None:
    async def work() -> None:
        async with ViettelSimulator(template_only=True) as gateway:
            settings = viettel_settings(gateway.url)
            async with ViettelTransport(settings, {"password": "demo-pw"}) as transport:
                outcome = await outcome_of(transport, MESSAGE)
                assert isinstance(outcome, Rejected)
                assert outcome.reason == "0: the text does not match a registered template"
                gateway.template_only = False
                refused = await outcome_of(transport, replace(MESSAGE, address="84abc"))
                assert isinstance(refused, Rejected)
                assert refused.suppress
            async with ViettelTransport(settings, {"password": "wrong"}) as transport:
                assert type(await outcome_of(transport, MESSAGE)) is AccountProblem
            assert gateway.ledger.totals()["accepted"] == 0

    run(work())


SAID = (
    "<a><return><message>{}</message><result>0</result></return></a>"
)  # fmt: skip


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Authenticate: Cp_code: NULL_OR_BLANK", AccountProblem),
        ("Authenticate: Password: NULL_OR_BLANK", AccountProblem),
        ("CP_CODE_NOT_FOUND", AccountProblem),
        ("WRONG_INFORMATION_AUTHENTICATE", AccountProblem),
        ("Authenticate: IP_INVALID (YOUR IP: 192.0.2.7)", AccountProblem),
        ("Check CommandCode: COMMAND_CODE_ERROR", AccountProblem),
        ("Hết tiền", AccountProblem),
        ("Check ReceiverID: FORMAT_ERROR", Rejected),
        ("Unable to check telco from input receiver", Rejected),
        ("Check ServiceID: DUPLICATE MESSAGE", Rejected),
        ("Check Content: MAXLENGTH_LIMIT_480_BYTE (YOUR_CONTENT: 500 BYTE)", Rejected),
        ("Check Content: MSG_ERROR_CONTAIN_BLACKLIST", Rejected),
        ("Check template: CONTENT_NOT_MATCH_TEMPLATE", Rejected),
        ("Check information error", Retry),
        ("Check ServiceID: ALIAS_INVALID:TELCO=VN", AccountProblem),
        ("Lời chưa ai nghe", AccountProblem),
    ],
)
def test_the_gateways_known_words(words: str, kind: type[Exception]) -> None:
    async def work() -> None:
        async with gateway_that_says(SAID.format(words).encode(), VIETTEL) as url:
            settings = viettel_settings(url, account_words="số dư, hết tiền")
            async with ViettelTransport(settings, {"password": "demo-pw"}) as transport:
                assert type(await outcome_of(transport, MESSAGE)) is kind

    run(work())


def test_a_request_is_named_by_a_number() -> None:
    numbers = {request_id(f"abc-{number}-0") for number in range(1000)}
    assert len(numbers) == 1000
    assert all(number.isdecimal() and int(number) < 2**31 for number in numbers)


def test_an_unexplained_refusal_means_the_message_only_once_others_are_taken() -> None:
    heard = Unexplained()
    assert type(heard.meaning("a", "x")) is AccountProblem, "nothing was ever taken: a wrong login, perhaps"
    heard.took()
    assert type(heard.meaning("a", "x")) is Rejected, "another was taken since: it is this message"
    assert type(heard.meaning("b", "x")) is Retry
    assert type(heard.meaning("c", "x")) is AccountProblem, "nobody is taken any more: the money is gone, perhaps"
    assert type(heard.meaning("b", "x")) is AccountProblem, "refused twice proves nothing while nobody is taken"
    heard.took()
    assert [type(heard.meaning(key, "x")) for key in ("b", "c")] == [Rejected, Rejected]


def test_what_nobody_explains_is_never_forgotten_by_a_full_memory() -> None:
    heard = Unexplained()
    heard.took()
    assert not any(isinstance(heard.meaning(f"d-{number}", "x"), Rejected) for number in range(REMEMBERED + 10))


def test_a_login_remembers_over_transports_and_a_changed_one_begins_anew() -> None:
    assert told("url", "user", "pw-1") is told("url", "user", "pw-1")
    assert told("url", "user", "pw-1") is not told("url", "user", "pw-2")


def test_a_reason_repeats_no_number_of_a_person() -> None:
    async def work() -> None:
        async with (
            gateway_that_says(SAID.format("Check phone: 84900000001 NOT_ALLOWED").encode(), VIETTEL) as url,
            ViettelTransport(viettel_settings(url), {"password": "demo-pw"}) as transport,
        ):
            outcome = await outcome_of(transport, MESSAGE)
            assert isinstance(outcome, AccountProblem)
            assert outcome.reason == "0: refused by the gateway (Check phone: … NOT_ALLOWED)"

    run(work())


@given(
    st.text(max_size=80),
    st.from_regex(r"\+?84[ .-]?9\d{2}[ .-]?\d{3}[ .-]?\d{3}", fullmatch=True),
    st.text(max_size=80),
)
def test_quoted_words_hold_no_long_number(before: str, phone: str, after: str) -> None:
    digits = "".join(letter for letter in phone if letter.isdigit())
    found = quoted(f"{before} {phone} {after}")
    assert (
        digits not in "".join(letter for letter in found if letter.isascii() and letter.isdigit())
        or digits in before + after
    )


def test_a_character_that_xml_has_not_is_rejected_before_the_wire() -> None:
    async def work() -> None:
        async with (
            ViettelSimulator() as gateway,
            ViettelTransport(viettel_settings(gateway.url), {"password": "demo-pw"}) as transport,
        ):
            assert type(await outcome_of(transport, replace(MESSAGE, text="a\x0bb"))) is Rejected
            assert gateway.ledger.calls == 0

    run(work())


# VNPT

WRITTEN = """101: Ba con {1} nho mang the.
102: Kinh moi {1} den {2} luc {3}.

103: Dòng một {1}
 dòng hai {2}
"""


def vnpt_settings(url: str, **more: Any) -> dict[str, Any]:
    return {"url": url + VNPT, "api_user": "lantoa", "label_id": "7", "templates": WRITTEN, **more}


def test_templates_are_read_line_by_line() -> None:
    assert parse(WRITTEN) == [
        Template("101", "Ba con {1} nho mang the."),
        Template("102", "Kinh moi {1} den {2} luc {3}."),
        Template("103", "Dòng một {1}\ndòng hai {2}"),
    ]


@pytest.mark.parametrize(
    ("written", "line", "words"),
    [
        ("Xin chào", 1, "no number"), ("1: a\n\n1: b", 3, "twice"), ("1:", 1, "empty"), ("1: {2}", 1, "gap"),
        ("1: {1} {1}", 1, "gap"), ("1: a\n2: {1} {3}", 2, "gap"), (" 1", 1, "no number"),
    ],
)  # fmt: skip
def test_a_line_that_is_no_template_is_named(written: str, line: int, words: str) -> None:
    with pytest.raises(BadTemplate) as caught:
        parse(written)
    assert (caught.value.line, caught.value.words) == (line, words)


values = st.text(st.characters(codec="utf-8", exclude_characters="{}"), min_size=1, max_size=12)
between = st.text(st.characters(codec="utf-8", exclude_characters="{}"), max_size=8)


@given(st.lists(between, min_size=1, max_size=5), st.lists(values, min_size=4, max_size=4), st.data())
def test_a_filled_template_is_recognised_and_put_together_again(
    fixed: list[str], given_values: list[str], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(1, len(fixed))))
    text = fixed[0] + "".join(f"{{{place}}}{after}" for place, after in zip(order, fixed[1:], strict=True))
    template = Template("1", text)
    filled = template.filled(dict(enumerate(given_values, 1)))
    params = template.taken_apart(filled)
    assert params is not None
    assert template.filled(params) == filled
    assert all(params.values())


@given(st.text(st.sampled_from("ab "), max_size=60))
def test_what_fits_no_template_is_none_and_quickly(text: str) -> None:
    template = Template("1", "".join(f"a{{{place}}}" for place in range(1, 21)) + "x")
    assert template.taken_apart(text) is None


def test_the_template_with_the_fewest_letters_in_its_places_is_taken() -> None:
    loose, close = Template("1", "{1}"), Template("2", "Moi {1} den")
    assert match([loose, close], "Moi ba con den") == (close, {1: "ba con"})
    assert match([loose, close], "Xin chao") == (loose, {1: "Xin chao"})
    assert match([close], "Xin chao") is None


def test_a_text_goes_as_its_template_and_is_read_as_approved() -> None:
    async def work() -> None:
        async with (
            VnptSimulator() as gateway,
            VnptTransport(vnpt_settings(gateway.url), {"api_pass": "demo-pw"}) as transport,
        ):
            text = "Kinh moi Nguyen Van Mau den nha van hoa thon 3 luc 8 gio."
            assert await transport.send(replace(MESSAGE, text=text)) == Accepted("")
            [entry] = gateway.ledger.entries.values()
            assert (entry.address, entry.text, entry.more["template"]) == ("84900000001", text, "102")
            assert entry.more["params"] == {1: "Nguyen Van Mau", 2: "nha van hoa thon 3", 3: "8 gio"}

    run(work())


def test_a_text_that_is_no_template_is_rejected_in_words_before_the_wire() -> None:
    async def work() -> None:
        async with (
            VnptSimulator() as gateway,
            VnptTransport(vnpt_settings(gateway.url), {"api_pass": "demo-pw"}) as transport,
        ):
            outcome = await outcome_of(transport, replace(MESSAGE, text="Một lời khác"))
            assert isinstance(outcome, Rejected)
            assert not outcome.suppress
            assert "template" in outcome.reason
            assert gateway.ledger.calls == 0

    run(work())


def test_no_template_at_all_is_the_accounts_problem() -> None:
    async def work() -> None:
        async with VnptTransport(vnpt_settings("http://127.0.0.1:9", templates=""), {}) as transport:
            assert type(await outcome_of(transport, MESSAGE)) is AccountProblem

    run(work())


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b'{"RPLY": {"ERROR": "3", "ERROR_DESC": "x"}}', AccountProblem),
        (b'{"RPLY": {"ERROR": 31}}', Throttled),
        (b'{"RPLY": {"ERROR": "99"}}', AccountProblem),
        (b'{"RPLY": {"ERROR": "1", "ERROR_DESC": "x"}}', AccountProblem),
        (b'{"RPLY": {"ERROR": "15"}}', AccountProblem),
        (b'{"RPLY": {"ERROR": "30"}}', Rejected),
        (b'{"RPLY": {"ERROR": "success"}}', Unknown),
        (b'{"RPLY": {}}', Unknown),
        (b'{"RPLY": []}', Unknown),
        (b"{}", Unknown),
        (b"[]", Unknown),
        (b"\xff", Unknown),
    ],
)
def test_answers_of_the_template_gateway(raw: bytes, kind: type[Exception]) -> None:
    async def work() -> None:
        async with gateway_that_says(raw, VNPT) as url:
            settings = vnpt_settings(url, account_codes="3, 8", throttle_codes="31")
            async with VnptTransport(settings, {"api_pass": "x"}) as transport:
                text = "Ba con thon 3 nho mang the."
                assert type(await outcome_of(transport, replace(MESSAGE, text=text))) is kind

    run(work())


def test_the_form_names_the_line_and_keeps_what_was_typed() -> None:
    form = VnptForm({"name": "VNPT", "templates": "101: a {1}\n102 b"})
    assert not form.is_valid()
    assert form.errors["templates"] == ["Dòng 2: ghi mã mẫu và dấu hai chấm ở trước nội dung."]
    assert "102 b" in str(form["templates"])
