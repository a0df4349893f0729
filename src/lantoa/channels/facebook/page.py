"""Calls about one Page of ours: who we are, where the Page is, and what an answer means."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import AccountProblem, Retry, Secrets, Settings, Unknown, explain
from lantoa.channels.http1 import HttpPool, NeverLeft, NoAnswer
from lantoa.channels.wire import encoded

from .graph import DEFAULT_HOST, DEFAULT_VERSION, USAGE, object_or_problem

LONGEST_LIST = 4 * 1024 * 1024
"""Bytes of a list of posts: every accented letter may come as six."""


class Page:
    """The Graph API as one Page's token sees it; between `open` and `close`."""

    def __init__(self, settings: Settings, secrets: Secrets) -> None:
        host = str(settings.get("api_url") or DEFAULT_HOST).rstrip("/")
        self._api = f"{host}/{settings.get('version') or DEFAULT_VERSION}"
        self._timeout = float(settings.get("timeout") or 30)
        self._access = _access(secrets)
        self._http: HttpPool | None = None
        self.id = str(settings.get("page_id", ""))

    async def open(self) -> None:
        """Make the connection pool."""
        self._http = self._http or HttpPool(
            connections=4, timeout=self._timeout, max_reply=LONGEST_LIST, note=USAGE
        )  # fmt: skip

    async def close(self) -> None:
        """Close the connection pool."""
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Post to a path under the API; raises what the answer's error means, Retry and Unknown."""
        return await self._call(b"POST", path, encoded({**self._credentials(), **body}))

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        """Ask for a path under the API; raises as `post` does."""
        return await self._call(b"GET", f"{path}?{urlencode({**query, **self._credentials()})}")

    async def listed(self, path: str, **query: str) -> list[dict[str, Any]]:
        """Return the objects that a path lists; raises Unknown when it is no list."""
        found = (await self.get(path, **query)).get("data")
        if not isinstance(found, list):
            raise Unknown(_("the answer cannot be read"))
        return [one for one in found if isinstance(one, dict)]

    async def delete(self, path: str) -> None:
        """Delete what stands at a path; raises as `post` does."""
        await self._call(b"DELETE", f"{path}?{urlencode(self._credentials())}")

    async def _call(self, method: bytes, path: str, body: bytes = b"") -> dict[str, Any]:
        if self._http is None:
            raise RuntimeError("open the page first")
        try:
            answer = await self._http.call(method, f"{self._api}/{path}", body)
        except NeverLeft as error:
            raise Retry(explain(_("no connection"), detail=str(error))) from error
        except NoAnswer as error:
            raise Unknown(explain(_("no answer"), detail=str(error))) from error
        return object_or_problem(answer)

    def _credentials(self) -> dict[str, str]:
        if not (self._access and self.id):
            raise AccountProblem(_("there is no access token"))
        return self._access


def _access(secrets: Secrets) -> dict[str, str]:
    """The token, and the proof that we hold the app's secret, which an app may demand ("Require App Secret")."""
    token, secret = secrets.get("page_token", ""), secrets.get("app_secret", "")
    if not token:
        return {}
    proof = hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest() if secret else ""
    return {"access_token": token} | ({"appsecret_proof": proof} if proof else {})


def same_words(text: object, other: object) -> bool:
    """Tell whether two texts differ in nothing but the spaces between their words."""
    return isinstance(text, str) and isinstance(other, str) and text.split() == other.split()


def moment(text: object) -> datetime | None:
    """Return a moment as the API writes it; None for anything else."""
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
