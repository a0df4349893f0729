"""One POST to a provider, with every way it can end sorted into the contract's problems."""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import AccountProblem, Rejected, Retry, SendProblem, Throttled, Unknown, explain
from lantoa.channels.http1 import HttpPool, NeverLeft, NoAnswer


async def post_json(
    http: HttpPool, url: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Post ``body`` and return the provider's JSON object; raises Retry, Throttled, Rejected, Unknown, AccountProblem.

    Any 2xx object comes back, also those that tell of a failure inside: reading the code is the channel's work.
    """
    return _object(await post(http, url, json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"), headers))


async def post(http: HttpPool, url: str, body: bytes, headers: Mapping[str, str] | None = None) -> bytes:
    """Post bytes and return those of a 2xx answer; raises as `post_json` does."""
    try:
        answer = await http.post(url, body, headers)
    except NeverLeft as error:
        raise Retry(explain(_("no connection"), detail=str(error))) from error
    except NoAnswer as error:
        raise Unknown(explain(_("no answer"), detail=str(error))) from error
    if answer.status // 100 != 2:
        raise problem_of(answer.status, answer.retry_after)
    return answer.body


def _object(raw: bytes) -> dict[str, Any]:
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
