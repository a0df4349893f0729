"""What an article of 60 KB costs: nginx with the plain file, Lan Tỏa behind nginx, Lan Tỏa alone, Wagtail's starter.

All four serve the same article on this machine, in turns, medians. Then 1,000 requests a second; first hits
among 100,000 pages; how long from a publication until readers see it. Last line: one JSON object; `broken` names what
does not hold, and then the exit code is 1. `BENCH_SECONDS=2 BENCH_PAGES=1600` tries it.
"""

import json
import os
import shutil
import statistics
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from bench.cluster import DATABASE, SETTINGS, Cluster, cluster
from bench.load import as_many_as_go, so_many_a_second
from bench.portal_promises import broken
from bench.served import WORKERS, nginx, web
from bench.starter import Starter
from lantoa.config.loop.processes import Processes, free_port_base

SECONDS = float(os.environ.get("BENCH_SECONDS") or 8)
PAGES = int(os.environ.get("BENCH_PAGES") or 100_000)
ROUNDS, TURNS, RATE = 3, 12, 1000
PARAGRAPHS, SIZE = 117, range(58 * 1024, 60 * 1024 + 1)
"""So many paragraphs make an article of 60 KB; the bytes that count as that."""
FIRST_TURNS, LEAST = 15, 1000
"""How often every kind of page is made unread again; bytes below which an answer is none."""
FEEDS = ("/tin-moi/rss.xml", "/tin-moi/atom.xml", "/tin-moi/feed.json")
COMMUNE_FEEDS = ("/tin-moi/xa/98001/rss.xml", "/tin-moi/xa/98001/feed.json")
PACKED = "Accept-Encoding: gzip, deflate, br"
SENTENCE = "Bà con trong ấp góp vốn nuôi cua dưới tán rừng, mỗi tháng họp tổ một lần rồi chia sổ cho từng nhà. "

type Figures = dict[str, Any]
type Way = tuple[Callable[[str], bytes], str]
"""How to read, and what."""


def story() -> list[tuple[str, str]]:
    """A body that makes a page of 60 KB: no two paragraphs the same, as in life, and a heading for every six."""
    pieces = []
    for number in range(PARAGRAPHS):
        if number % 6 == 0:
            pieces.append(("heading", f"Kỳ họp thứ {number // 6 + 1}"))
        pieces.append(("paragraph", f"<p>{number}. {SENTENCE * 3}Sổ số {number * 7919 % 997}.</p>"))
    return pieces


class House:
    """Everything that serves: ports, folders, addresses."""

    def __init__(self, running: Cluster, folder: Path) -> None:
        base = free_port_base(5)
        self.plain, self.front, self.alone, self.starter_port, self.direct = range(base, base + 5)
        self.folder, self.running = folder, running
        self.host = f"127.0.0.1:{self.alone}"
        os.environ |= {
            "LANTOA_BASE_URL": f"http://{self.host}", "LANTOA_BAKED": str(folder / "baked"),
            "DATABASE_URL": running.url(DATABASE), "DJANGO_SETTINGS_MODULE": "lantoa.config.settings",
            "LANTOA_PROVINCE": "tỉnh Mẫu", "MAILER": "django.core.mail.backends.dummy.EmailBackend",
            "LANTOA_LOG_LEVEL": "ERROR",  # many ask for what is not there yet
        }  # fmt: skip
        self.starter = Starter(folder, {
            "NAME": "starter", "USER": "lantoa", "HOST": running.url(DATABASE).partition("host=")[2].partition("&")[0],
            "PORT": "5432",
        })  # fmt: skip

    def fill(self) -> None:
        """Our site with one long article, and the starter with the same."""
        self.running.fresh(DATABASE)
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable")
        call_command("collectstatic", interactive=False, verbosity=0)
        from chaos.crowd import Board
        from chaos.editors import Editors

        self.editors = Editors(Board())
        number = self.editors.publish(story())
        self.url = self.editors.pages[number].url
        self.running.fresh("starter")
        words = (f"<h2>{words}</h2>" if kind == "heading" else words for kind, words in story())
        self.starter.make("".join(words))

    @contextmanager
    def open(self) -> Iterator[None]:
        """Serve all four."""
        from lantoa.portal.baking.nginx import KEPT_OPEN, configuration

        with ExitStack() as stack:
            stack.enter_context(web(self.alone, {}))
            stack.enter_context(
                web(self.starter_port, self.starter.environment, Starter.application, self.starter.folder)
            )
            article = self.read(self.alone, self.url)
            files, front = self.folder / "plain", self.folder / "front"
            for folder in (files / "tin", front):
                folder.mkdir(parents=True, exist_ok=True)
            (files / "tin" / "article.html").write_bytes(article)
            self.size = len(article)
            if self.size not in SIZE:
                raise AssertionError(f"the article has {self.size} bytes: not the 60 KB that are asked for")
            stack.enter_context(
                nginx(files, self.plain, f"server {{ listen 127.0.0.1:{self.plain}; root {files};"
                      " types { text/html html; } default_type text/html;"
                      f" {KEPT_OPEN} }}")
            )  # fmt: skip
            stack.enter_context(
                nginx(front, self.front, configuration(listen=f"127.0.0.1:{self.front}", upstream=self.host))
            )
            yield

    def places(self) -> dict[str, tuple[int, str]]:
        """Where each of the four serves the article."""
        return {
            "nginx": (self.plain, "/tin/article.html"), "behind_nginx": (self.front, self.url),
            "alone": (self.alone, self.url), "starter": (self.starter_port, Starter.url),
        }  # fmt: skip

    def read(self, port: int, url: str, *, asks_each_time: bool = True) -> bytes:
        """A page, asked for by our own name; one that is counted each minute need not be asked for each time."""
        request = urllib.request.Request(f"http://127.0.0.1:{port}{url}", headers={"Host": self.host})
        try:
            with urllib.request.urlopen(request) as reply:
                if asks_each_time and "no-cache" not in reply.headers["Cache-Control"]:
                    raise AssertionError(f"{url} may be shown again without asking: {reply.headers}")
                found: bytes = reply.read()
                return found
        except urllib.error.HTTPError as refusal:
            if refusal.code not in (404, 410):
                raise
            return b"%d" % refusal.code


