"""A crowd that reads while editors publish, and checks every page it is given against what was published when.

Visitors are lasting connections on one loop; each reads, thinks, reads on. A page may show what was true up to `LATE`
seconds before it was asked for, and nothing older.
"""

import asyncio
import random
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from ipaddress import ip_address

LATE = 2.0
_MARK = re.compile(rb"M(\d+)V(\d+)X")
_FEED = "/tin-moi/atom.xml"
_LISTS = ("/", "/tin/", "/tin/")
_SHOWN = {"/": 3, "/tin/": 12, _FEED: 30}
"""How many of the newest a list shows."""


@dataclass
class Standing:
    """One page: its address, when each version came (index 0 is version 1), when its end began and was done."""

    url: str
    since: list[float]
    begun: list[float]
    going: float | None = None
    gone: float | None = None

    @property
    def version(self) -> int:
        """The newest version that is out."""
        return len(self.since)


@dataclass
class Board:
    """What was published when: moments of the monotonic clock, taken after the commit (`begun`, `going`: before)."""

    pages: dict[int, Standing] = field(default_factory=dict)

    def published(self, number: int, url: str, at: float) -> None:
        """A page is out."""
        self.pages[number] = Standing(url, [at], [at])

    def revising(self, number: int, at: float) -> None:
        """A further version is about to come out."""
        self.pages[number].begun.append(at)

    def revised(self, number: int, at: float) -> None:
        """It is out."""
        self.pages[number].since.append(at)

    def withdrawing(self, number: int, at: float) -> None:
        """A page is about to go."""
        self.pages[number].going = at

    def withdrawn(self, number: int, at: float) -> None:
        """It is gone."""
        self.pages[number].gone = at

    def old(self, body: bytes, asked: float) -> str:
        """What on a page was no longer true `LATE` seconds before it was asked for; empty when all was."""
        for number, version in {(int(n), int(v)) for n, v in _MARK.findall(body)}:
            page = self.pages.get(number)
            if page is None:
                continue  # its editor has not yet come round to writing it down
            if page.gone is not None and page.gone < asked - LATE:
                return f"page {number} shown {asked - page.gone:.2f} s after it was gone"
            if version < page.version and page.since[version] < asked - LATE:
                return f"page {number} shown in version {version}, {asked - page.since[version]:.2f} s after the next"
        return ""

    def missing(self, url: str, body: bytes, asked: float) -> str:
        """The newest page that a list should show and does not. Younger ones may have pushed it off a short list: those
        written down since, and one that is not yet."""
        pages = list(self.pages.items())  # an editor's thread goes on writing
        out = [(page.since[0], n) for n, page in pages if page.since[0] < asked - LATE and page.going is None]
        if not out or b"M%dV" % max(out)[1] in body:
            return ""
        since, number = max(out)
        younger = sum(page.since[0] > since for _n, page in pages) + 1
        late = f"page {number} not listed at {url} {asked - since:.2f} s after it was published"
        return late if younger < _SHOWN[url] else ""

    def judge(self, url: str, status: int, body: bytes, asked: float) -> str:
        """What is wrong with an answer; empty when nothing is."""
        if url in _SHOWN:
            wrong = f"{url}: status {status}" if status != 200 else ""
            return wrong or self.old(body, asked) or self.missing(url, body, asked)
        number, page = next((number, page) for number, page in list(self.pages.items()) if page.url == url)
        if status in (404, 410):
            told = page.going is not None or page.since[0] > asked - LATE
            return "" if told else f"{url} not found {asked - page.since[0]:.2f} s after it was published"
        if status != 200:
            return f"{url}: status {status}"
        return self.old(body, asked) if b"M%dV" % number in body else f"{url}: another page, or none"


@dataclass
class Crowd:
    """Visitors of one site, and what they saw."""

    port: int
    host: str
    board: Board
    think: float = 1.0
    seen: Counter[int] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)

    async def read(self, visitors: int, seconds: float, seed: int = 171) -> None:
        """Let so many visitors read for so long."""
        end = time.monotonic() + seconds
        await asyncio.gather(*(self._visit(number, random.Random(seed + number), end) for number in range(visitors)))

    async def _visit(self, number: int, chance: random.Random, end: float) -> None:
        line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        await asyncio.sleep(chance.random() * self.think)
        while time.monotonic() < end:
            url, asked = self._choose(chance), time.monotonic()
            try:
                line = line or await asyncio.open_connection("127.0.0.1", self.port)
                status, body = await asyncio.wait_for(self._ask(*line, url, number), 10)
            except (OSError, EOFError, TimeoutError) as problem:
                self.wrong[f"{type(problem).__name__}"] += 1
                line = None
                continue
            self.seen[status] += 1
            self.waits.append(time.monotonic() - asked)
            if problem := self.board.judge(url, status, body, asked):
                self.wrong[problem] += 1
            await asyncio.sleep(chance.uniform(0.2, 1.8) * self.think)
        if line:
            line[1].close()

    def _choose(self, chance: random.Random) -> str:
        """A list, or an article: the newest most; one in a hundred is a reader of feeds."""
        if chance.random() < 0.01:
            return _FEED
        if chance.random() < 0.4 or not self.board.pages:
            return chance.choice(_LISTS)
        urls = [page.url for page in list(self.board.pages.values())]
        return chance.choice(urls[-12:] if chance.random() < 0.8 else urls)

    async def _ask(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, url: str, number: int
    ) -> tuple[int, bytes]:
        told = f"Host: {self.host}\r\nX-Forwarded-For: {ip_address(number + (10 << 24))}"  # each from a home of its own
        writer.write(f"GET {url} HTTP/1.1\r\n{told}\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
        if b"content-length" in fields:
            return int(head[9:12]), await reader.readexactly(int(fields[b"content-length"]))
        body = b""
        while size := int(await reader.readline(), 16):
            body += await reader.readexactly(size)
            await reader.readline()
        await reader.readline()
        return int(head[9:12]), body

    def quantile(self, share: float) -> float:
        """Milliseconds within which this share of the answers came."""
        ordered = sorted(self.waits)
        return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000, 1) if ordered else 0.0
