"""A stand-in for the mail server where answers come in: IMAP4rev1 (RFC 3501) on a port, put a mail in on another."""

import asyncio
import re
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from aiohttp import web

from lantoa.simulators.imap_mailbox import (
    FLAGS,
    Mail,
    Mailbox,
    Token,
    Unheard,
    chosen,
    described,
    found,
    tokens,
    word,
    words,
)
from lantoa.simulators.stage import Simulator

LARGEST = 64 * 1024 * 1024
"""Bytes of a mail that is taken in."""
_LITERAL = re.compile(rb"\{(\d{1,9})(\+?)\}\r?\n$")


class ImapSimulator(Simulator):
    """One person's mailboxes; IMAP on ``imap_port``, control pages on ``port``.

    ``POST /_mail {"from", "subject", "text"}`` (and ``"to"``, ``"headers"``) puts a mail into INBOX as the mail system
    would and tells its UID. ``POST /_number_anew`` begins the UIDs again under another UIDVALIDITY. ``error`` refuses
    commands after the login with NO, ``drop`` hangs up instead of answering, ``slow_ms`` comes before every answer.
    """

    name = "imap"

    def __init__(
        self,
        *,
        username: str = "hopthu",
        password: str = "demo-mailbox-password",  # noqa: S107  (a stand-in's password opens nothing)
        **wishes: Any,
    ) -> None:
        super().__init__(**wishes)
        self.username, self.password = username, password
        self.imap_port = 0
        self.mailboxes = {"INBOX": Mailbox()}
        self._server: asyncio.Server | None = None

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return what puts a mail in, beside the control pages."""
        return [web.post("/_mail", self._mail), web.post("/_number_anew", self._number_anew)]

    async def start(self, port: int = 0, imap_port: int = 0) -> None:
        """Listen for IMAP and for control; port 0 takes a free one."""
        await super().start(port)
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", imap_port)
        self.imap_port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening and hang up."""
        if self._server is not None:
            self._server.close()
            self._server.close_clients()
            await asyncio.sleep(0)
        await super().stop()

    def mailbox(self, name: str) -> Mailbox | None:
        """Return a mailbox by its name in modified UTF-7; INBOX in any case."""
        return self.mailboxes.get("INBOX" if name.upper() == "INBOX" else name)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError, ValueError):  # gone, or a line without an end
            await _Session(self, reader, writer).run()
        writer.close()

    async def _mail(self, request: web.Request) -> web.Response:
        wish = await request.json()
        mail = EmailMessage()
        mail["From"], mail["To"] = str(wish["from"]), str(wish.get("to") or f"{self.username}@lantoa.example")
        mail["Subject"], mail["Message-ID"] = str(wish.get("subject", "")), f"<{secrets.token_hex(12)}@simulator>"
        for name, value in dict(wish.get("headers", {})).items():
            mail[name] = str(value)
        mail.set_content(str(wish.get("text", "")))
        return web.json_response({"uid": self.mailboxes["INBOX"].put(mail.as_bytes(policy=SMTP))})

    async def _number_anew(self, _request: web.Request) -> web.Response:
        box = self.mailboxes["INBOX"]
        box.number_anew()
        return web.json_response({"validity": box.validity})