def throughput(house: House) -> Figures:
    """As many as go; the same bytes for everybody, then with what a browser accepts. Many short turns, each begun by
    another: what a shared machine takes away for some seconds is taken from all alike."""
    found: dict[str, dict[str, list[int]]] = {"same_bytes": {}, "browser": {}}
    places = list(house.places().items())
    for turn in range(TURNS):
        for name, (port, url) in rotated(places, turn):
            for way, headers in (("same_bytes", ()), ("browser", (PACKED,))):
                if name != "starter" or way == "same_bytes":
                    as_many_as_go(port, house.host, url, 1, *headers)
                    rate = as_many_as_go(port, house.host, url, max(SECONDS * ROUNDS / TURNS, 1), *headers)["per_s"]
                    found[way].setdefault(name, []).append(rate)
    told: Figures = {}
    for way, rates in found.items():
        median = {name: round(statistics.median(each)) for name, each in rates.items()}
        told[way] = {"per_s": median, "rounds": rates} | {
            f"{name}_ratio": round(median[name] / median["nginx"], 3) for name in ("behind_nginx", "alone")
        }
    return told


def rotated[T](things: list[T], by: int) -> list[T]:
    """The same in the same order, begun elsewhere."""
    by %= len(things)
    return things[by:] + things[:by]


def steady(house: House) -> Figures:
    """1,000 a second, in turns."""
    waits: dict[str, list[Figures]] = {}
    for _round in range(ROUNDS):
        for name in ("nginx", "alone", "behind_nginx"):
            port, url = house.places()[name]
            waits.setdefault(name, []).append(so_many_a_second(port, house.host, url, RATE, SECONDS))
    refused = sum(run["refused"] for runs in waits.values() for run in runs)
    p99 = {name: statistics.median(run["p99_ms"] for run in runs) for name, runs in waits.items()}
    return {
        "rate": RATE, "refused": refused, "p99_ms": p99, "p99_ratio": round(p99["alone"] / p99["nginx"], 2),
        "p50_ms": {name: statistics.median(run["p50_ms"] for run in runs) for name, runs in waits.items()},
    }  # fmt: skip


def first_hits(house: House) -> Figures:
    """Pages nobody has read yet, among very many: queries by kind, and the time beside the starter's, in turns; how
    long those who write wait for theirs."""
    from bench.first_hits import by_name, desk, fill, queries, unread

    fill(house.editors, PAGES)
    asked, urls = queries(), {"article of 60 KB": house.url, **by_name()}
    ours: dict[str, list[float]] = {name: [] for name in urls}
    theirs: list[float] = []
    for _turn in range(FIRST_TURNS):
        unread()
        time.sleep(0.5)  # every process has seen that all is old
        for _process in range(2 * WORKERS):
            house.read(house.alone, "/tro-nang/?a")
        for name, url in urls.items():
            ours[name].append(_timed(house, house.alone, url))
            theirs.append(_timed(house, house.starter_port, Starter.url))
    starter = statistics.median(theirs)
    ratios = {name: round(statistics.median(each) / starter, 2) for name, each in ours.items()}
    slowest = sorted(ratios, key=lambda name: -ratios[name])
    return {
        "pages": PAGES, "queries": asked, "most_queries": max(asked.values()),
        "ms": round(statistics.median(ours["article of 60 KB"]), 1), "starter_ms": round(starter, 1),
        "ratio": ratios[slowest[0]], "ratios": {name: ratios[name] for name in slowest}, "desk_ms": desk(house.editors),
    }  # fmt: skip


