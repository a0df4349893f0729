"""What Lighthouse says of a page, as on a phone: once at its own default throttle, once on a slow line."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import Any

from bench.audit.places import MODULES, NODE, REPORTS

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
SLOW_LINE = ("--throttling.rttMs=300", "--throttling.throughputKbps=700")
"""700 kbit/s, 300 ms there and back; the processor as slow as in the default."""

TRIES = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """Scores of 0 to 100 by category (those asked), seconds to the largest paint, shift, milliseconds blocked."""

    scores: dict[str, int]
    lcp_s: float
    cls: float
    tbt_ms: float
    complaints: dict[str, list[str]]


def look(url: str, name: str, *, categories: tuple[str, ...] = CATEGORIES, slow: bool = False) -> Verdict:
    """What it says. It loses a browser's trace now and then: RuntimeError says what it could not do `TRIES` times."""
    for left in reversed(range(TRIES)):
        try:
            return _looked(url, name, categories, slow=slow)
        except RuntimeError:
            if not left:
                raise
    raise AssertionError("unreachable")


def _looked(url: str, name: str, categories: tuple[str, ...], *, slow: bool) -> Verdict:
    REPORTS.mkdir(parents=True, exist_ok=True)
    report = REPORTS / f"{name}{'-slow' if slow else ''}.json"
    command = [
        str(NODE), str(MODULES / "lighthouse" / "cli" / "index.js"), url, "--quiet", "--output=json",
        f"--output-path={report}", f"--only-categories={','.join(categories)}", "--disable-full-page-screenshot",
        "--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage",
        *(SLOW_LINE if slow else ()),
    ]  # fmt: skip
    environment = {**os.environ, "CHROME_PATH": shutil.which("chromium") or "chromium"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        raise RuntimeError(f"Lighthouse on {url}: {done.stderr[-800:]}")
    return _verdict(json.loads(report.read_text()))


def _verdict(said: dict[str, Any]) -> Verdict:
    if problem := said.get("runtimeError"):
        raise RuntimeError(f"{said['requestedUrl']}: {problem['message']}")
    audits = said["audits"]
    return Verdict(
        scores={name: round(100 * one["score"]) for name, one in said["categories"].items()},
        lcp_s=round(audits["largest-contentful-paint"]["numericValue"] / 1000, 2),
        cls=round(audits["cumulative-layout-shift"]["numericValue"], 3),
        tbt_ms=round(audits["total-blocking-time"]["numericValue"], 1),
        complaints={name: _complaints(one, audits) for name, one in said["categories"].items() if one["score"] < 1},
    )


def _complaints(category: dict[str, Any], audits: dict[str, Any]) -> list[str]:
    weighty = (audits[ref["id"]] for ref in category["auditRefs"] if ref["weight"])
    return [
        f"{one['id']}: {one['title']}"
        for one in weighty
        if (one["score"] or 0) < 1 and one["scoreDisplayMode"] not in ("notApplicable", "informative", "manual")
    ]
