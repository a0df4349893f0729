"""The outermost WSGI layer: answers from what is baked before Django wakes, bakes what is not, watches what changes.

A request is answered here only when it is a plain one: GET or HEAD, the site's own host, no query, no cookie, no
authorization, no wish to save data, and an address whose view says that it is the same for everybody. Of such a request
nothing but the address reaches Django, so nothing else can reach the page that is kept.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.template.loader import get_template
from django.urls import Resolver404, resolve
from django.utils import translation
from wagtail.views import serve

from lantoa.kernel.everybody import is_for_everybody
from lantoa.newsroom.roots import WATCHED, Roots
from lantoa.portal.baking import oven
from lantoa.portal.baking.areas import FRONT, ROOMS, may_be_baked, room_of
from lantoa.portal.baking.memory import GONE, OK, Memory, Page
from lantoa.portal.baking.shelf import Shelf
from lantoa.portal.baking.stamps import current_keys
from lantoa.portal.context import forget_province
from lantoa.portal.uploads import largest_form

logger = logging.getLogger(__name__)

OLDEST = 60.0
"""Seconds after which a page is baked anew although nothing changed: dates and hours pass."""
GLANCE = 0.1
"""Seconds between two looks at the stamps; a change is on every machine that long after its commit."""
BLIND = 1.5
"""Seconds after the last look that succeeded when nothing kept is trusted any more: Django is asked each time, and what
is kept answers only where Django cannot."""
SWEEP = 5.0
STRIPES = 64
MOST_NEVER = 4096

type Start = Callable[..., Any]


class BakedPages:
    """A WSGI application around Django's. `watch()` once in each process; without it nothing is baked."""

    def __init__(self, application: oven.Application, root: Path) -> None:
        self._application = application
        self.largest_body = largest_form()
        self._shelf = Shelf(root)
        self._memory = Memory()
        self._never: set[str] = set()  # addresses that Django answers each time, until anything changes
        self._keys: dict[str, str] = {}
        self._seeing = 0.0
        self._roots = Roots()
        self._scheme, self._host = urlsplit(settings.LANTOA_BASE_URL)[:2]
        self._headers = oven.standing_headers()
        self._making = [threading.Lock() for _ in range(STRIPES)]

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        """Answer a request. Readers come by the scheme of the site's own address, whatever the server before us speaks:
        by it Django knows where its forms come from and which cookies are only for TLS."""
        environ[WATCHED] = self._roots
        environ["wsgi.url_scheme"] = self._scheme
        if not self.is_plain(environ):
            return self._application(environ, start_response)
        page: Page | oven.Answer | None = self._ready(environ["PATH_INFO"]) or self._other(environ["PATH_INFO"])
        if page is None:
            return self._application(environ, start_response)
        if isinstance(page, oven.Answer):
            start_response(page.status, page.headers)
            return [page.body if environ["REQUEST_METHOD"] == "GET" else b""]
        status, headers, body = page.answer(
            environ.get("HTTP_ACCEPT_ENCODING", ""), environ.get("HTTP_IF_NONE_MATCH"), environ["REQUEST_METHOD"]
        )
        start_response(status, headers)
        return [body]

    def at_once(self, path: str, accepts: str, known: str | None) -> tuple[bytes, bytes, bytes] | None:
        """The same answer as bytes to a plain GET whose page is in memory: first line, headers, body. Never waits."""
        page = self._ready(path)
        return None if page is None else page.sent(accepts, known)

    def is_plain(self, asked: Mapping[str, Any]) -> bool:
        """Whether a request is one that may be answered here, as PEP 3333 tells it."""
        return (
            asked["REQUEST_METHOD"] in ("GET", "HEAD")
            and not asked.get("QUERY_STRING")
            and "HTTP_COOKIE" not in asked
            and "HTTP_AUTHORIZATION" not in asked
            and "HTTP_SAVE_DATA" not in asked
            and asked.get("HTTP_HOST") == self._host
        )

    def _ready(self, path: str) -> Page | None:
        """The page in memory while it counts: not too old, and vouched for."""
        page = self._memory.get(path)
        return page if page is not None and min(page.until, self._seeing) >= time.monotonic() else None

    def _other(self, path: str) -> Page | oven.Answer | None:
        """The page from the shelf or fresh from Django; None when the address is none of ours."""
        if not self._keys or path in self._never or not may_be_baked(path) or not _is_marked(path):
            return None
        if self._seeing < time.monotonic():
            return self._unseeing(path)
        making, old = self._making[hash(path) % STRIPES], self._memory.get(path)
        if not making.acquire(blocking=old is None):
            return old  # nothing on it has changed; it is a minute old, and just being baked anew
        try:
            # whoever waited here asks again: what was made meanwhile may be as old as its making took
            return self._unseeing(path) if self._seeing < time.monotonic() else self._made(path)
        finally:
            making.release()

    def _made(self, path: str) -> Page | oven.Answer:
        """The page as another has just made it, from the shelf, or from Django."""
        page = self._memory.get(path)
        if page is not None and page.until >= time.monotonic():
            return page
        room = room_of(path)
        keys = self._keys  # before Django reads: what it reads is at least as new
        key = keys[room]
        kept = self._shelf.read(room, key, path)
        if kept is not None and (left := kept[1] + OLDEST - time.time()) > 0:
            return self._keep(path, room, key, kept[0], min(left, OLDEST))
        answer = self._ask(path)
        gone = answer.status == GONE
        if not answer.is_for_everybody(path, FRONT if gone else room):
            if answer.status == OK and len(self._never) < MOST_NEVER:
                self._never.add(path)  # or all who ask for it would wait for one another
            return answer
        loaf = oven.loaf(answer.body)
        if gone:  # it may send readers to a page of any section; a web server's files are what is there
            return self._keep(path, FRONT, keys[FRONT], loaf, OLDEST, GONE)
        self._shelf.write(room, key, path, loaf)
        return self._keep(path, room, key, loaf, OLDEST)

    def _ask(self, path: str) -> oven.Answer:
        return oven.ask(self._application, path, {WATCHED: self._roots})

    def _unseeing(self, path: str) -> Page | oven.Answer:
        answer, page = self._ask(path), self._memory.get(path)
        broken = answer.status.startswith("5")
        return page if broken and page is not None and page.until >= time.monotonic() else answer

    def _keep(self, path: str, room: str, key: str, loaf: Any, seconds: float, status: str = OK) -> Page:
        headers = [*self._headers, ("Content-Language", oven.language_of(path))]
        page = Page.of(loaf, headers, until=time.monotonic() + seconds, status=status)
        self._memory.put(path, page, room)
        if self._keys[room] != key:  # it changed meanwhile, perhaps after the watcher had cleared the room
            self._memory.clear({room})
        return page

    def watch(self) -> None:
        """Begin to watch the stamps, in a thread that ends with the process."""
        threading.Thread(target=self._watch, name="baked-pages", daemon=True).start()

    def _watch(self) -> None:
        try:
            _wake()
        except Exception:  # the first reader will be told the same
            logger.warning("Django does not wake", exc_info=True)
        swept = 0.0
        while True:
            try:
                self.look()
                if time.monotonic() - swept > SWEEP:
                    self._shelf.sweep(older_than=OLDEST)
                    swept = time.monotonic()
            except Exception:
                logger.warning("baked pages cannot be watched, trying again", exc_info=True)
                connection.close()
                time.sleep(GLANCE * 4)
            time.sleep(GLANCE)

    def look(self) -> None:
        """Follow what has changed: links first, for whoever serves the files; then this process's memory."""
        begun, began = time.time(), time.monotonic()
        keys = self._shelf.follow(current_keys)
        changed = {room for room, key in keys.items() if self._keys.get(room) != key}
        moved = changed.issuperset(ROOMS)  # something that all pages show
        if moved:  # before the keys: what is baked under a key never rests on what was known before it
            forget_province()
            self._roots.forget()
        if changed:
            self._keys = keys
            self._memory.clear(changed)
            self._never.clear()
        self._shelf.vouch(begun)
        self._seeing = began + BLIND
        self._roots.trust(until=self._seeing)
        if moved:
            self._roots.learn(self._host, oven.port(), dict(settings.LANGUAGES))


def _wake() -> None:
    """What Django loads at its first request: addresses, words, the templates most readers open. No reader waits for
    it."""
    for language in dict(settings.LANGUAGES):
        with translation.override(language):
            resolve("/tro-nang/" if language == settings.LANGUAGE_CODE else f"/{language}/tro-nang/")
            translation.gettext("Search")
    for name in ("portal/home.html", "newsroom/article_page.html", "newsroom/section_page.html"):
        get_template(name)


def _is_marked(path: str) -> bool:
    try:
        with translation.override(oven.language_of(path)):
            view = resolve(path).func
    except Resolver404:
        return False
    return view is serve or is_for_everybody(view)
