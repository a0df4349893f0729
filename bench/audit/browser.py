"""A phone of 360 px opens each page cold: what comes over the wire, what axe says, whether keys, zoom and a browser
without scripts are enough."""

import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from bench.audit.pages import Found

AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
PHONE = {"width": 360, "height": 740}
MOST_STOPS = 400
FORM = {"content-type": "application/x-www-form-urlencoded"}

STOP = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const box = at.getBoundingClientRect();
  const middle = document.elementFromPoint(
    Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1),
    Math.min(Math.max(box.top + Math.min(box.height, innerHeight) / 2, 0), innerHeight - 1));
  const marked = (e, part) => { const style = getComputedStyle(e, part);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== 'none'; };
  const near = [at, at.parentElement, at.parentElement?.parentElement, ...(at.labels ?? [])].filter(Boolean);
  const label = (at.getAttribute('aria-label') || at.innerText || at.name || at.tagName).trim().slice(0, 60);
  at.dataset.stop = at.dataset.stop || String(window.stops = (window.stops || 0) + 1);
  const labelled = at.labels && [...at.labels].some(l => l.contains(middle) || middle?.contains(l));
  const frame = ['IFRAME', 'AUDIO', 'VIDEO'].includes(at.tagName);
  return {stop: +at.dataset.stop, label, frame, parted: frame || /^(date|time|month|week)/.test(at.type ?? ''),
          ring: near.some(e => marked(e, null)) || marked(at, '::after') || marked(at, '::before'),
          seen: labelled || box.width > 0 && !!middle && (at.contains(middle) || middle.contains(at))};
}"""
"""Where the keys are: marked on the element itself, what is drawn over it, its label, or the box around it."""
LAST = "stop => document.querySelector(`[data-stop='${stop}']`).focus()"
COUNT = """() => {
  const stops = [...document.querySelectorAll(
    'a[href], button:enabled, input:not([type=hidden]):enabled, select, textarea, summary, iframe, [tabindex="0"]')]
    .filter(e => e.checkVisibility({visibilityProperty: true}) && e.tabIndex >= 0);
  const groups = stops.filter(e => e.type === 'radio');
  return stops.length - groups.length + new Set(groups.map(e => e.name)).size;
}"""
"""How many stops there should be; a group of radio buttons is one."""
CUT = """() => [...document.querySelectorAll('main *')].filter(e => e.childElementCount === 0 && e.innerText &&
  getComputedStyle(e).overflowX === 'hidden' && !e.closest('.visually-hidden') && e.clientWidth > 2 &&
  e.scrollWidth > e.clientWidth + 1).map(e => e.innerText.slice(0, 40))"""
INSTALLED = """() => document.querySelector("script[data-worker]:not([data-worker=''])") &&
  navigator.serviceWorker.ready.then(() => true)"""
"""Until the worker, if the page has one, has fetched what it keeps ahead."""
WORDS = "() => document.querySelector('main')?.innerText.replace(/\\s+/g, ' ').trim() ?? ''"


@dataclass
class Looked:
    """What was seen of one page; `faults` in words, one each."""

    kb: float = 0.0
    requests: int = 0
    worker_kb: float = 0.0
    worker_requests: int = 0
    axe_violations: int = 0
    faults: list[str] = field(default_factory=list)


def look(browser: Browser, base: str, found: Found, kept: Path) -> Looked:
    """Open one page in each of the ways; keeps its HTML in `kept` for the checker."""
    seen = Looked()
    with _opened(browser, base, found) as (page, wire):
        seen.kb, seen.requests = round(wire.bytes / 1024, 1), len(wire.urls)
        page.evaluate(INSTALLED)
        seen.worker_kb, seen.worker_requests = round(wire.ahead / 1024, 1), len(wire.by_worker)
        strangers = {urllib.parse.urlsplit(url).netloc for url in wire.urls} - {urllib.parse.urlsplit(base).netloc}
        seen.faults += [f"asks {host}" for host in sorted(strangers)] + wire.troubles
        violations = Axe().run(page, options=AXE).response["violations"]
        seen.axe_violations = sum(len(one["nodes"]) for one in violations)
        seen.faults += [f"axe {one['id']}: {one['nodes'][0]['target']}" for one in violations]
        words = page.evaluate(WORDS)
        seen.faults += _keyboard(page)
    with _opened(browser, base, found, viewport={"width": 320, "height": 640}) as (page, _wire):
        seen.faults += _fits(page, "320 px")
    with _opened(browser, base, found) as (page, _wire):
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        seen.faults += _fits(page, "text at 200 %")
    with _opened(browser, base, found, java_script_enabled=False) as (page, _wire):
        plain = page.locator("main").inner_text() if page.locator("main").count() else ""
        told = page.locator("main noscript").count()
        if len(" ".join(plain.split())) < 0.95 * len(words) and not told:
            seen.faults.append("says less without scripts")
    kept.write_bytes(_source(browser, base, found))
    return seen


@dataclass
class _Wire:
    bytes: int = 0
    by_worker: list[Request] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    @property
    def ahead(self) -> int:
        """The bytes of what the worker fetched to keep; what the page had fetched before comes from the browser."""
        return sum(
            max(0, one.sizes()["responseBodySize"] + one.sizes()["responseHeadersSize"]) for one in self.by_worker
        )


@contextmanager
def _opened(browser: Browser, base: str, found: Found, **options: Any) -> Iterator[tuple[Page, _Wire]]:
    """The page in a new browser profile, nothing cached, with what came over the wire."""
    settings = {"viewport": PHONE, "locale": "vi-VN", "device_scale_factor": 2, "is_mobile": True, **options}
    context = browser.new_context(**settings)
    _bring(context, base, found)
    page, wire = context.new_page(), _Wire()
    tap = context.new_cdp_session(page)
    tap.send("Network.enable")
    tap.on("Network.loadingFinished", lambda event: _add(wire, event["encodedDataLength"]))
    page.on("request", lambda request: wire.urls.append(request.url) if not request.url.startswith("data:") else None)
    page.on("pageerror", lambda error: wire.troubles.append(f"script: {error}"))
    page.on("console", lambda said: wire.troubles.extend(_told(said, base, found)))
    context.on("requestfinished", lambda one: wire.by_worker.append(one) if one.service_worker else None)
    if found.sent:
        page.route(base + found.path, lambda route: route.continue_(method="POST", post_data=found.sent, headers=FORM))
    try:
        answer = page.goto(base + found.path, wait_until="networkidle")
        if answer is None or answer.status != found.status:
            wire.troubles.append(f"answers {answer and answer.status}")
        yield page, wire
    finally:
        context.close()


def _bring(context: BrowserContext, base: str, found: Found) -> None:
    """Put the page's cookie into the browser, if it has one."""
    if found.cookie:
        name, _is, value = found.cookie.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": base + found.path}])


