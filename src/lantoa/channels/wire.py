"""One POST to a provider, with every way it can end sorted into the contract's problems."""

import json
import re
from collections.abc import Awaitable, Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import AccountProblem, Rejected, Retry, SendProblem, Throttled, Unknown, explain
from lantoa.channels.http1 import Answer, HttpPool, NeverLeft, NoAnswer


async def post_json(
    http: HttpPool, url: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Post ``body`` and return the provider's JSON object; raises Retry, Throttled, Rejected, Unknown, AccountProblem.

    Any 2xx object comes back, also those that tell of a failure inside: reading the code is the channel's work.
    """
    return object_of(await post(http, url, encoded(body), headers))


async def get_json(http: HttpPool, url: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Fetch ``url`` and return the provider's JSON object; raises as `post_json` does."""
    answer = await _answered(http.call(b"GET", url, b"", headers))
    if answer.status // 100 != 2:
        raise problem_of(answer.status, answer.retry_after)
    return object_of(answer.body)


async def post(http: HttpPool, url: str, body: bytes, headers: Mapping[str, str] | None = None) -> bytes:
    """Post bytes and return those of a 2xx answer; raises as `post_json` does."""
    answer = await ask(http, url, body, headers)
    if answer.status // 100 != 2:
        raise problem_of(answer.status, answer.retry_after)
    return answer.body


async def ask(http: HttpPool, url: str, body: bytes, headers: Mapping[str, str] | None = None) -> Answer:
    """Post bytes and return the answer whatever its status; raises Retry or Unknown when none came."""
    return await _answered(http.post(url, body, headers))


async def _answered(call: Awaitable[Answer]) -> Answer:
    try:
        return await call
    except NeverLeft as error:
        raise Retry(explain(_("no connection"), detail=str(error))) from error
    except NoAnswer as error:
        raise Unknown(explain(_("no answer"), detail=str(error))) from error


def encoded(body: Mapping[str, Any]) -> bytes:
    """Return ``body`` as JSON in UTF-8; what UTF-8 cannot hold becomes a question mark."""
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def object_of(raw: bytes) -> dict[str, Any]:
    """Return the JSON object of a reply; raises Unknown when it is none."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Unknown(_("the answer cannot be read")) from error
    if not isinstance(value, dict):
        raise Unknown(_("the answer cannot be read"))
    return value


def problem_of(status: int, retry_after: str = "") -> SendProblem:
    """Return what an HTTP status other than 2xx means for one message."""
    reason = explain(_("the provider refused the call"), code=f"HTTP {status}")
    if status == 429:
        return Throttled(
            explain(_("too many messages at once"), code="HTTP 429"),
            after=timedelta(seconds=int(retry_after)) if retry_after.isdecimal() else None,
        )
    if status in (408, 409, 425) or status >= 500:
        return Unknown(explain(_("no clear answer"), code=f"HTTP {status}"))
    if status in (400, 413, 414, 422):
        return Rejected(reason)
    return AccountProblem(reason)  # 3xx, 401, 403, 404 …: the address or the key of the account is wrong


_NUMBER = re.compile(r"\d[\d .-]{5,}\d")


def quoted(words: str) -> str:
    """Return a provider's words as a reason may hold them: short, and without the number that some repeat in them."""
    return _NUMBER.sub("…", clean(words, 200))[:100]


def clean(text: str, limit: int) -> str:
    """Return ``text`` as PostgreSQL can keep it: no NUL, no lone surrogates, at most ``limit`` characters."""
    return text[:limit].encode("utf-8", "replace").decode().replace("\x00", "")
