"""What every test may lean on: a real PostgreSQL, and the jobs of a transaction run on demand."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Self

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import TransactionTestCase, override_settings
from django.utils import timezone
from django.utils.translation import override
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

from lantoa.config.embedded import Server

# A busy machine is no fault of what is tested; a test that walks one fixture's rows again and again rolls them back.
LENIENT = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
hypothesis.register_profile("lantoa", deadline=None, suppress_health_check=LENIENT)
hypothesis.load_profile("lantoa")

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
    "exemplars",
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


@pytest.fixture(autouse=True)
def _first_language() -> Iterator[None]:
    """A page asked for in another language leaves that language on in its thread; the next test begins in the first."""
    with override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database as migrations leave it; after a test with real transactions it stands so again.

    Django would empty every table, the rows of migrations included (append-only tables refuse): what a later test finds
    would hang on the order of tests.
    """
    with django_db_blocker.unblock():
        planted = Planted.now()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: planted.again())
        yield


@dataclass(frozen=True)
class Planted:
    """The rows of every table at a moment, as PostgreSQL copies them out."""

    tables: list[str]
    rows: dict[str, bytes]

    @classmethod
    def now(cls) -> Self:
        """Read them; partitions are read with their table."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT format('%I', relname) FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
                " AND relnamespace = 'public'::regnamespace AND relname <> 'django_migrations' ORDER BY relname"
            )
            tables = [name for (name,) in cursor.fetchall()]
            rows = {}
            for name in tables:
                with cursor.copy(f"COPY (SELECT * FROM {name}) TO STDOUT") as copied:
                    rows[name] = b"".join(map(bytes, copied))
        return cls(tables, {name: content for name, content in rows.items() if content})

    def again(self) -> None:
        """Put them back, and nothing else; triggers and foreign keys sleep meanwhile."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(f"TRUNCATE {', '.join(self.tables)} CASCADE")
            for name, content in self.rows.items():
                with cursor.copy(f"COPY {name} FROM STDIN") as copied:
                    copied.write(content)


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
    # a live server finds files by their plain names, whatever a run in this tree has collected
    override_settings(STATIC_ROOT=settings.STATIC_ROOT / "not-collected").enable()
