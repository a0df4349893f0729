"""The rotating token pair of a Zalo account, shared by all processes through one locked row.

A refresh token works once. So: lock the row, look whether another process has renewed already, exchange, store, commit,
and only then use. The lock is held during the exchange on purpose, the one place where we do that: whoever waits for
it could do nothing useful with the old pair.
"""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from asgiref.sync import sync_to_async
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import AccountProblem, Retry, explain
from lantoa.channels.models import ChannelAccount, ZaloToken
from lantoa.channels.sealing import SealBrokenError, seal, unseal

DEFAULT_OAUTH = "https://oauth.zaloapp.com"
MARGIN = timedelta(minutes=5)
"""A token this close to its end is renewed before it is refused."""

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class ZaloTokenKeeper:
    """Hands out the access token of one account; renews it at most once, whoever asks."""

    def __init__(self, account: ChannelAccount) -> None:
        self._account_id = account.pk
        self._token, self._good_until = "", _NEVER
        self._lock = asyncio.Lock()

    async def current(self) -> str:
        """Return the token at hand, or the stored one, or a new one."""
        if self._token and datetime.now(UTC) < self._good_until:
            return self._token
        return await self.renewed("")

    async def renewed(self, stale: str) -> str:
        """Return a token other than ``stale``; raises AccountProblem when a person has to sign in again, or Retry."""
        async with self._lock:
            if not self._token or self._token == stale or datetime.now(UTC) >= self._good_until:
                try:
                    self._token, self._good_until = await sync_to_async(good_token)(self._account_id, stale)
                except DatabaseError as error:  # nothing was sent yet
                    raise Retry(_("the token cannot be read just now")) from error
            return self._token


def good_token(account_id: int, stale: str) -> tuple[str, datetime]:
    """Return (access token, when to renew it), exchanged if need be and stored before it is returned."""
    if not connection.in_atomic_block:
        close_old_connections()
    ZaloToken.objects.get_or_create(
        account_id=account_id, defaults={"sealed": seal({}), "seed": "", "expires_at": _NEVER, "refreshed_at": _NEVER}
    )
    with transaction.atomic():
        row = ZaloToken.objects.select_for_update().get(account_id=account_id)
        account = ChannelAccount.objects.get(pk=account_id)
        now, (pair, seed, secrets) = datetime.now(UTC), _pair(row, account)
        access = pair.get("access_token", "")
        if access and access != stale and row.expires_at > now + MARGIN:
            return access, row.expires_at - MARGIN
        if not pair.get("refresh_token"):
            raise AccountProblem(_("there is no refresh token; authorise the account at Zalo and enter a new one"))
        fresh = exchange(account.settings, secrets, pair["refresh_token"])
        row.sealed = seal({name: str(fresh[name]) for name in ("access_token", "refresh_token")})
        row.seed, row.refreshed_at, row.expires_at = seed, now, now + _lifetime(fresh.get("expires_in"))
        row.save()
    return str(fresh["access_token"]), row.expires_at - MARGIN


def _pair(row: ZaloToken, account: ChannelAccount) -> tuple[dict[str, str], str, dict[str, str]]:
    """Return the pair to go on with, its seed and the secrets: a refresh token newly entered wins."""
    try:
        secrets, pair = account.secrets(), unseal(row.sealed)
    except SealBrokenError as error:
        raise AccountProblem(_("the stored secrets cannot be read; enter them again")) from error
    entered = secrets.get("refresh_token", "")
    seed = hashlib.sha256(entered.encode()).hexdigest()
    return (pair if row.seed == seed else {"refresh_token": entered}), seed, secrets


def _lifetime(expires_in: object) -> timedelta:
    text = str(expires_in)  # the provider sends the number as text
    return timedelta(seconds=int(text) if text.isdecimal() and len(text) < 9 else 3600)


def exchange(settings: Mapping[str, Any], secrets: Mapping[str, str], refresh_token: str) -> dict[str, Any]:
    """Trade a refresh token for a new pair; raises AccountProblem when refused, Retry without a clear answer."""
    base = str(settings.get("oauth_url") or DEFAULT_OAUTH).rstrip("/")
    if not base.startswith(("https://", "http://")):
        raise AccountProblem(_("the address for tokens is not a web address"))
    form = {"refresh_token": refresh_token, "app_id": settings.get("app_id", ""), "grant_type": "refresh_token"}
    request = Request(  # noqa: S310  (the scheme was checked)
        f"{base}/v4/oa/access_token",
        data=urlencode(form).encode(),
        headers={"secret_key": secrets.get("app_secret", ""), "Content-Type": "application/x-www-form-urlencoded"},
    )
    try:
        with urlopen(request, timeout=15) as reply:  # noqa: S310
            answer = json.loads(reply.read(64 * 1024))
    except HTTPError as error:
        error.close()
        raise Retry(explain(_("the request for a new token had no clear answer"), code=f"HTTP {error.code}")) from error
    except (URLError, OSError, ValueError) as error:
        raise Retry(_("the request for a new token had no clear answer")) from error
    if not isinstance(answer, dict) or not (answer.get("access_token") and answer.get("refresh_token")):
        code = answer.get("error", "") if isinstance(answer, dict) else ""
        raise AccountProblem(explain(_("Zalo refuses to renew the token; authorise the account again"), code=code))
    return answer
