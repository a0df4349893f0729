"""Short links: the way from a message to the page it tells of."""

import re

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from lantoa.kernel.clock import now
from lantoa.outreach.services import follow

_MACHINE = re.compile(  # Cubot makes telephones
    r"(?<!cu)bot\b|crawl|spider|slurp|preview|externalhit|embedly|scanner|monitor|^curl/|^wget/|python-|go-http|headless",
    re.IGNORECASE,
)


def is_machine(request: HttpRequest) -> bool:
    """Whether whoever asks says they are no reader: a robot, a link preview, a page fetched ahead."""
    ahead = ("Purpose", "Sec-Purpose", "X-Purpose", "X-Moz")
    early = any(word in request.headers.get(name, "").lower() for name in ahead for word in ("prefetch", "preview"))
    return early or bool(_MACHINE.search(request.headers.get("User-Agent", "")))


@require_safe
@cache_control(no_store=True, private=True)
def follow_link(request: HttpRequest, code: str) -> HttpResponse:
    """On to where the code leads: no cookie, no word to the other side of where one comes from, one more in a sum."""
    target = follow(code=code, counts=request.method == "GET" and not is_machine(request), at=now())
    if target is None:
        raise Http404
    response = HttpResponseRedirect(target)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
