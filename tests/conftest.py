"""What every test may lean on: a real PostgreSQL, and the jobs of a transaction run on demand."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from django.utils import timezone

from lantoa.config.embedded import Server

RunJobs = Callable[[], int]
SQL_ROOMS = {
    "channels",
    "outlets",
    "territory",
    "agencies",
    "audience",
    "approvals",
    "editorial",
    "outreach",
    "listening",
    "planning",
    "reporting",
    "kernel",
    "search",
    "announcements",
    "entitlements",
    "contributions",
    "pressroom",
}
"""Rooms whose migrations or services hold SQL of their own; run once more on the system's PostgreSQL 15."""


@pytest.fixture
def run_jobs(db: None) -> RunJobs:
    """Do what a worker does, in the test's own connection, until nothing is left: read what providers sent, run the
    jobs stored; returns how many jobs ran."""
    from procrastinate.contrib.django import app  # the app exists once Django is ready

    from lantoa.channels.reading import read_waiting

    def run() -> int:
        done = 0
        while True:
            while read_waiting(at=timezone.now()):
                pass
            with connection.cursor() as cursor:
                cursor.execute(
                    "DELETE FROM procrastinate_jobs WHERE id = (SELECT min(id) FROM procrastinate_jobs"
                    " WHERE status = 'todo') RETURNING task_name, args"
                )
                row = cursor.fetchone()
            if row is None:
                return done
            arguments = json.loads(row[1]) if isinstance(row[1], str) else row[1]
            app.tasks[row[0]].func(**arguments)
            done += 1

    return run


@pytest.fixture(autouse=True)
def _own_media(tmp_path_factory: pytest.TempPathFactory, settings: object) -> None:
    settings.MEDIA_ROOT = str(tmp_path_factory.mktemp("media"))  # type: ignore[attr-defined]
    settings.LANTOA_PRIVATE_ROOT = str(tmp_path_factory.mktemp("private"))  # type: ignore[attr-defined]


@pytest.fixture(autouse=True, scope="session")
def _flush_append_only_tables() -> Iterator[None]:
    """Between tests with real transactions Django empties every table; append-only ones refuse, so as a replica."""
    teardown = TransactionTestCase._fixture_teardown

    def emptied(case: TransactionTestCase) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        try:
            teardown(case)
        finally:
            with connection.cursor() as cursor:
                # unmanaged, so Django leaves it; a DELETE by a replica would leave its events without their job
                cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
                cursor.execute("SET session_replication_role = DEFAULT")
        _plant_roots()

    TransactionTestCase._fixture_teardown = emptied  # type: ignore[method-assign]
    yield
    TransactionTestCase._fixture_teardown = teardown  # type: ignore[method-assign]


def _plant_roots() -> None:
    """The first language and the roots of pages and media, which Wagtail's migrations made and later tests stand on."""
    from django.contrib.contenttypes.models import ContentType
    from wagtail.models import Collection, Locale, Page

    Locale.objects.get_or_create(language_code="vi")
    if Page.get_first_root_node() is None:
        Page.add_root(title="Root", slug="root", content_type=ContentType.objects.get_for_model(Page))
    if Collection.get_first_root_node() is None:
        Collection.add_root(name="Root")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium, quiet, without a sandbox of its own."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return {
        **browser_type_launch_args,
        "executable_path": found,
        "args": [
            "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
            "--disable-features=LocalNetworkAccessChecks",
        ],
    }  # fmt: skip


@pytest.fixture(scope="session")
def base_url() -> None:
    """Tests name whole addresses; the plugin's own fixture is made in a way that pytest warns of."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of those rooms that touch the database."""
    for item in items:
        room = item.path.relative_to(item.config.rootpath / "tests").parts[0]
        touches = item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(
            getattr(item, "fixturenames", ())
        )
        browser = item.get_closest_marker("e2e")  # these run by themselves: a browser's driver keeps a loop
        if room in SQL_ROOMS and not browser and (touches or isinstance(getattr(item, "cls", None), type)):
            item.add_marker(pytest.mark.sql)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave no server behind that these tests started and nobody else works with."""
    if settings.LANTOA_DATABASE_STARTED_HERE:
        Server.here().stop_if_idle()


def pytest_configure(config: pytest.Config) -> None:
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's sync driver keeps a loop running
    assert settings.configured
