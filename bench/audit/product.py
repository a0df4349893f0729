"""The product as `lantoa run` serves it, in a home of its own."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.audit.places import HOME, ROOT

START_SECONDS = 900


@contextmanager
def served() -> Iterator[str]:
    """A run of the product that serves; yields its address and ends it, with its database, afterwards.

    AUDIT_BASE names one that serves already, from the same home; it is left as it is.
    """
    os.environ["LANTOA_HOME"] = str(HOME)  # before the settings are read: data, sockets and secrets of its own
    os.environ.pop("DATABASE_URL", None)
    os.environ.setdefault("MAILER", "django.core.mail.backends.dummy.EmailBackend")
    if base := os.environ.get("AUDIT_BASE"):
        yield base
        return
    _forget()  # a run that was killed has left its database
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = HOME / "run.log"
    with log.open("w") as told:
        process = subprocess.Popen(
            [sys.executable, "-m", "lantoa", "run", "--port", str(port), "--contacts", "300", "--no-color"],
            cwd=ROOT, stdout=told, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            _wait(process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(90)
            _forget()


@contextmanager
def alone() -> Iterator[None]:
    """Meanwhile nothing of the product runs but web server and database: a page is looked at with a phone's processor,
    which no worker and no stand-in shares."""
    others = [int(process.name) for process in Path("/proc").glob("[0-9]*") if _is_beside(process)]
    for pid in others:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in others:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def _is_beside(process: Path) -> bool:
    try:
        words, home = (process / "cmdline").read_bytes().split(b"\0"), (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return False
    return (
        b"lantoa" in words and not {b"work", b"simulate"}.isdisjoint(words) and f"LANTOA_HOME={HOME}".encode() in home
    )


def _wait(process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while not re.search("Serving until Ctrl-C", log.read_text()):
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"The product did not come up:\n{log.read_text()[-3000:]}")
        time.sleep(0.5)


def _forget() -> None:
    from lantoa.config.embedded import Server

    place = Server.here().data.parent
    subprocess.run([sys.executable, "-m", "lantoa", "db", "stop"], check=False, capture_output=True)
    if place.parent == Path("/var/lib/lantoa"):
        shutil.rmtree(place, ignore_errors=True)
