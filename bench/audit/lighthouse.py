"""What Lighthouse says of a page, as on a phone: once at its own default throttle, once on a slow line."""

import json
import os
import select
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.audit.places import MODULES, NODE, REPORTS

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
SLOW_LINE = {"rttMs": 300, "throughputKbps": 700}
"""700 kbit/s, 300 ms there and back; the processor as slow as in the default."""

TRIES = 3
SECONDS = 300


@dataclass(frozen=True, slots=True)
class Verdict:
    """Scores of 0 to 100 by category (those asked), seconds to the largest paint, shift, milliseconds blocked."""

    scores: dict[str, int]
    lcp_s: float
    cls: float
    tbt_ms: float
    processor: float
    """Lighthouse's own measure of the processor at that moment; this machine has some 1,800 when nobody disturbs it."""
    complaints: dict[str, list[str]]


class Lighthouse:
    """A running Lighthouse; each page is looked at in a browser of its own."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def look(self, url: str, name: str, *, categories: tuple[str, ...] = CATEGORIES, slow: bool = False) -> Verdict:
        """What it says. It loses a browser's trace now and then: RuntimeError says what it could not do `TRIES`
        times."""
        for left in reversed(range(TRIES)):
            try:
                return self._looked(url, name, categories, slow=slow)
            except RuntimeError:
                if not left:
                    raise
        raise AssertionError("unreachable")

    def _looked(self, url: str, name: str, categories: tuple[str, ...], *, slow: bool) -> Verdict:
        report = REPORTS / f"{name}{'-slow' if slow else ''}.json"
        wanted = {"url": url, "report": str(report), "categories": categories}
        said = self._asked(wanted | ({"throttling": SLOW_LINE} if slow else {}))
        if "error" in said:
            raise RuntimeError(f"Lighthouse on {url}: {said['error'][-800:]}")
        return _verdict(json.loads(report.read_text()))

    def _asked(self, wanted: dict[str, Any]) -> dict[str, Any]:
        asked, answer = self._process.stdin, self._process.stdout
        assert asked is not None
        assert answer is not None
        asked.write(json.dumps(wanted) + "\n")
        asked.flush()
        if not select.select([answer], [], [], SECONDS)[0]:
            self._process.kill()
            raise TimeoutError(f"Lighthouse has said nothing about {wanted['url']} for {SECONDS} s.")
        said: dict[str, Any] = json.loads(answer.readline())
        return said


@contextmanager
def running() -> Iterator[Lighthouse]:
    """Lighthouse, read once and ended afterwards."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "CHROME_PATH": shutil.which("chromium") or "chromium"}
    command = [str(NODE), str(Path(__file__).with_name("lighthouse.mjs")), str(MODULES)]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:  # fmt: skip
        yield Lighthouse(process)


def _verdict(said: dict[str, Any]) -> Verdict:
    if problem := said.get("runtimeError"):
        raise RuntimeError(f"{said['requestedUrl']}: {problem['message']}")
    audits = said["audits"]
    return Verdict(
        scores={name: round(100 * one["score"]) for name, one in said["categories"].items()},
        lcp_s=round(audits["largest-contentful-paint"]["numericValue"] / 1000, 2),
        cls=round(audits["cumulative-layout-shift"]["numericValue"], 3),
        tbt_ms=round(audits["total-blocking-time"]["numericValue"], 1),
        processor=said["environment"]["benchmarkIndex"],
        complaints={name: _complaints(one, audits) for name, one in said["categories"].items() if one["score"] < 1},
    )


def _complaints(category: dict[str, Any], audits: dict[str, Any]) -> list[str]:
    weighty = (audits[ref["id"]] for ref in category["auditRefs"] if ref["weight"])
    return [
        f"{one['id']}: {one['title']}"
        for one in weighty
        if (one["score"] or 0) < 1 and one["scoreDisplayMode"] not in ("notApplicable", "informative", "manual")
    ]
