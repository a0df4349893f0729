"""Two at once at the outlets, each with a connection of its own; and a worker that is killed in the middle."""

import contextlib
import os
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.utils import timezone

from lantoa.channels.contract import Accepted
from lantoa.channels.registry import PUBLIC_BUILT_IN
from lantoa.kernel.errors import LantoaError
from lantoa.outreach.models import Broadcast, Placement
from lantoa.outreach.services import Plan, Shown, cancel, confirm, prepare, release
from lantoa.outreach.services.ending import tidy
from lantoa.outreach.spread import Spread
from tests.outreach.public_world import HERE, outlet, photo, placed, public_version, settle_unit, states_of
from tests.outreach.test_carrying import end, take
from tests.outreach.test_races import together
from tests.outreach.world import NOW, World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sql]
WORKER = Path(__file__).with_name("horn_process.py")


@pytest.fixture(autouse=True)
def _horn(settings: LazySettings) -> Iterator[None]:
    settings.LANTOA_PUBLIC_CHANNELS = [*PUBLIC_BUILT_IN, f"{HERE}.HORN"]
    return


@pytest.fixture
def place(world: World) -> World:
    settle_unit(world)
    return world


def prepared(world: World, kinds: tuple[str, ...] = ("horn",)) -> Broadcast:
    spread = Spread(kinds=kinds)
    plan = Plan(segment_id=None, channels=(), expires_at=NOW + timedelta(days=2), spread=spread)
    return prepare(version=public_version(world, kinds), plan=plan, by=world.officer, at=NOW)


def test_two_clicks_release_once(place: World) -> None:
    for number in range(20):
        outlet(place, "horn", f"Loa {number}")
    row = prepared(place)
    found = together(*[lambda: release(broadcast=row, by=place.leader, at=NOW).placement_count] * 3)
    assert found == [20, 20, 20]
    assert Placement.objects.count() == 20


def test_release_claim_and_cancel_at_the_same_moment_lose_nothing(place: World) -> None:
    for number in range(12):
        outlet(place, "horn", f"Loa {number}")
    for _round in range(4):
        row = prepared(place)

        def stop(row: Broadcast = row) -> list[Any]:
            with contextlib.suppress(LantoaError):
                cancel(broadcast=row, by=place.leader, at=NOW)
            return []

        def go(row: Broadcast = row) -> list[Any]:
            with contextlib.suppress(LantoaError):
                release(broadcast=row, by=place.leader, at=NOW)
            return []

        taken = [one for part in together(go, lambda: take(6), lambda: take(6), stop) for one in part]
        assert len({one.id for one in taken}) == len(taken), "nobody holds what another holds"
        end(taken, Accepted("p"))
        row.refresh_from_db()
        if row.placement_count is None:
            assert not taken
            continue
        cancel(broadcast=row, by=place.leader, at=NOW) if row.state != "cancelled" else None
        tidy(at=NOW)
        counts = states_of(row)
        assert sum(counts.values()) == row.placement_count == 12
        assert counts.get("accepted", 0) == len(taken)
        assert set(counts) <= {"accepted", "cancelled"}


def test_two_people_confirm_one_placement_and_it_counts_once(place: World) -> None:
    outlet(place, "board")
    placed(place, ["board"])
    picture = photo((60, 40))

    def say() -> bool:
        try:
            shown = Shown(at=NOW, photo=picture)
            confirm(placement=Placement.objects.get(), shown=shown, by=place.officer, at=NOW + timedelta(hours=1))
        except LantoaError:
            return False
        return True

    assert sorted(together(say, say, say)) == [False, False, True]
    assert Placement.objects.get().proofs.count() == 1


class Tower(socketserver.ThreadingTCPServer):
    """Hears keys over a socket; answers only when told to. A key heard twice is blown once."""

    daemon_threads, allow_reuse_address = True, True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Ear)
        self.heard: list[str] = []
        self.blown: set[str] = set()
        self.answers, self.arrived = threading.Event(), threading.Event()


class _Ear(socketserver.StreamRequestHandler):
    server: Tower

    def handle(self) -> None:
        key = self.rfile.readline().decode().strip()
        self.server.heard.append(key)
        self.server.blown.add(key)
        self.server.arrived.set()
        if self.server.answers.wait(60):
            with contextlib.suppress(OSError):
                self.wfile.write(b"ok\n")


@pytest.fixture
def tower() -> Iterator[Tower]:
    with Tower() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def work(tower: Tower, *options: str) -> subprocess.Popen[bytes]:
    at = connection.settings_dict
    command = [sys.executable, str(WORKER), str(at["NAME"]), "--no-jobs", "--channels", "horn", *options]
    return subprocess.Popen(command, env=os.environ | {"HORN_PORT": str(tower.server_address[1])})


def test_killed_between_accept_and_settle_it_is_in_doubt_and_blown_once(place: World, tower: Tower) -> None:
    outlet(place, "horn")
    now = timezone.now()
    row = placed(place, ["horn"], expires_at=now + timedelta(days=2), at=now)
    Placement.objects.update(not_before=now - timedelta(minutes=1))
    killed = work(tower, "--lease", "2")
    assert tower.arrived.wait(60)
    killed.kill()
    killed.wait(20)
    assert states_of(row) == {"sending": 1}
    tower.answers.set()
    assert work(tower, "--lease", "20", "--drain").wait(90) == 0
    one = Placement.objects.get()
    assert (one.state, len(tower.blown)) == ("accepted", 1)
    assert len(tower.heard) >= 2, "it was asked again, with the same key"
    assert [step for (step,) in one.history.values_list("step")][-2:] == ["in_doubt", "placed"]