def _told(said: ConsoleMessage, base: str, found: Found) -> list[str]:
    """What the console complains of; that the page itself is not here is no complaint where it should not be."""
    itself = found.status != HTTPStatus.OK and said.location["url"] == base + found.path
    return [f"console: {said.text}"] if said.type == "error" and not itself else []


def _add(wire: _Wire, length: float) -> None:
    wire.bytes += int(length)


def _keyboard(page: Page) -> list[str]:
    """Tab through everything, and back: each stop is reached, seen, and marked; nothing holds the keys."""
    wanted = page.evaluate(COUNT)
    page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)")
    forward, faults = _walked(page, "Tab")
    if len(forward) < wanted:
        faults.append(f"keys reach {len(forward)} of {wanted}")
    if not forward:
        return faults
    page.evaluate(LAST, max(forward))
    back, more = _walked(page, "Shift+Tab")
    if len(back | {max(forward)}) < len(forward):
        faults.append(f"keys come back to {len(back)} of {len(forward)}")
    return faults + [f"on the way back: {fault}" for fault in more]


def _walked(page: Page, key: str) -> tuple[set[int], list[str]]:
    """The stops one key leads to until none is new, and what is wrong with any."""
    faults, reached = [], set[int]()
    for _press in range(MOST_STOPS):
        page.keyboard.press(key)
        stop = page.evaluate(STOP)
        if stop and stop["parted"] and stop["stop"] in reached:
            continue  # the keys walk what stands in the frame, the player's own buttons, or day, month and year
        if stop is None or stop["stop"] in reached:
            break
        reached.add(stop["stop"])
        if not stop["ring"] and not stop["frame"]:
            faults.append(f"no ring on “{stop['label']}”")
        if not stop["seen"]:
            faults.append(f"covered when focused: “{stop['label']}”")
    return reached, faults


def _fits(page: Page, how: str) -> list[str]:
    width, have = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    faults = [f"{how}: {width} px wide in {have}"] if width > have else []
    return faults + [f"{how}: cut “{words}”" for words in page.evaluate(CUT)[:3]]


def _source(browser: Browser, base: str, found: Found) -> bytes:
    context = browser.new_context(locale="vi-VN")
    _bring(context, base, found)
    try:
        if found.sent:
            return context.request.post(base + found.path, data=found.sent, headers=FORM).body()
        return context.request.get(base + found.path).body()
    finally:
        context.close()
