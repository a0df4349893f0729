"""A phone on which the portal is installed: its service worker answers, from the network or from what it keeps."""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from playwright.sync_api import Page, Playwright, sync_playwright

UNDER_ITS_WORKER = "() => !!navigator.serviceWorker.controller"
GONE = (404, 410)


@contextmanager
def phone(base: str) -> Iterator[Callable[[str], bytes]]:
    """How a page reads there by its path; a page that is gone reads as its status.

    The browser lives in a thread of its own, since it brings a loop that the database does not bear.
    """
    with ThreadPoolExecutor(1) as thread:
        playwright = thread.submit(sync_playwright().start).result()
        try:
            page = thread.submit(_opened, playwright, base).result()
            yield lambda path: thread.submit(_read, page, base, path).result()
        finally:
            thread.submit(playwright.stop).result()


def _opened(playwright: Playwright, base: str) -> Page:
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
    page: Page = browser.new_page()
    page.goto(base + "/")
    page.wait_for_function(UNDER_ITS_WORKER)
    return page


def _read(page: Page, base: str, path: str) -> bytes:
    answer = page.goto(base + path, wait_until="domcontentloaded")
    if answer is None or not answer.from_service_worker:
        raise AssertionError(f"{path} did not come by the worker")
    return b"%d" % answer.status if answer.status in GONE else page.content().encode()
