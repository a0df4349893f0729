"""Baking one page: Django is asked with nothing of the visitor's request but the address."""

import gzip
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import brotli  # type: ignore[import-untyped]
from django.conf import settings
from django.db import connection
from django.utils.csp import build_policy

from lantoa.kernel.languages import spoken
from lantoa.portal.baking.areas import strangers
from lantoa.portal.baking.memory import GONE, OK
from lantoa.portal.baking.shelf import Loaf

type Headers = list[tuple[str, str]]
type Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

KEPT = "public, no-cache"
HTML = "text/html; charset=utf-8"
CHANGING = frozenset({"content-type", "content-length", "content-language", "vary"})
"""Headers that are not the same on every baked page; the language is the address's."""
VARY = frozenset({"accept-encoding", "accept-language", "save-data"})
"""What a page may say that it varies by: encodings are baked, those who save data are not answered from
what is baked, and the language of a page is its address's."""
_TABLES = re.compile(r'(?:FROM|JOIN|UPDATE|INTO)\s+"?([a-z_0-9]+)', re.IGNORECASE)


def standing_headers() -> Headers:
    """The headers of every baked page, from the settings: whoever serves the files must send them too."""
    secure = settings.SECURE_HSTS_SECONDS and settings.LANTOA_BASE_URL.startswith("https://")
    return [
        ("Cache-Control", KEPT),
        ("Content-Security-Policy", build_policy(settings.SECURE_CSP)),  # type: ignore[arg-type]
        ("Cross-Origin-Opener-Policy", settings.SECURE_CROSS_ORIGIN_OPENER_POLICY),
        ("Referrer-Policy", settings.SECURE_REFERRER_POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", settings.X_FRAME_OPTIONS),
        *([("Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}")] if secure else []),
    ]


def language_of(path: str) -> str:
    """The language of an address."""
    return spoken(path.split("/", 2)[1])


@dataclass(slots=True)
class Answer:
    """What Django said to the question for one address."""

    status: str
    headers: Headers
    body: bytes
    tables: frozenset[str]

    def is_for_everybody(self, path: str, room: str) -> bool:
        """Whether the page, or that it is gone, may be kept: whole, public, with the headers of all baked pages and no
        others, and made only of what is watched."""
        said = {name.lower(): value for name, value in self.headers}
        vary = {name.strip().lower() for name in said.get("vary", "").split(",") if name.strip()}
        return (
            self.status in (OK, GONE)
            and said.get("content-type") == HTML
            and said.get("content-language") == language_of(path)
            and vary <= VARY
            and {(name, value) for name, value in said.items() if name not in CHANGING}
            == {(name.lower(), value) for name, value in standing_headers()}
            and len(self.headers) == len(said)
            and not strangers(self.tables, room)
        )


def ask(application: Application, path: str, known: Mapping[str, Any] | None = None) -> Answer:
    """Ask for an address as a reader without cookie, query or wishes of any kind would; `known` is what the asking
    process adds to the environment."""
    base = urlsplit(settings.LANTOA_BASE_URL)
    heard: list[Any] = []
    environ = {
        "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": "",
        "SERVER_NAME": base.hostname, "SERVER_PORT": port(),
        "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": base.netloc,
        "wsgi.version": (1, 0), "wsgi.url_scheme": base.scheme, "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False, **(known or {}),
    }  # fmt: skip
    with _tables_read() as tables:
        reply = application(environ, lambda status, headers, *_more: heard.extend((status, headers)))
        try:
            body = b"".join(reply)
        finally:
            if hasattr(reply, "close"):
                reply.close()
    return Answer(heard[0], heard[1], body, frozenset(tables))


def port() -> str:
    """The port that readers come to, by the site's own address."""
    base = urlsplit(settings.LANTOA_BASE_URL)
    return str(base.port or (443 if base.scheme == "https" else 80))


def loaf(body: bytes) -> Loaf:
    """A page as it is and compressed."""
    return body, gzip.compress(body, 6, mtime=0), brotli.compress(body, quality=5)


@contextmanager
def _tables_read() -> Iterator[set[str]]:
    found: set[str] = set()

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found.update(_TABLES.findall(sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found
