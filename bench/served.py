"""A web server under measure: the server exactly as `lantoa serve` runs it, whatever it serves; and nginx."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from lantoa.config.loop.processes import answers
from lantoa.config.management.commands.serve import web_server

WORKERS = 2


@contextmanager
def web(
    port: int,
    environment: Mapping[str, str],
    application: str = "lantoa.config.wsgi:application",
    cwd: Path | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Serve an application while the block runs; ends every process of it, by force if need be."""
    command = web_server("127.0.0.1", port, WORKERS, application)
    process = subprocess.Popen(command, env={**os.environ, **environment}, cwd=cwd, start_new_session=True)
    try:
        _wait(port, process)
        yield process
    finally:
        kill(process, signal.SIGTERM)


@contextmanager
def nginx(folder: Path, port: int, http: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run nginx with this content of its `http` block, its files in `folder`."""
    user = "user root;\n" if os.getuid() == 0 else ""  # the baked pages lie in a home that others may not enter
    (folder / "nginx.conf").write_text(
        f"{user}daemon off;\nworker_processes auto;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\n"
        "events { worker_connections 2048; }\n"
        "http {\naccess_log off;\nsendfile on;\ntcp_nopush on;\nkeepalive_requests 1000000;\n"
        f"{_temporary(folder)}{http}}}\n"
    )
    program = next((path for path in ("/usr/sbin/nginx", "/usr/bin/nginx") if Path(path).exists()), "nginx")
    process = subprocess.Popen(
        [program, "-e", f"{folder}/error.log", "-p", str(folder), "-c", f"{folder}/nginx.conf"], start_new_session=True
    )
    try:
        _wait(port, process)
        yield process
    finally:
        kill(process, signal.SIGTERM)


def kill(process: subprocess.Popen[bytes], number: int = signal.SIGKILL) -> None:
    """End a server and all its workers; returns when the first process is gone."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
    with suppress(subprocess.TimeoutExpired):
        process.wait(15)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def resident(process: subprocess.Popen[bytes]) -> int:
    """Bytes of resident memory of a server's processes together."""
    page, total = os.sysconf("SC_PAGESIZE"), 0
    for pid in family(process.pid):
        with suppress(OSError):
            total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * page
    return total


def family(pid: int) -> list[int]:
    """A process and those below it."""
    found = [pid]
    for each in found:
        with suppress(OSError):
            for task in Path(f"/proc/{each}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
    return found


def _temporary(folder: Path) -> str:
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    return "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)


def _wait(port: int, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not answers(f"http://127.0.0.1:{port}/"):
        if process.poll() is not None or time.monotonic() > end:
            sys.exit(f"nothing serves on port {port}")
        time.sleep(0.1)
