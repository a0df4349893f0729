"""A real IMAP server for tests: Debian's dovecot on a free port, with a mailbox of its own in a temporary folder."""

import imaplib
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lantoa.simulators.imap import ImapSimulator
from lantoa.simulators.stage import running

USER, PASSWORD = "hopthu", "mat-khau-thu"

CONF = """
base_dir = {place}/run
state_dir = {place}/state
log_path = {place}/log
protocols = imap
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
mail_location = maildir:{place}/mail
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 0
first_valid_gid = 0
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
mail_fsync = never
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={place}/mail
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"""


@dataclass
class Dovecot:
    """A running server."""

    port: int
    place: Path

    def settings(self, **more: object) -> dict[str, object]:
        """What an account of the e-mail channel says of this mailbox."""
        mailbox = {"imap_host": "127.0.0.1", "imap_port": self.port, "imap_security": "none", "imap_username": USER}
        return {**mailbox, "imap_address": "hopthu@lantoa.example", "timeout": 5, **more}

    def client(self) -> imaplib.IMAP4:
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        client.login(USER, PASSWORD)
        return client

    def deliver(self, *mails: bytes, mailbox: str = "INBOX") -> None:
        """Put mails into the mailbox, as the mail system would."""
        client = self.client()
        for mail in mails:
            answer, told = client.append(mailbox, None, None, mail)
            assert answer == "OK", told
        client.logout()

    def empty(self) -> None:
        """Take every mail out."""
        client = self.client()
        if client.select("INBOX")[1] != [b"0"]:
            client.store("1:*", "+FLAGS", "\\Deleted")
            client.expunge()
        client.logout()

    def number_anew(self) -> None:
        """Start the mailbox's UIDs anew under another UIDVALIDITY, as after a restored backup."""
        uids = self.place / "mail/dovecot-uidlist"
        uids.write_text(re.sub(r"V(\d+)", lambda known: f"V{int(known[1]) + 1000}", uids.read_text(), count=1))
        for stale in [*self.place.glob("mail/dovecot.*"), self.place / "mail/dovecot-uidvalidity"]:
            stale.unlink(missing_ok=True)


class StandIn(Dovecot):
    """The product's own stand-in, asked and answering over the same socket."""

    def number_anew(self) -> None:
        self.simulator.mailboxes["INBOX"].number_anew()

    simulator: ImapSimulator


@contextmanager
def stand_in() -> Iterator[StandIn]:
    """Run the stand-in, with the same user as the real server has."""
    simulator = ImapSimulator(username=USER, password=PASSWORD)
    with running(simulator):
        server = StandIn(simulator.imap_port, Path())
        server.simulator = simulator
        yield server


def installed() -> bool:
    return shutil.which("dovecot", path=_PATH) is not None


_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"


@contextmanager
def dovecot() -> Iterator[Dovecot]:
    """Run a server; gone at the end."""
    place = Path(tempfile.mkdtemp(prefix="lantoa-imap-"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    root, me = os.getuid() == 0, pwd.getpwuid(os.getuid()).pw_name
    user = pwd.getpwnam("nobody" if root else me)
    for name in ("run", "state", "mail"):
        (place / name).mkdir()
    if root:
        shutil.chown(place / "mail", user.pw_uid, user.pw_gid)
        place.chmod(0o755)
    names = {"internal": "dovecot", "internal_group": "dovecot", "login": "dovenull"} if root else {
        "internal": me, "internal_group": _group(user.pw_gid), "login": me
    }  # fmt: skip
    conf = place / "dovecot.conf"
    conf.write_text(
        CONF.format(place=place, user=user.pw_uid, group=user.pw_gid, port=port, password=PASSWORD, **names)
    )
    program = shutil.which("dovecot", path=_PATH)
    assert program is not None
    process = subprocess.Popen([program, "-F", "-c", str(conf)], stderr=subprocess.STDOUT, stdout=subprocess.DEVNULL)
    try:
        _wait(port, process, place)
        yield Dovecot(port, place)
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(place, ignore_errors=True)


def _group(gid: int) -> str:
    import grp

    return grp.getgrgid(gid).gr_name


def _wait(port: int, process: subprocess.Popen[bytes], place: Path) -> None:
    for _try in range(100):
        if process.poll() is not None:
            break
        try:
            imaplib.IMAP4("127.0.0.1", port, timeout=2).logout()
        except (OSError, imaplib.IMAP4.error):
            time.sleep(0.1)
        else:
            return
    log = (place / "log").read_text() if (place / "log").exists() else ""
    raise AssertionError(f"dovecot did not start: {log}")
