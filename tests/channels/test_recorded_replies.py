"""Every recorded answer of a provider, given over a socket to the transport that reads it: what it means to us.

Where the answers come from, and where their sources disagree: ``samples/replies/README.md``.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

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
from lantoa.channels.facebook.graph import REST, Duplicate, WindowClosed
from lantoa.channels.facebook.placer import FacebookPlacer
from lantoa.channels.facebook.transport import FacebookTransport
from lantoa.channels.placing import Placer, Placing
from lantoa.channels.sms.transport import SmsTransport
from lantoa.channels.viettel.transport import ViettelTransport
from lantoa.channels.vnpt.transport import VnptTransport
from lantoa.channels.zalo_broadcast.placer import ZaloBroadcastPlacer
from tests.channels.placer_benches import PLACING
from tests.channels.recorded import answering, names, reply

MESSAGE = Outgoing(key="d-1", address="84900000001", text="Ba con nho mang the.", subject="", answers="")
PAGE = "104710000000001"


def ended[T](work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


async def placed(placer: Placer, placing: Placing = PLACING) -> Outcome:
    async with placer:
        try:
            return await placer.place(placing)
        except SendProblem as problem:
            return problem


# Facebook

GRAPH: dict[str, type[SendProblem]] = {
    "190_expired": AccountProblem,
    "190_invalid": AccountProblem,
    "102_session": AccountProblem,
    "10_permission": AccountProblem,
    "200_permission": AccountProblem,
    "368_blocked": AccountProblem,
    "368_repeated": AccountProblem,
    "4_application": Throttled,
    "17_user": Throttled,
    "32_page": Throttled,
    "80001_page": Throttled,
    "341_feed": Throttled,
    "613_calls": Throttled,
    "506_duplicate": Duplicate,
    "506_without_a_code": Unknown,
    "1_unknown": Unknown,
    "2_temporary": Unknown,
    "100_parameter": Rejected,
    "10_outside_the_window": WindowClosed,
    "551_away": Rejected,
    "502_page": Unknown,
}
TAKEN = {"post", "comment", "message"}
LISTS = {"posts_without_ours", "posts_with_ours"}


def page(url: str) -> tuple[dict[str, Any], dict[str, str]]:
    return {"api_url": url, "page_id": PAGE, "timeout": 10}, {"page_token": "t"}


async def answered_by_graph(name: str, **more: Any) -> Outcome:
    async with answering({"POST ": reply("facebook", name)}) as url, FacebookTransport(*page(url)) as transport:
        return await outcome_of(transport, Outgoing(key="reply-1", address="7000", text="Chào", **more))


async def posted(name: str, there: str = "posts_without_ours", attempt: int = 1) -> Outcome:
    answers = {"POST ": reply("facebook", name), "GET ": reply("facebook", there)}
    async with answering(answers) as url:
        return await placed(FacebookPlacer(*page(url)), replace(PLACING, attempt=attempt))


def test_every_recorded_answer_of_the_graph_is_read() -> None:
    assert names("facebook") == set(GRAPH) | TAKEN | LISTS


@pytest.mark.parametrize("name", GRAPH)
@pytest.mark.parametrize("answers", ["122_344", "m_AbCdEf"], ids=["comment", "message"])
def test_graph_errors_to_an_answer(name: str, answers: str) -> None:
    assert type(ended(answered_by_graph(name, answers=answers))) is GRAPH[name]


@pytest.mark.parametrize("name", sorted(set(GRAPH) - {"506_duplicate"}))
def test_graph_errors_to_a_post(name: str) -> None:
    assert type(ended(posted(name))) is GRAPH[name]


def test_graph_takes_a_post_a_comment_and_a_message() -> None:
    assert ended(posted("post")) == Accepted(f"{PAGE}_122100000000000001", delivered=True)
    comment = ended(answered_by_graph("comment", answers="122_344"))
    assert comment == Accepted("122100000000000001_7000000000000001", delivered=True)
    assert ended(answered_by_graph("message", answers="m_AbCdEf")) == Accepted("m_AbCdEfGhIjKlMnOp", delivered=False)


def test_graph_duplicate_is_looked_for_before_it_counts_as_refused() -> None:
    assert ended(posted("506_duplicate", "posts_with_ours")) == Accepted(f"{PAGE}_2", delivered=True)
    assert type(ended(posted("506_duplicate"))) is Rejected
    assert type(ended(posted("506_duplicate", attempt=2))) is Unknown, "an earlier attempt may be what it repeats"


@pytest.mark.parametrize(
    ("name", "after"), [("32_page", timedelta(minutes=19)), ("80001_page", REST), ("4_application", REST)]
)
def test_graph_says_how_long_to_rest(name: str, after: timedelta) -> None:
    outcome = ended(posted(name))
    assert isinstance(outcome, Throttled)
    assert outcome.after == after


# eSMS

ESMS: dict[str, type[SendProblem]] = {
    "99": Rejected,
    "101": AccountProblem,
    "102": AccountProblem,
    "103": AccountProblem,
    "104": AccountProblem,
    "105": Rejected,
    "106": Rejected,
    "107": Rejected,
    "108": Rejected,
    "118": AccountProblem,
    "120": Rejected,
    "140": AccountProblem,
    "146": Rejected,
    "171": Rejected,
    "177": Rejected,
    "204": Rejected,
    "300": Rejected,
    "788": Rejected,
    "789_no_oa": Rejected,
    "789_template": Rejected,
    "790": Rejected,
    "791": Rejected,
}
ESMS_TAKEN = {
    "100": "ebe101db-87cd-4285-b97b-6a7a90455ded30",
    "124": "",
    "124_with_id": "ebe101db-87cd-4285-b97b-6a7a90455ded30",
}


async def by_esms(name: str) -> Outcome:
    async with answering({"POST ": reply("esms", name)}) as url:
        settings, secrets = {"url": url, "brandname": "LANTOA"}, {"api_key": "k", "secret_key": "s"}
        async with SmsTransport(settings, secrets) as transport:
            return await outcome_of(transport, MESSAGE)


def test_every_recorded_answer_of_esms_is_read() -> None:
    assert names("esms") == set(ESMS) | set(ESMS_TAKEN)


@pytest.mark.parametrize("name", ESMS)
def test_esms_refusals(name: str) -> None:
    outcome = ended(by_esms(name))
    assert type(outcome) is ESMS[name]
    assert outcome.reason.startswith(name.split("_", maxsplit=1)[0])
    assert "84900000001" not in outcome.reason, "a reason repeats no number of a person"
    assert getattr(outcome, "suppress", False) == (name in ("99", "108"))


@pytest.mark.parametrize("name", ESMS_TAKEN)
def test_esms_takes_a_text_and_its_repeat(name: str) -> None:
    assert ended(by_esms(name)) == Accepted(ESMS_TAKEN[name])


# Viettel

VIETTEL: dict[str, type[SendProblem]] = {
    "cp_code_missing": AccountProblem,
    "user_missing": AccountProblem,
    "password_missing": AccountProblem,
    "cp_code_unknown": AccountProblem,
    "login_wrong": AccountProblem,
    "address_not_listed": AccountProblem,
    "command_missing": AccountProblem,
    "command_wrong": AccountProblem,
    "receiver_format": Rejected,
    "receiver_length": Rejected,
    "network_unknown": Rejected,
    "duplicate": Rejected,
    "text_missing": Rejected,
    "text_too_long": Rejected,
    "text_blocked": Rejected,
    "template": Rejected,
    "fault_inside": Retry,
    "soap_fault": Unknown,
    # Words no table explains: the account, until it has taken something.
    "request_missing": AccountProblem,
    "request_no_number": AccountProblem,
    "user_id_missing": AccountProblem,
    "receiver_missing": AccountProblem,
    "user_is_not_receiver": AccountProblem,
    "brand_not_for_network": AccountProblem,
}


async def by_viettel(name: str) -> Outcome:
    async with answering({"POST ": reply("viettel", name)}) as url:
        settings = {"url": f"{url}/bulkapi", "user": f"recorded-{name}", "cp_code": "LANTOA", "brandname": "LANTOA"}
        async with ViettelTransport(settings, {"password": "pw"}) as transport:
            return await outcome_of(transport, MESSAGE)


def test_every_recorded_answer_of_viettel_is_read() -> None:
    assert names("viettel") == {*VIETTEL, "queued"}


@pytest.mark.parametrize("name", VIETTEL)
def test_viettel_refusals(name: str) -> None:
    outcome = ended(by_viettel(name))
    assert type(outcome) is VIETTEL[name]
    assert getattr(outcome, "suppress", False) == (name in ("receiver_format", "receiver_length"))


def test_viettel_queues_a_text() -> None:
    assert ended(by_viettel("queued")) == Accepted("", delivered=False)


# VNPT

VNPT: dict[str, type[SendProblem]] = {
    "1": AccountProblem,
    "14": AccountProblem,
    "15": AccountProblem,
    "30": Rejected,
    # Codes no table explains: the account, until it has taken something.
    "7": AccountProblem,
    "99": AccountProblem,
}


async def by_vnpt(name: str, **more: str) -> Outcome:
    async with answering({"POST ": reply("vnpt", name)}) as url:
        settings = {"url": f"{url}/smsmarketing/api", "api_user": f"recorded-{name}", "templates": "101: Ba con {1}."}
        async with VnptTransport({**settings, **more}, {"api_pass": "pw"}) as transport:
            return await outcome_of(transport, MESSAGE)


def test_every_recorded_answer_of_vnpt_is_read() -> None:
    assert names("vnpt") == {*VNPT, "0", "0_number"}


@pytest.mark.parametrize("name", VNPT)
def test_vnpt_refusals(name: str) -> None:
    assert type(ended(by_vnpt(name))) is VNPT[name]
    assert type(ended(by_vnpt(name, throttle_codes=name))) is Throttled, "what an operator knows better is a setting"


@pytest.mark.parametrize("name", ["0", "0_number"])
def test_vnpt_takes_a_text(name: str) -> None:
    assert ended(by_vnpt(name)) == Accepted("", delivered=False)


# Zalo broadcasts

ZALO: dict[str, type[SendProblem]] = {
    "32": Throttled,
    "100": Unknown,
    "201": Rejected,
    "204": AccountProblem,
    "205": AccountProblem,
    "211": AccountProblem,
    "216": AccountProblem,
    "221": AccountProblem,
    "224": AccountProblem,
    "234": Throttled,
    "240": AccountProblem,
    "321": AccountProblem,
    "999": Rejected,
}
STEPS = {"article_token", "article_id", "article_not_ready", "sent_message_id", "sent_msg_id"}


class Keeper:
    """A token that Zalo may refuse as often as it likes."""

    async def current(self) -> str:
        return "token"

    async def renewed(self, stale: str) -> str:
        return f"after-{stale}"


async def broadcast(sent: str, *, made: str = "article_token", verified: str = "article_id") -> Outcome:
    answers = {
        "POST /v2.0/article/create": reply("zalo_broadcast", made),
        "POST /v2.0/article/verify": reply("zalo_broadcast", verified),
        "POST /v2.0/oa/message": reply("zalo_broadcast", sent),
    }
    async with answering(answers) as url:
        settings = {"api_url": url, "cover_url": "https://lantoa.example/bia.jpg", "look_every": 0.01}
        return await placed(ZaloBroadcastPlacer(settings, Keeper()))


def test_every_recorded_answer_of_zalo_broadcasts_is_read() -> None:
    assert names("zalo_broadcast") == set(ZALO) | STEPS


@pytest.mark.parametrize("name", ["sent_message_id", "sent_msg_id"])
def test_zalo_takes_a_broadcast(name: str) -> None:
    assert ended(broadcast(name)) == Accepted("f414c8f76fa586fbdfb4", delivered=False)


@pytest.mark.parametrize("name", ZALO)
def test_zalo_refuses_a_broadcast(name: str) -> None:
    outcome = ended(broadcast(name))
    assert type(outcome) is ZALO[name]
    assert f"-{name}" in outcome.reason


@pytest.mark.parametrize("name", ZALO)
def test_zalo_refuses_an_article_and_what_is_in_doubt_is_safe_to_repeat(name: str) -> None:
    expected = Retry if ZALO[name] is Unknown else ZALO[name]
    assert type(ended(broadcast("sent_message_id", made=name))) is expected
    assert type(ended(broadcast("sent_message_id", verified=name))) is expected


def test_zalo_article_that_is_not_ready_is_asked_for_later() -> None:
    outcome = ended(broadcast("sent_message_id", verified="article_not_ready"))
    assert isinstance(outcome, Retry)
    assert outcome.after == timedelta(minutes=1)
