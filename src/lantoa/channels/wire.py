"""One JSON POST to a provider, with every way it can end sorted into the contract's problems."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import aiohttp
from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import AccountProblem, Rejected, Retry, SendProblem, Throttled, Unknown, explain

MAX_REPLY = 64 * 1024
"""Bytes of a provider's reply worth reading; a longer one is not a reply we know."""

# Raised before a request byte was written: nothing can have been accepted.
_NEVER_LEFT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)


def session(*, connections: int, timeout: float) -> aiohttp.ClientSession:
    """Return an HTTP session with at most ``connections`` sockets and ``timeout`` seconds of silence each.

    Idle sockets are let go early: a POST on a socket that the provider has just closed is a delivery in doubt.
    """
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=connections, keepalive_timeout=15),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=min(timeout, 10), sock_read=timeout),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": "LanToa"},
    )


async def post_json(
    http: aiohttp.ClientSession, url: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Post ``body`` and return the provider's JSON object; raises Retry, Throttled, Rejected, Unknown, AccountProblem.

    Any 2xx object comes back, also those that tell of a failure inside: reading the code is the channel's work.
    """
    try:
        async with http.post(url, json=body, headers=headers, allow_redirects=False) as reply:
            if reply.status // 100 != 2:
                raise problem_of(reply.status, reply.headers.get("Retry-After", ""))
            raw = await reply.content.read(MAX_REPLY)
    except _NEVER_LEFT as error:
        raise Retry(explain(_("no connection"), detail=type(error).__name__)) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Unknown(explain(_("no answer"), detail=type(error).__name__)) from error
    return _object(raw)


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


def clean(text: str, limit: int) -> str:
    """Return ``text`` as PostgreSQL can keep it: no NUL, no lone surrogates, at most ``limit`` characters."""
    return text[:limit].encode("utf-8", "replace").decode().replace("\x00", "")
