"""Each placer against its provider's stand-in over a real socket: every way a call can end, sorted rightly."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lantoa.channels.contract import (
    Accepted,
    AccountProblem,
    Idempotency,
    Outcome,
    Rejected,
    Retry,
    SendProblem,
    Throttled,
    Unknown,
)
from lantoa.channels.facebook.placer import FacebookPlacer
from lantoa.channels.placing import Place
from lantoa.channels.registry import publics
from lantoa.channels.telegram_channel.placer import TelegramChannelPlacer
from lantoa.simulators.facebook import FacebookSimulator
from tests.channels.placer_benches import PLACING, Bench, Open, facebook, press, run, telegram, zalo

ALL = pytest.mark.parametrize("bench", [facebook, telegram, zalo, press])


async def ended(bench: Bench, **changes: Any) -> Outcome:
    try:
        return await bench.placer.place(replace(bench.placing, **changes))
    except SendProblem as problem:
        return problem


@ALL
def test_what_is_placed_is_in_the_providers_ledger_once(bench: Open) -> None:
    async def work() -> None:
        async with bench(slow_ms=20) as b:
            outcome = await ended(b)
            [entry] = b.simulator.ledger.entries.values()
            there_at_once = bench in (facebook, telegram)
            assert outcome == Accepted(entry.provider_id, delivered=there_at_once)
            assert b.simulator.ledger.totals() == {"accepted": 1, "doubles": 0, "repeats": 0, "calls": 1}

    run(work)


@ALL
@pytest.mark.parametrize("mishap", ["drop", "garbage"])
def test_taken_without_a_readable_answer_is_unknown(bench: Open, mishap: str) -> None:
    async def work() -> None:
        async with bench(**{mishap: 1.0}) as b:
            assert type(await ended(b)) is Unknown
            assert b.simulator.ledger.totals()["accepted"] == 1

    run(work)


@pytest.mark.parametrize("bench", [facebook, telegram, zalo])
@pytest.mark.parametrize(("mishap", "accepted"), [("error", 0), ("error_after", 1)])
def test_http_5xx_is_unknown_whatever_the_provider_did(bench: Open, mishap: str, accepted: int) -> None:
    async def work() -> None:
        async with bench(**{mishap: 1.0}) as b:
            assert type(await ended(b)) is Unknown
            assert b.simulator.ledger.totals()["accepted"] == accepted

    run(work)


@pytest.mark.parametrize("bench", [facebook, telegram, press])
def test_silence_after_the_body_left_is_unknown(bench: Open) -> None:
    async def work() -> None:
        async with bench(slow_ms=1500, silence=0.3) as b:
            assert type(await ended(b)) is Unknown

    run(work)


@ALL
def test_throttling_is_safe_to_repeat_and_nothing_was_taken(bench: Open) -> None:
    async def work() -> None:
        async with bench(throttle=1.0, retry_after=7) as b:
            outcome = await ended(b)
            assert type(outcome) is Throttled
            waits = {facebook: 300, telegram: 7, zalo: 7, press: 60}
            assert outcome.after == timedelta(seconds=waits[bench])
            assert b.simulator.ledger.totals()["accepted"] == 0
            b.simulator.behave(throttle=0.0)
            assert isinstance(await ended(b), Accepted)

    run(work)


@ALL
def test_a_refusal_is_final(bench: Open) -> None:
    async def work() -> None:
        async with bench(refuse=1.0) as b:
            assert type(await ended(b)) is Rejected
            assert b.simulator.ledger.totals()["accepted"] == 0

    run(work)


@ALL
def test_a_provider_that_is_away_is_safe_to_retry(bench: Open) -> None:
    async def work() -> None:
        async with bench() as b:
            await b.simulator.stop()
            assert type(await ended(b)) is Retry

    run(work)


def test_what_each_kind_says_of_doubt() -> None:
    told = {kind: found.capability.idempotency for kind, found in publics().items() if found.connect is not None}
    mine = ("facebook", "telegram_channel", "zalo_broadcast", "press", "webpage")
    assert {kind: told[kind] for kind in mine} == {
        "facebook": Idempotency.QUERY,
        "telegram_channel": Idempotency.NONE,
        "zalo_broadcast": Idempotency.NONE,
        "press": Idempotency.NONE,
        "webpage": Idempotency.KEY,
    }


# Facebook


def test_facebook_posts_the_approved_text_and_marks_only_the_link() -> None:
    async def work() -> None:
        async with facebook() as b:
            await ended(b)
            [post] = b.simulator.posts
            assert post["message"] == PLACING.text
            assert post["attachments"]["data"] == [{"unshimmed_url": f"{PLACING.link}?lt={PLACING.key}"}]

    run(work)


@pytest.mark.parametrize("link", ["", PLACING.link])
def test_facebook_in_doubt_finds_its_own_post(link: str) -> None:
    async def work() -> None:
        async with facebook(drop=1.0) as b:
            assert type(await ended(b, link=link)) is Unknown
            b.simulator.behave(drop=0.0)
            there = await b.placer.resolve(replace(b.placing, link=link), "")
            assert there == Accepted(b.simulator.posts[0]["id"], delivered=True)
            other = replace(b.placing, key="another-p1-0", link=link, text="Tin khác")
            assert await b.placer.resolve(other, "") is None

    run(work)


def test_facebook_takes_nobody_elses_mark_for_its_own() -> None:
    async def work() -> None:
        async with facebook() as b:
            await ended(b)
            same_words = replace(b.placing, key="fedcba9876543210-p7-0")
            assert await b.placer.resolve(same_words, "") is None

    run(work)


def test_facebook_an_old_post_with_the_same_words_is_another_one() -> None:
    async def work() -> None:
        async with facebook() as b:
            await ended(b, link="")
            b.simulator.posts[0]["created_time"] = "2020-01-01T00:00:00+0000"
            assert await b.placer.resolve(replace(b.placing, link=""), "") is None

    run(work)


def test_facebook_duplicate_means_that_it_is_there_already() -> None:
    async def work() -> None:
        async with facebook() as b:
            first = await ended(b)
            assert await ended(b, attempt=2) == first
            assert b.simulator.ledger.totals() == {"accepted": 1, "doubles": 0, "repeats": 1, "calls": 3}

    run(work)


def test_facebook_duplicate_that_nobody_can_find() -> None:
    async def work() -> None:
        async with facebook() as b:
            await ended(b)
            b.simulator.hidden = 1  # the list lags behind
            assert type(await ended(b, attempt=2)) is Unknown
            assert type(await ended(b, attempt=1)) is Rejected

    run(work)


def test_facebook_that_cannot_be_asked_stays_in_doubt() -> None:
    async def work() -> None:
        async with facebook(error=1.0) as b:
            with pytest.raises(Unknown):
                await b.placer.resolve(b.placing, "")
            await b.simulator.stop()
            with pytest.raises((Retry, Unknown)):  # the old connection died, or none was made
                await b.placer.resolve(b.placing, "")

    run(work)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (190, AccountProblem),
        (102, AccountProblem),
        (200, AccountProblem),
        (10, AccountProblem),
        (368, AccountProblem),
        (4, Throttled),
        (17, Throttled),
        (32, Throttled),
        (341, Throttled),
        (613, Throttled),
        (80001, Throttled),
        (1, Unknown),
        (2, Unknown),
        (100, Rejected),
        (1500, Rejected),
    ],
)
def test_facebook_codes(code: int, kind: type[SendProblem]) -> None:
    async def work() -> None:
        async with facebook(error_code=code) as b:
            assert type(await ended(b)) is kind

    run(work)


def test_facebook_with_a_wrong_token_or_page_is_the_accounts_problem() -> None:
    async def work() -> None:
        async with FacebookSimulator() as simulator:
            for page, token in ((simulator.page_id, "wrong"), ("999", "demo-page-token"), (simulator.page_id, "")):
                settings = {"api_url": simulator.url, "page_id": page}
                async with FacebookPlacer(settings, {"page_token": token}) as placer:
                    with pytest.raises(AccountProblem):
                        await placer.place(PLACING)

    run(work)


def test_facebook_and_telegram_take_back() -> None:
    async def work() -> None:
        for bench in (facebook, telegram):
            async with bench() as b:
                there = await b.placer.place(b.placing)
                await b.placer.withdraw(b.placing, there.provider_id)
                assert not b.simulator.posts
                with pytest.raises(Rejected):
                    await b.placer.withdraw(b.placing, there.provider_id)
                with pytest.raises(Rejected):
                    await b.placer.withdraw(b.placing, "../me")

    run(work)


# Telegram


def test_telegram_is_one_plain_text_with_the_link_on_a_button() -> None:
    async def work() -> None:
        async with telegram() as b:
            await ended(b)
            [post] = b.simulator.posts.values()
            assert post == {
                "chat_id": "@giamngheo",
                "text": PLACING.text,
                "link_preview_options": {"is_disabled": True},
                "reply_markup": {"inline_keyboard": [[{"text": "Xem thêm", "url": PLACING.link}]]},
            }

    run(work)


def test_telegram_wrong_channel_is_refused_and_wrong_token_is_the_accounts_problem() -> None:
    async def work() -> None:
        async with telegram() as b:
            assert type(await ended(b, place=Place(name="x", settings={"chat_id": "@khac"}))) is Rejected
            assert type(await ended(b, place=Place(name="x"))) is Rejected
            async with TelegramChannelPlacer({"api_url": b.simulator.url}, {"bot_token": "1:wrong"}) as stranger:
                with pytest.raises(AccountProblem):
                    await stranger.place(b.placing)

    run(work)


def test_telegram_and_zalo_cannot_be_asked() -> None:
    async def work() -> None:
        for bench in (telegram, zalo):
            async with bench() as b:
                with pytest.raises(Unknown):
                    await b.placer.resolve(b.placing, "")

    run(work)


# Zalo


def test_zalo_makes_the_article_of_the_approved_words_and_brings_it_to_the_places() -> None:
    async def work() -> None:
        async with zalo() as b:
            await ended(b)
            [article] = b.simulator.articles.values()
            assert article["title"] == PLACING.title
            assert article["body"] == [
                {"type": "text", "content": "Bà con đăng ký tại ủy ban xã từ ngày 01/12."},
                {"type": "text", "content": "Nhớ mang căn cước."},
                {"type": "text", "content": PLACING.link},
            ]
            element = {"media_type": "article", "attachment_id": "article-0001"}
            payload = {"template_type": "media", "elements": [element]}
            assert b.simulator.broadcasts == [
                {
                    "recipient": {"target": {"cities": "3,44"}},
                    "message": {"attachment": {"type": "template", "payload": payload}},
                }
            ]
            assert b.placer._keeper.renewals == 1

    run(work)


def test_zalo_article_not_ready_yet_is_tried_again_without_a_second_one() -> None:
    async def work() -> None:
        async with zalo(not_ready=4) as b:
            assert type(await ended(b)) is Retry
            assert b.simulator.broadcasts == []
            assert isinstance(await ended(b, attempt=2), Accepted)
            assert len(b.simulator.articles) == 1

    run(work)


def test_zalo_closed_by_the_provider_is_the_accounts_problem_and_the_path_is_a_setting() -> None:
    async def work() -> None:
        async with zalo(closed=True) as b:
            outcome = await ended(b)
            assert type(outcome) is AccountProblem
            assert "-240" in outcome.reason
            b.placer._settings["send_path"] = "/v3.0/oa/message/elsewhere"
            assert type(await ended(b)) is AccountProblem  # 404 there, not the old place
            assert b.simulator.broadcasts == []

    run(work)


def test_zalo_without_places_is_everybody_and_a_long_title_goes_nowhere() -> None:
    async def work() -> None:
        async with zalo() as b:
            assert type(await ended(b, title="x" * 151)) is Rejected
            assert b.simulator.articles == {}
            await ended(b, place=Place(name="Tất cả"))
            assert b.simulator.broadcasts[0]["recipient"] == {"target": {"gender": "0"}}

    run(work)
