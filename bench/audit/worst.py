"""Every page looked at in every way, and the worst of each figure beside what it must hold."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median_low
from typing import Any

from playwright.sync_api import sync_playwright

from bench.audit import browser, lighthouse, nu, product
from bench.audit.browser import Looked
from bench.audit.lighthouse import Lighthouse, Verdict
from bench.audit.pages import Found
from bench.audit.places import REPORTS

MOST_KB, MOST_KB_DATA, KHMER_KB = 100.0, 130.0, 17.0
DATA = "figures:"
"""How the kinds of pages begin that may carry a map."""
MOST_REQUESTS = 10
LEAST = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
UNDISTURBED, MOST_LOOKS = 1500, 7
"""The least that Lighthouse measures of a processor nobody else uses; looks at one page at most."""
AT_ONCE = 2
"""Browsers side by side, but for Lighthouse."""
MOST_LCP_S, MOST_LCP_SLOW_S, MOST_CLS, MOST_TBT_MS = 1.8, 2.5, 0.05, 100.0


@dataclass
class Seen:
    """All that is known of one page."""

    page: Found
    looked: Looked
    html: list[str] = field(default_factory=list)
    quick: Verdict | None = None
    slow: Verdict | None = None

    @property
    def most_kb(self) -> float:
        """What it may weigh."""
        most = MOST_KB_DATA if self.page.kind.startswith(DATA) else MOST_KB
        return most + (KHMER_KB if self.page.kind.endswith(" km") else 0)

    def broken(self) -> list[str]:
        """What does not hold on this page, in words."""
        found = list(self.looked.faults) + [f"html {said}" for said in self.html]
        found += [f"{self.looked.kb} KB > {self.most_kb:.0f}"] if self.looked.kb > self.most_kb else []
        found += [f"{self.looked.requests} requests"] if self.looked.requests > MOST_REQUESTS else []
        if self.quick:
            found += [f"{name} {got}: {', '.join(self.quick.complaints.get(name, []))}"
                      for name, got in self.quick.scores.items() if got < LEAST[name]]  # fmt: skip
            found += [f"LCP {self.quick.lcp_s} s"] if self.quick.lcp_s > MOST_LCP_S else []
            found += [f"CLS {self.quick.cls}"] if self.quick.cls > MOST_CLS else []
            found += [f"TBT {self.quick.tbt_ms} ms"] if self.quick.tbt_ms > MOST_TBT_MS else []
        if self.slow and self.slow.lcp_s > MOST_LCP_SLOW_S:
            found.append(f"LCP on a slow line {self.slow.lcp_s} s")
        return [f"{self.page.path}: {fault}" for fault in found]


def audit(base: str, found: Sequence[Found], *, with_lighthouse: bool) -> dict[str, Any]:
    """The worst of every figure over the pages, and in `broken` what does not hold, page by page."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    files = {page.name: REPORTS / f"{page.name}.html" for page in found}
    with ThreadPoolExecutor(AT_ONCE) as threads:  # nothing of these looks is a time
        looks = threads.map(partial(_looked, base, files), (found[place::AT_ONCE] for place in range(AT_ONCE)))
        seen = [one for part in looks for one in part]
    html = nu.errors(files)
    for one in seen:
        one.html = html.get(one.page.name, [])
    if with_lighthouse:
        with product.alone(), lighthouse.running() as looking:
            for one in (one for one in seen if one.page.stands_alone):
                _ask_lighthouse(looking, base, one)
    return _worst(seen)


def _looked(base: str, files: Mapping[str, Path], found: Sequence[Found]) -> list[Seen]:
    """These pages, each looked at in a browser of this thread's own."""
    seen = []
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for page in found:
            seen.append(Seen(page, browser.look(opened, base, page, files[page.name])))
            print(_line(seen[-1]), flush=True)
        opened.close()
    return seen


