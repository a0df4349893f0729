"""A scratch PostgreSQL cluster of the benchmarks' own: one set of production settings for ours and for every peer."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / ".local" / "bench" / "home"
SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "2GB",
    "effective_cache_size": "6GB",
    "work_mem": "64MB",
    "maintenance_work_mem": "512MB",
    "wal_buffers": "16MB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    "jit": "off",
    "autovacuum": "on",
    "max_connections": "200",
    "timezone": "UTC",
    "lc_messages": "C",
    "log_min_messages": "warning",
}
"""Stated in every result. Durable; sized for a machine of 8 GB and up; everything else is PostgreSQL's default."""

os.environ["LANTOA_HOME"] = str(HOME)  # before lantoa's settings are read: data, sockets and secrets of its own

from lantoa.config import embedded  # noqa: E402

SERVER = embedded.Server.here()
DATABASE = "bench"


class Cluster:
    """The running cluster; databases are made and dropped by name."""

    def url(self, name: str = DATABASE) -> str:
        """The libpq address of a database."""
        return SERVER.url(name)

    @property
    def postmaster(self) -> int:
        """The process id of the server's first process."""
        return int((SERVER.data / "postmaster.pid").read_text().split("\n", 1)[0])

    def fresh(self, name: str, template: str = "template1") -> str:
        """An empty database, or a copy of another, in place of what had the name; returns its address."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            database = sql.Identifier(name)
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database))
            source = sql.Identifier(template)
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(database, source))
        return self.url(name)

    def has(self, name: str) -> bool:
        """Whether there is a database of this name."""
        with psycopg.connect(self.url("postgres")) as connection:
            return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None

    def drop(self, name: str) -> None:
        """Remove a database, whoever is connected."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def size(self, name: str = DATABASE) -> int:
        """Bytes a database takes on disk."""
        with psycopg.connect(self.url("postgres")) as connection:
            return int(connection.execute("SELECT pg_database_size(%s)", [name]).fetchone()[0])  # type: ignore[index]


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Start the cluster, new and empty; stop and remove it at the end."""
    embedded.SERVER_OPTIONS.clear()
    embedded.SERVER_OPTIONS.update(SETTINGS)
    HOME.mkdir(parents=True, exist_ok=True)
    remove()
    SERVER.start()
    try:
        yield Cluster()
    finally:
        remove()


def remove() -> None:
    """Stop the cluster and delete its data; the binaries stay."""
    with suppress(embedded.EmbeddedPostgresError):
        SERVER.stop()
    shutil.rmtree(SERVER.data, ignore_errors=True)
