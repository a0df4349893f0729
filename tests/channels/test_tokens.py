"""Zalo's refresh token works once: whoever asks, however many at a time, each is used once and none is lost."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync
from django.db import connection

from lantoa.channels.contract import AccountProblem, Outgoing, Retry, outcome_of
from lantoa.channels.models import ChannelAccount, ZaloToken
from lantoa.channels.sealing import unseal
from lantoa.channels.selectors import transport_for
from lantoa.channels.services import save_account
from lantoa.channels.zalo.tokens import ZaloTokenKeeper, good_token
from lantoa.kernel.clock import now
from lantoa.simulators.stage import running
from lantoa.simulators.zalo import ZaloSimulator

HERE = Path(__file__).parent


@pytest.fixture
def simulator() -> Iterator[ZaloSimulator]:
    zalo = ZaloSimulator()
    with running(zalo):
        yield zalo


@pytest.fixture
def account(zalo_account: ChannelAccount, simulator: ZaloSimulator) -> ChannelAccount:
    return pointed(zalo_account, simulator.url)


def pointed(account: ChannelAccount, url: str, **secrets: str) -> ChannelAccount:
    settings = {**account.settings, "oauth_url": url, "api_url": url}
    return save_account(
        by=None, at=now(), kind="zalo", name=account.name, settings=settings, secrets=secrets, account=account
    )


@pytest.mark.django_db
def test_the_first_token_is_exchanged_stored_sealed_and_reused(
    account: ChannelAccount, simulator: ZaloSimulator
) -> None:
    keeper = ZaloTokenKeeper(account)
    token = async_to_sync(keeper.current)()
    again = async_to_sync(ZaloTokenKeeper(account).current)()
    row = ZaloToken.objects.get(account=account)
    assert (token, again, simulator.refreshes) == (simulator.access_token, token, 1)
    assert unseal(row.sealed) == {"access_token": token, "refresh_token": simulator.refresh_token}
    assert token.encode() not in bytes(row.sealed)
    assert abs(row.expires_at - datetime.now(UTC) - timedelta(seconds=90000)) < timedelta(minutes=1)


@pytest.mark.django_db
def test_a_token_near_its_end_is_renewed_before_it_is_refused(
    account: ChannelAccount, simulator: ZaloSimulator
) -> None:
    first, _ = good_token(account.pk, "")
    ZaloToken.objects.update(expires_at=datetime.now(UTC) + timedelta(minutes=4))
    second, _ = good_token(account.pk, "")
    assert (first != second, simulator.refreshes, simulator.refused_refreshes) == (True, 2, 0)


@pytest.mark.django_db
def test_a_dead_token_is_renewed_once_and_the_message_goes_out(
    account: ChannelAccount, simulator: ZaloSimulator
) -> None:
    good_token(account.pk, "")
    simulator.access_token = "changed behind our back"

    async def send() -> object:
        async with transport_for(account) as transport:
            return await outcome_of(transport, Outgoing(key="k", address="7000", text="Chào bà con"))

    outcome = async_to_sync(send)()
    assert type(outcome).__name__ == "Accepted"
    assert (simulator.refreshes, simulator.ledger.totals()["accepted"]) == (2, 1)


@pytest.mark.django_db
def test_a_token_refused_for_good_waits_for_a_person_and_a_new_one_wins(
    account: ChannelAccount, simulator: ZaloSimulator
) -> None:
    good_token(account.pk, "")
    lost, simulator.refresh_token = simulator.refresh_token, "issued-to-a-person"
    with pytest.raises(AccountProblem):
        good_token(account.pk, simulator.access_token)
    assert unseal(ZaloToken.objects.get().sealed)["refresh_token"] == lost
    pointed(account, simulator.url, refresh_token="issued-to-a-person")
    token, _ = good_token(account.pk, "")
    assert token == simulator.access_token


@pytest.mark.django_db
def test_no_refresh_token_is_the_accounts_problem_and_silence_is_worth_a_retry(simulator: ZaloSimulator) -> None:
    bare = save_account(by=None, at=now(), kind="zalo", name="Bare", settings={"oauth_url": simulator.url})
    with pytest.raises(AccountProblem):
        good_token(bare.pk, "")
    away = save_account(
        by=None,
        at=now(),
        kind="zalo",
        name="Away",
        settings={"oauth_url": "http://127.0.0.1:9"},
        secrets={"refresh_token": "r"},
    )
    with pytest.raises(Retry):
        good_token(away.pk, "")


ROUNDS = 3


@pytest.mark.django_db(transaction=True)
def test_eight_processes_use_each_refresh_token_once_whoever_they_send_for(
    account: ChannelAccount, simulator: ZaloSimulator
) -> None:
    """The account itself, its template messages and its broadcasts all need the one token, three times anew."""
    beside = save_account(by=None, at=now(), kind="zbs", name="Mẫu tin", settings={"oa": account.slug})
    ways = [f"zalo:{account.pk}"] * 3 + [f"zbs:{beside.pk}"] * 3 + [f"zalo_broadcast:{account.slug}"] * 2
    simulator.behave(slow_ms=150)  # long enough for the others to come in between
    with ExitStack() as stack:
        racers = [stack.enter_context(racer(way)) for way in ways]
        for one in racers:
            assert answer(one) == "ready"
        dead, used = "dead", []
        for number in range(1, ROUNDS + 1):
            for one in racers:
                tell(one, dead)
            assert {answer(one) for one in racers} == {simulator.access_token}
            assert (simulator.refreshes, simulator.refused_refreshes) == (number, 0)
            dead = simulator.access_token
            used.append(dead)
    assert len(set(used)) == ROUNDS
    assert [one.returncode for one in racers] == [0] * len(ways)


@contextmanager
def racer(way: str) -> Iterator[subprocess.Popen[str]]:
    database = str(connection.settings_dict["NAME"])
    command = [sys.executable, str(HERE / "token_racer.py"), way, database]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as one:
        try:
            yield one
            one.communicate(timeout=60)
        finally:
            one.kill()


def tell(one: subprocess.Popen[str], word: str) -> None:
    assert one.stdin is not None
    one.stdin.write(f"{word}\n")
    one.stdin.flush()


def answer(one: subprocess.Popen[str]) -> str:
    assert one.stdout is not None
    return one.stdout.readline().strip()