def _line(one: Seen) -> str:
    said = "; ".join(one.looked.faults)
    came = (
        f"{one.looked.kb:6.1f} KB {one.looked.requests:3} + {one.looked.worker_kb:5.1f} KB {one.looked.worker_requests}"
    )
    return f"{one.page.kind:36} {one.page.path:56} {came}  {said}"


def _ask_lighthouse(looking: Lighthouse, base: str, one: Seen) -> None:
    asked = tuple(name for name in lighthouse.CATEGORIES if name != "seo" or one.page.indexable)
    url = base + one.page.path
    one.quick = looking.look(url, one.page.name, categories=asked)
    if one.quick.tbt_ms > MOST_TBT_MS:  # a neighbour on this machine, or the page? The middle one of three tells
        one.quick = _looked_again(one.quick, lambda: looking.look(url, one.page.name, categories=asked))
    one.slow = looking.look(url, one.page.name, categories=("performance",), slow=True)
    print(f"{one.page.path:56} {one.quick.scores} LCP {one.quick.lcp_s} / {one.slow.lcp_s} s  CLS {one.quick.cls}  "
          f"TBT {one.quick.tbt_ms} ms  processor {one.quick.processor:.0f}", flush=True)  # fmt: skip


def _looked_again(first: Verdict, look: Callable[[], Verdict]) -> Verdict:
    """The middle of three looks while nobody slowed the processor, by Lighthouse's own measure; of all looks where so
    many were not to be had."""
    looks = [first]
    while len(looks) < 3 or (len(looks) < MOST_LOOKS and len(_undisturbed(looks)) < 3):
        looks.append(look())
    return _middle(_undisturbed(looks)[:3] if len(_undisturbed(looks)) >= 3 else looks)


def _undisturbed(looks: Sequence[Verdict]) -> list[Verdict]:
    return [one for one in looks if one.processor >= UNDISTURBED]


def _middle(verdicts: Sequence[Verdict]) -> Verdict:
    """The middle of each figure by itself, with every complaint."""
    return Verdict(
        scores={name: median_low(one.scores[name] for one in verdicts) for name in verdicts[0].scores},
        lcp_s=median_low(one.lcp_s for one in verdicts),
        cls=median_low(one.cls for one in verdicts),
        tbt_ms=median_low(one.tbt_ms for one in verdicts),
        processor=median_low(one.processor for one in verdicts),
        complaints={name: said for one in verdicts for name, said in one.complaints.items()},
    )


def _worst(seen: Sequence[Seen]) -> dict[str, Any]:
    home = next((one for one in seen if one.page.path == "/"), None)
    quick = [one.quick for one in seen if one.quick]
    slow = [one.slow for one in seen if one.slow]
    return {
        "pages": len(seen),
        "kinds": len({one.page.kind for one in seen}),
        "kb": max(one.looked.kb for one in seen),
        "home_kb": home and home.looked.kb,
        "worker_kb": max(one.looked.worker_kb for one in seen),
        "worker_requests": max(one.looked.worker_requests for one in seen),
        "requests": max(one.looked.requests for one in seen),
        "axe_violations": sum(one.looked.axe_violations for one in seen),
        "html_errors": sum(len(one.html) for one in seen),
        "lighthouse": _lowest([verdict.scores for verdict in quick]),
        "lcp_s": max((verdict.lcp_s for verdict in quick), default=None),
        "lcp_slow_s": max((verdict.lcp_s for verdict in slow), default=None),
        "cls": max((verdict.cls for verdict in quick), default=None),
        "tbt_ms": max((verdict.tbt_ms for verdict in quick), default=None),
        "broken": [fault for one in seen for fault in one.broken()],
    }


def _lowest(scores: Sequence[Mapping[str, int]]) -> dict[str, int | None]:
    """The lowest of each category; None where none was asked."""
    return {
        name.replace("-", "_"): min((one[name] for one in scores if name in one), default=None)
        for name in lighthouse.CATEGORIES
    }