class _Session:
    """One connection: its state, and the mails as it has been told of them."""

    def __init__(self, simulator: ImapSimulator, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._simulator, self._reader, self._writer = simulator, reader, writer
        self._known = self._ended = self._read_only = False
        self._box: Mailbox | None = None
        self._view: list[Mail] = []
        self._said: list[bytes] = []

    async def run(self) -> None:
        """Greet, then answer every command until the farewell."""
        self._writer.write(b"* OK [CAPABILITY IMAP4rev1] simulator ready\r\n")
        while not self._ended:
            tag, name, asked = await self._command()
            if not tag:
                return
            answer = self._answer(name, asked) if name else "BAD a command is missing"
            if not await self._spoil(name):
                return
            self._writer.write(b"".join(self._said) + f"{tag} {answer}\r\n".encode())
            self._said.clear()
            await self._writer.drain()

    async def _command(self) -> tuple[str, str, list[bytes]]:
        """Read one command up to its last line: the tag, its name, the rest cut at its literals."""
        pieces: list[bytes] = []
        while True:
            line = await self._reader.readline()
            literal = _LITERAL.search(line)
            pieces.append(line[: literal.start()] if literal else line.rstrip(b"\r\n"))
            if literal is None:
                break
            size = int(literal[1])
            if size > LARGEST:
                raise ValueError("too large a literal")
            if not literal[2]:
                self._writer.write(b"+ go ahead\r\n")
            pieces.append(await self._reader.readexactly(size))
        tag, _space, rest = pieces[0].partition(b" ")
        name, _space, pieces[0] = rest.partition(b" ")
        return tag.decode("ascii", "replace"), name.decode("ascii", "replace").upper(), pieces

    async def _spoil(self, name: str) -> bool:
        """Wait or hang up as the behaviour says; False when hung up."""
        behaviour = self._simulator.behaviour
        if behaviour.slow_ms:
            await asyncio.sleep(behaviour.slow_ms / 1000)
        if behaviour.happens("drop", behaviour.drop, name, self._simulator.ledger.attempt(name)):
            self._writer.transport.abort()
            return False
        return True

    def _answer(self, name: str, pieces: Sequence[bytes]) -> str:
        """Do what is asked; returns the words after the tag."""
        behaviour = self._simulator.behaviour
        try:
            asked = tokens(pieces)
            by_uid = name == "UID"
            if by_uid:
                name, asked = word(asked[0]).upper(), asked[1:]
            do = self._known_commands(by_uid=by_uid).get(name)
            if do is None:
                return "BAD not a command for now"
            attempt = self._simulator.ledger.attempt(f"do {name}")
            if self._known and name != "LOGOUT" and behaviour.happens("error", behaviour.error, name, attempt):
                return "NO [UNAVAILABLE] try again later"
            return do(asked)
        except IndexError:
            return "BAD an argument is missing"
        except Unheard as why:
            return f"BAD {why}"

    def _known_commands(self, *, by_uid: bool) -> dict[str, Callable[[list[Token]], str]]:
        """Return what may be asked in this state (RFC 3501 §3)."""
        numbered: dict[str, Callable[[list[Token]], str]] = {
            "SEARCH": lambda asked: self._search(asked, by_uid=by_uid),
            "FETCH": lambda asked: self._fetch(asked, by_uid=by_uid),
            "STORE": lambda asked: self._store(asked, by_uid=by_uid),
        }
        if by_uid:
            return numbered if self._box else {}
        always: dict[str, Callable[[list[Token]], str]] = {
            "CAPABILITY": self._capability,
            "NOOP": self._noop,
            "LOGOUT": self._logout,
        }
        if not self._known:
            return always | {"LOGIN": self._login}
        signed_in = always | {
            "SELECT": lambda asked: self._select(asked, read_only=False),
            "EXAMINE": lambda asked: self._select(asked, read_only=True),
            "CREATE": self._create, "APPEND": self._append,
        }  # fmt: skip
        return signed_in | numbered | {"EXPUNGE": self._expunge, "CLOSE": self._close} if self._box else signed_in

    def _say(self, line: str) -> None:
        self._said.append(f"* {line}\r\n".encode())

    # in any state

    def _capability(self, _asked: list[Token]) -> str:
        self._say("CAPABILITY IMAP4rev1")
        return "OK done"

    def _noop(self, _asked: list[Token]) -> str:
        self._look_again()
        return "OK done"

    def _logout(self, _asked: list[Token]) -> str:
        self._ended = True
        self._say("BYE simulator signing off")
        return "OK done"

    def _login(self, asked: list[Token]) -> str:
        given = word(asked[0]), word(asked[1])
        self._known = given == (self._simulator.username, self._simulator.password)
        return "OK signed in" if self._known else "NO [AUTHENTICATIONFAILED] user name or password"

    # signed in

    def _select(self, asked: list[Token], *, read_only: bool) -> str:
        self._box, self._view = self._simulator.mailbox(word(asked[0])), []
        if self._box is None:
            return "NO [NONEXISTENT] no such mailbox"
        self._read_only, self._view = read_only, list(self._box.mails)
        self._say(f"FLAGS {FLAGS}")
        self._say(f"{len(self._view)} EXISTS")
        self._say("0 RECENT")
        self._say(f"OK [UIDVALIDITY {self._box.validity}] UIDs are valid")
        self._say(f"OK [UIDNEXT {self._box.next_uid}] next UID")
        self._say(f"OK [PERMANENTFLAGS {'()' if read_only else FLAGS}] flags")
        return f"OK [READ-{'ONLY' if read_only else 'WRITE'}] selected"

    def _create(self, asked: list[Token]) -> str:
        if self._simulator.mailbox(name := word(asked[0])) is not None:
            return "NO [ALREADYEXISTS] there is one"
        self._simulator.mailboxes[name] = Mailbox()
        return "OK made"

    def _append(self, asked: list[Token]) -> str:
        box, mail = self._simulator.mailbox(word(asked[0])), asked[-1]
        if box is None:
            return "NO [TRYCREATE] no such mailbox"
        if not isinstance(mail, bytes):
            return "BAD the mail must be a literal"
        box.put(mail, words(asked[1]) if isinstance(asked[1], list) else ())
        return "OK taken in"

    # with a mailbox

    def _search(self, asked: list[Token], *, by_uid: bool) -> str:
        numbers = [mail.uid if by_uid else place for place, mail in found(self._view, asked)]
        self._say(" ".join(["SEARCH", *map(str, numbers)]))
        return "OK done"

    def _fetch(self, asked: list[Token], *, by_uid: bool) -> str:
        items = words(asked[1])
        if by_uid and "UID" not in map(str.upper, items):
            items = ["UID", *items]
        for place, mail in chosen(self._view, word(asked[0]), by_uid=by_uid):
            self._said.append(described(place, mail, items, read_only=self._read_only))
        return "OK done"

    def _store(self, asked: list[Token], *, by_uid: bool) -> str:
        if self._read_only:
            return "NO [READ-ONLY] the mailbox is only looked at"
        how, flags = word(asked[1]).upper(), set(words(asked[2]))
        change: dict[str, Callable[[set[str]], set[str]]] = {
            "FLAGS": lambda _old: set(flags), "+FLAGS": lambda old: old | flags, "-FLAGS": lambda old: old - flags
        }  # fmt: skip
        if how.removesuffix(".SILENT") not in change:
            raise Unheard("not a change of flags")
        for place, mail in chosen(self._view, word(asked[0]), by_uid=by_uid):
            mail.flags = change[how.removesuffix(".SILENT")](mail.flags)
            if not how.endswith(".SILENT"):
                items = ["UID", "FLAGS"] if by_uid else ["FLAGS"]
                self._said.append(described(place, mail, items, read_only=True))
        return "OK done"

    def _expunge(self, _asked: list[Token]) -> str:
        if self._read_only:
            return "NO [READ-ONLY] the mailbox is only looked at"
        self._remove()
        self._look_again()
        return "OK done"

    def _close(self, _asked: list[Token]) -> str:
        if not self._read_only:
            self._remove()
        self._box, self._view = None, []
        return "OK closed"

    def _remove(self) -> None:
        if self._box is not None:
            self._box.mails = [mail for mail in self._box.mails if r"\Deleted" not in mail.flags]

    def _look_again(self) -> None:
        """Tell what has gone and what has come since the last look."""
        if self._box is None:
            return
        for place in range(len(self._view), 0, -1):
            if self._view[place - 1] not in self._box.mails:
                del self._view[place - 1]
                self._say(f"{place} EXPUNGE")
        if len(self._view) != len(self._box.mails):
            self._say(f"{len(self._box.mails)} EXISTS")
        self._view = list(self._box.mails)
