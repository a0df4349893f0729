"""Where Wagtail's sites begin: asked once in a request, and once for many while somebody watches for changes."""

import time
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from copy import copy
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, override
from wagtail.models import Site

asking: ContextVar[HttpRequest | None] = ContextVar("asking", default=None)
"""The request being answered: Wagtail notes the roots on it, and looks there before it asks. None outside requests."""

SITE, PATHS = "_wagtail_site", "_wagtail_cached_site_root_paths"
"""Where Wagtail looks on a request before it asks the database."""
WATCHED = "lantoa.roots"
"""Where a WSGI layer that watches for changes puts its `Roots`; no header of a visitor has this name."""
MOST = 64
"""Hosts and languages that are kept: an installation may answer to any name of a domain."""
type Kept = dict[tuple[str, str], tuple[Site, list[Any]]]


class Roots:
    """The site of each host with its home in each language, and where all sites begin.

    They count only until the moment that the last look for changes vouched for; a process that nobody watches for keeps
    nothing. What is forgotten while somebody reads it anew goes into a book that nobody opens again.
    """

    def __init__(self) -> None:
        self._kept: Kept = {}
        self._until = 0.0

    def trust(self, *, until: float) -> None:
        """Nothing has changed; what is kept counts until this moment of the monotonic clock."""
        self._until = until

    def forget(self) -> None:
        """Something has changed: ask anew."""
        self._kept = {}

    def learn(self, host: str, port: str, languages: Iterable[str]) -> None:
        """Ask for the homes of a host beforehand, so that no reader waits for that."""
        kept = self._kept
        for language in languages:
            request = HttpRequest()
            request.META |= {"HTTP_HOST": host, "SERVER_PORT": port}
            with override(language):
                if Site.find_for_request(request):
                    kept[host, language] = _learnt(request)

    def open(self) -> Kept | None:
        """What is kept, to read from and to add to; None when it does not count."""
        return self._kept if time.monotonic() < self._until else None


def remember_roots(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: pages that work out their addresses without a request at hand look at the one being answered.

    Whoever watches for changes says so by putting its `Roots` into the request's environment.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        before, roots = asking.set(request), request.META.get(WATCHED)
        kept = roots.open() if roots is not None else None
        try:
            return get_response(request) if kept is None else _remembering(request, kept)
        finally:
            asking.reset(before)

    def _remembering(request: HttpRequest, kept: Kept) -> HttpResponse:
        key = request.get_host(), get_language()
        known = kept.get(key)
        if known:
            _tell(request, *known)
        response = get_response(request)
        if not known and getattr(request, SITE, None) and len(kept) < MOST:
            kept[key] = _learnt(request)
        return response

    return middleware


def _tell(request: Any, site: Site, paths: list[Any]) -> None:
    site = copy(site)
    site.root_page = copy(site.root_page)
    setattr(request, SITE, site)
    setattr(request, PATHS, paths)


def _learnt(request: Any) -> tuple[Site, list[Any]]:
    site = copy(getattr(request, SITE))
    site.root_page = site.root_page.localized.specific
    site.root_page.locale  # noqa: B018 - fetched, so that nobody asks which language it is in
    return site, list(Site.get_site_root_paths())
