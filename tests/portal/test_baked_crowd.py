"""A small crowd on real server processes while editors publish; and a server killed between a commit and its look."""

import os
import signal
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from wagtail.models import Locale

from bench.served import family, kill, web
from chaos.crowd import LATE, Board, Crowd
from chaos.editors import Editors
from chaos.portal import run
from lantoa.config.embedded import Server
from lantoa.config.loop.processes import free_port_base
from lantoa.kernel import access

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def editors() -> Any:
    before = list(access._source)
    Locale.objects.get_or_create(language_code="vi")
    yield Editors(Board())
    access._source[:] = before


@pytest.fixture
def place(tmp_path: Path, settings: Any) -> tuple[int, dict[str, str]]:
    """A port, and the environment of a server on this test's database."""
    port, given = free_port_base(1), connection.settings_dict
    url = os.environ.get("DATABASE_URL")
    url = url.rpartition("/")[0] + f"/{given['NAME']}" if url else Server.here().url(given["NAME"])
    return port, {
        "DATABASE_URL": url, "LANTOA_BASE_URL": f"http://127.0.0.1:{port}", "LANTOA_BAKED": str(tmp_path / "baked"),
        "MEDIA_ROOT": settings.MEDIA_ROOT, "DJANGO_SETTINGS_MODULE": "lantoa.config.settings",
    }  # fmt: skip


def test_no_visitor_of_a_crowd_meets_an_error_or_an_old_page(editors: Editors, place: Any) -> None:
    port, environment = place
    for _page in range(3):
        editors.publish()
    with web(port, environment) as server:
        time.sleep(LATE)
        crowd = Crowd(port, f"127.0.0.1:{port}", editors.board, think=0.2)
        found = run(editors, crowd, server, visitors=20, seconds=8.0, seed=7)
        assert len(family(server.pid)) >= 3
        time.sleep(0.5)  # the last act has made everything old
        assert _read(port, "/tin/")[0] == 200
        assert list(Path(environment["LANTOA_BAKED"]).rglob("index.html.br"))
    assert found["broken"] == [], found
    assert found["answers"] > 100
    assert found["acts"] >= 3


def _read(port: int, url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{url}") as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, ""


def test_a_server_killed_right_after_a_withdrawal_shows_nothing_of_it_again(editors: Editors, place: Any) -> None:
    port, environment = place
    number = editors.publish()
    url, current = editors.board.pages[number].url, Path(environment["LANTOA_BAKED"]) / "current"
    with web(port, environment) as server:
        time.sleep(1)
        assert f"M{number}V1X" in _read(port, url)[1]
        assert list(current.rglob("tin/*/index.html")) or list(current.glob("tin/tin/*/index.html"))
        os.killpg(server.pid, signal.SIGSTOP)  # nobody looks any more
        editors.withdraw(number)
        kill(server)
    assert list(current.glob("tin/tin/*/index.html")) != []  # as a machine that lost its power would find it
    with web(port, environment):
        time.sleep(LATE)
        assert _read(port, url)[0] == 410
        assert list(current.glob("tin/tin/*/index.html")) == []
