"""What the pages of a kit weigh is known before a phone asks."""

from collections.abc import Callable
from functools import cache
from itertools import product
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.translation import override
from procrastinate.contrib.django import app

from lantoa.portal import kits, places
from lantoa.portal.baking import oven
from lantoa.portal.baking.memory import OK


@app.periodic(cron="*/10 * * * *")
@app.task(name="portal.weigh_kits", queue="default", queueing_lock="portal.weigh_kits")
def weigh_kits(timestamp: int) -> None:
    """Weigh what is new in any commune's kit, in every language; safe to run twice."""
    for commune, (language, _name) in product(places.communes(), settings.LANGUAGES):
        with override(language):
            kits.weigh(commune.code, _length)


def _length(path: str) -> int:
    answer = oven.ask(_within, path)
    return len(answer.body) if answer.status == OK else 0


def _within(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    """Our pages, asked for in the middle of other work: no connection is closed before or after, as between readers."""
    answer = _handler().get_response(WSGIRequest(environ))
    start(f"{answer.status_code} {answer.reason_phrase}", list(answer.items()))
    return [getattr(answer, "content", b"")]


@cache
def _handler() -> WSGIHandler:
    return WSGIHandler()
