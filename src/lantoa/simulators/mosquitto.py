"""A broker of one's own: Debian's ``mosquitto`` on a port of this machine; no anonymous, each in its topics."""

import getpass
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

_STARTS_WITHIN = 10.0


def program() -> str | None:
    """Return where mosquitto is; Debian keeps it outside a user's path."""
    return shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def free_port() -> int:
    """Return a port that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Mosquitto:
    """One broker with its folder; what it took survives ``kill`` as far as its own file had it."""

    def __init__(self, folder: Path, *, port: int = 0, tls: tuple[Path, Path] | None = None) -> None:
        """Take a folder for its files and, for TLS, the paths of certificate and key."""
        self.folder, self.port, self._tls = folder, port or free_port(), tls
        self.commander = ("lantoa", "demo-broker-password")
        self._process: subprocess.Popen[bytes] | None = None

    def admit(self, devices: Mapping[str, tuple[str, str]]) -> None:
        """Set users: ``{user: (password, "province/commune/device")}``, each bound to its own three topics."""
        folder = self.folder
        lines = [f"{self.commander[0]}:{self.commander[1]}", *(f"{u}:{p}" for u, (p, _t) in devices.items())]
        passwords = folder / "passwords"
        passwords.write_text("\n".join(lines) + "\n")
        passwords.chmod(0o600)
        subprocess.run(["mosquitto_passwd", "-U", str(passwords)], check=True, capture_output=True)  # noqa: S603, S607
        rules = [f"user {self.commander[0]}", *_may(write=["+/+/+/cmd"], read=["+/+/+/ack", "+/+/+/status"])]
        for user, (_password, topic) in devices.items():
            rules += [f"user {user}", *_may(read=[f"{topic}/cmd"], write=[f"{topic}/ack", f"{topic}/status"])]
        (folder / "acl").write_text("\n".join(rules) + "\n")
        tls = [f"certfile {self._tls[0]}", f"keyfile {self._tls[1]}"] if self._tls else []
        (folder / "mosquitto.conf").write_text("\n".join([*self._settings(), *tls]) + "\n")

    def _settings(self) -> list[str]:
        return [
            f"user {getpass.getuser()}",
            "allow_anonymous false",
            f"password_file {self.folder / 'passwords'}",
            f"acl_file {self.folder / 'acl'}",
            "persistence true",
            f"persistence_location {self.folder}/",
            "autosave_interval 1",
            "autosave_on_changes true",
            "max_queued_messages 10000",
            f"listener {self.port} 127.0.0.1",
        ]

    def start(self) -> None:
        """Start, and return when it answers; raises RuntimeError with its own words when it does not."""
        found = program()
        if found is None:
            raise RuntimeError("mosquitto is not installed: apt-get install mosquitto")
        log = (self.folder / "mosquitto.log").open("ab")
        with log:
            self._process = subprocess.Popen(  # noqa: S603
                [found, "-c", str(self.folder / "mosquitto.conf")], stdout=log, stderr=log
            )
        deadline = time.monotonic() + _STARTS_WITHIN
        while time.monotonic() < deadline and self._process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.02)
        self.stop()
        raise RuntimeError((self.folder / "mosquitto.log").read_text(errors="replace")[-500:])

    def kill(self) -> None:
        """SIGKILL: what its file does not have yet is lost."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it; it writes its file."""
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.send_signal(number)
            process.wait(10)


def _may(*, read: list[str], write: list[str]) -> list[str]:
    return [*(f"topic read {topic}" for topic in read), *(f"topic write {topic}" for topic in write)]