def _timed(house: House, port: int, url: str) -> float:
    began = time.perf_counter()
    if len(house.read(port, url, asks_each_time=False)) < LEAST:
        raise AssertionError(f"{url} is no page")
    return (time.perf_counter() - began) * 1000


def visible(house: House) -> Figures:
    """From the decision, carried out by a worker, until page, lists, doors, the commune, feeds and search show it; and
    until it is gone.

    Browsers and their service workers show what these answer: none may be shown again without asking (`House.read`).
    """
    from django.db import connection

    from bench.first_hits import by_name

    appeared, vanished, named = [], [], by_name()
    everywhere = ("/tin/", "/", named["door bao-chi"], named["commune"], *FEEDS, *COMMUNE_FEEDS)
    alone, front = partial(house.read, house.alone), partial(house.read, house.front)
    with Processes(house.folder / "logs", {}) as processes:
        processes.start("worker", ["work", "--verbosity", "0"])
        number, decided = house.editors.decide_only()
        _until([(alone, house.editors.pages[number].url)], b"M%dV" % number, True, decided + 60)  # it is up
        for _turn in range(ROUNDS + 2):
            number, decided = house.editors.decide_only()
            url, word = house.editors.pages[number].url, f"m{number}v1x"
            needle = url.encode()  # in the page itself, in every list, and among what the search found
            ways = [(read, each) for read in (alone, front) for each in (url, f"/tim/?q={word}", *everywhere)]
            appeared.append(_until(ways, needle, True, decided))
            gone = time.monotonic()
            house.editors.withdraw(number)
            vanished.append(_until(ways, needle, False, gone))
            time.sleep(1)
    connection.close()
    return {"publish_s": round(max(appeared), 2), "withdraw_s": round(max(vanished), 2)}


def _until(ways: list[Way], needle: bytes, shown: bool, since: float) -> float:
    """Seconds until every way shows it, or none does; raises after ten, and when a way fails instead of answering."""
    left = list(ways)
    while left:
        left = [(read, path) for read, path in left if (needle in read(path)) is not shown]
        if time.monotonic() - since > 10:
            raise AssertionError(f"not within ten seconds: {[path for _read, path in left]}")
    return time.monotonic() - since


def main(running: Cluster, folder: Path) -> Figures:
    """Every figure, said aloud as it comes."""
    house = House(running, folder)
    figures: Figures = {}
    house.fill()
    with house.open():
        figures["article_bytes"] = house.size
        for measure in (
            throughput,
            steady,
            first_hits,
            visible,
        ):  # the last among all the pages that `first_hits` needs
            load = os.getloadavg()[0]
            found = measure(house) | {"load_before": round(load, 1)}
            print(f"{measure.__name__}: {json.dumps(found)}", flush=True)
            figures[measure.__name__] = found
    return figures


def told(figures: Figures) -> Figures:
    """The few figures that count, before all the others."""
    same = figures["throughput"]["same_bytes"]
    return {
        "behind_nginx_ratio": same["behind_nginx_ratio"], "alone_ratio": same["alone_ratio"],
        "alone_browser_ratio": figures["throughput"]["browser"]["alone_ratio"],
        "p99_ratio": figures["steady"]["p99_ratio"], "first_hit_queries": figures["first_hits"]["most_queries"],
        "first_hit_ratio": figures["first_hits"]["ratio"], "publish_s": figures["visible"]["publish_s"],
        "withdraw_s": figures["visible"]["withdraw_s"], "broken": broken(figures),
    }  # fmt: skip


if __name__ == "__main__":
    scratch = Path(tempfile.mkdtemp(prefix="lantoa-bench-"))
    try:
        with cluster() as running:
            figures = main(running, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    machine = {"cores": os.cpu_count(), "workers": WORKERS, "settings": SETTINGS}
    result = told(figures) | figures | {"machine": machine}
    print(json.dumps(result))
    sys.exit(1 if result["broken"] else 0)
