"""A scratch PostgreSQL of its own: started as our child, so that it can be killed outright, and given another clock."""

import os
import pwd
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psycopg

from chaos.clocks import Clock
from lantoa.config.embedded import SERVER_OPTIONS, Server
from lantoa.config.places import home

PATIENCE = 60.0


class Cluster:
    """The embedded server of the scratch installation (`LANTOA_HOME` names it)."""

    def __init__(self) -> None:
        self.server = Server.here()
        self.crashes = 0
        self._postmaster: subprocess.Popen[bytes] | None = None

    def make(self) -> None:
        """Make the cluster and its empty database."""
        self.server.start()
        self.server.stop()

    @property
    def url(self) -> str:
        """The database's address."""
        return self.server.url()

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        """A fresh connection; waits while the server comes back."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return psycopg.connect(self.url, autocommit=True)
            except psycopg.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def load(self, source: str) -> None:
        """Take tables and contents from another database instead of running the migrations."""
        dump = [str(self.server.binaries / "pg_dump"), "--no-owner", "--dbname", source]
        restore = [str(self.server.binaries / "psql"), "-q", "-v", "ON_ERROR_STOP=1", "--dbname", self.url]
        with subprocess.Popen(dump, stdout=subprocess.PIPE) as reading:
            subprocess.run(restore, stdin=reading.stdout, stdout=subprocess.DEVNULL, check=True)
        if reading.returncode:
            raise RuntimeError(f"pg_dump ended with {reading.returncode}")

    def start(self, clock: Clock | None = None) -> None:
        """Start, by the given clock; returns when it answers (after a crash: when it has recovered)."""
        options = SERVER_OPTIONS | {
            "listen_addresses": "",
            "unix_socket_directories": str(self.server.sockets),
            "recovery_init_sync_method": "syncfs",  # file by file takes ten seconds on a busy disk
        }
        settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        user = pwd.getpwnam(self.server.user) if self.server.user else None
        with (home() / "logs" / "postgres.log").open("ab") as log:
            self._postmaster = subprocess.Popen(
                [str(self.server.binaries / "postgres"), "-D", str(self.server.data), *settings],
                user=user.pw_uid if user else None,
                group=user.pw_gid if user else None,
                extra_groups=[] if user else None,
                cwd="/",
                env={"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC"} | (clock.environment if clock else {}),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        end = time.monotonic() + PATIENCE
        while not self.server.running():
            if self._postmaster.poll() is not None or time.monotonic() > end:
                raise RuntimeError("PostgreSQL did not come back; see logs/postgres.log")
            time.sleep(0.05)

    def crash(self, how: str) -> None:
        """Bring it down as a power cut would: `kill` all its processes, or `immediate`, without a checkpoint."""
        if self._postmaster is None:
            raise RuntimeError("it does not run")
        if how == "kill":
            family = [self._postmaster.pid, *_children(self._postmaster.pid)]
            for pid in family:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        else:
            self._postmaster.send_signal(signal.SIGQUIT)
        self._postmaster.wait(PATIENCE)
        self._postmaster = None
        self.crashes += 1

    def stop(self) -> None:
        """Stop in good order."""
        if self._postmaster is not None:
            self._postmaster.send_signal(signal.SIGINT)
            self._postmaster.wait(PATIENCE)
            self._postmaster = None

    def remove(self) -> None:
        """Stop and leave nothing behind."""
        self.stop()
        place = self.server.data.parent
        if self.server.user is not None:
            shutil.rmtree(place, ignore_errors=True)
        elif not self.server.sockets.is_relative_to(place):
            shutil.rmtree(self.server.sockets, ignore_errors=True)


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
