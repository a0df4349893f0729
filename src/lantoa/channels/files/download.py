"""One file from a provider's server, and from nowhere else.

Guarded against being sent to our own network (SSRF): https on port 443, a host the account names, every address that
host has must be public, the connection goes to the address that was checked, no redirect is followed, and both the
size and the whole time have a limit.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable
from http.client import HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from django.utils.translation import gettext_noop as _

from .examine import LARGEST, Unfit

PATIENCE = 60.0
"""Seconds a whole file may take."""
SILENCE = 10.0
PORT = 443


class NotNow(Exception):
    """The provider did not give the file this time."""


def download(url: str, hosts: Iterable[str], *, limit: int = LARGEST) -> bytes:
    """Return the file's bytes; raises Unfit where it must not or cannot be had, NotNow where a later try may help."""
    host, path = _target(url, hosts)
    end = time.monotonic() + PATIENCE
    connection = _Pinned(host, _public_address(host))
    try:
        connection.request("GET", path, headers={"Accept-Encoding": "identity", "User-Agent": "LanToa"})
        reply = connection.getresponse()
        if reply.status != 200:
            raise _refusal(reply.status)
        found = bytearray()
        while piece := reply.read(64 * 1024):
            found += piece
            if len(found) > limit:
                raise Unfit(_("the file is too large"))
            if time.monotonic() > end:
                raise NotNow("too slow")
        return bytes(found)
    except (OSError, HTTPException, ValueError) as error:
        raise NotNow(type(error).__name__) from error
    finally:
        connection.close()


def _target(url: str, hosts: Iterable[str]) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower().rstrip("."), parts.port
    except ValueError as error:
        raise Unfit(_("the address of the file is no web address")) from error
    if parts.scheme != "https" or not host or port not in (None, 443) or parts.username or parts.password:
        raise Unfit(_("the address of the file is no web address"))
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    if not (host.isascii() and path.isascii() and path.isprintable()) or " " in path:
        raise Unfit(_("the address of the file is no web address"))
    named = [one.strip().lower() for one in hosts if one.strip()]
    if not any(host == one or (one.startswith(".") and host.endswith(one)) for one in named):
        raise Unfit(_("the file lies on a server that this account does not name"))
    return host, path


def _public_address(host: str) -> str:
    try:
        found = [str(one[4][0]) for one in socket.getaddrinfo(host, PORT, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise NotNow(type(error).__name__) from error
    if not found or not all(_is_public(one) for one in found):
        raise Unfit(_("the file lies on a server that this account does not name"))
    return found[0]


def _is_public(address: str) -> bool:
    known = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(known, "ipv4_mapped", None)
    return (mapped or known).is_global and not known.is_multicast


def _refusal(status: int) -> Exception:
    if status in (404, 410) or status // 100 == 3:
        return Unfit(_("the provider does not have the file any more"))
    return NotNow(f"HTTP {status}")


def _context() -> ssl.SSLContext:
    return ssl.create_default_context()


class _Pinned(HTTPSConnection):
    """A connection to the address that was checked; the certificate must still be the host's."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(host, PORT, timeout=SILENCE, context=_context())
        self._address = address

    def connect(self) -> None:
        plain = socket.create_connection((self._address, PORT), SILENCE)
        self.sock = _context().wrap_socket(plain, server_hostname=self.host)
