"""Calls to addresses that strangers gave us: led nowhere but to the public internet, short, and never redirected."""

import asyncio
import ipaddress
import socket
from collections.abc import Mapping

from django.conf import settings

from lantoa.channels.http1 import HttpPool, NeverLeft

TIMEOUT = 10.0
"""Seconds from a request to its whole answer."""
AT_ONCE = 10
_OUT_OF_USE = [ipaddress.ip_network(net) for net in ("fec0::/10", "::/96", "::ffff:0:0:0/96")]
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

type Ip = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, also behind the ways IPv6 has of carrying an IPv4 one."""
    try:
        ip: Ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and any(ip in net for net in _OUT_OF_USE):
        return False
    return all(one.is_global and not one.is_multicast for one in (ip, *_within(ip)))


def _within(ip: Ip) -> list[Ip]:
    if isinstance(ip, ipaddress.IPv4Address):
        return []
    teredo = ip.teredo
    inner: list[Ip | None] = [ip.ipv4_mapped, ip.sixtofour, *(teredo or ())]
    if ip in _NAT64:
        inner.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return [one for one in inner if one is not None]


async def public_address(host: str, port: int) -> str:
    """Return the one address to connect to, so that no second look-up can lead elsewhere; raises NeverLeft.

    Where any of a name's addresses is not public, none is used. The setting LANTOA_HUB_PRIVATE_CALLBACKS lifts this for
    installations whose readers sit in the same private network.
    """
    if port not in (80, 443) and port < 1024:
        raise NeverLeft("port not allowed")
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NeverLeft(type(error).__name__) from error
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses:
        raise NeverLeft("no address")
    if not settings.LANTOA_HUB_PRIVATE_CALLBACKS and not all(is_public(address) for address in addresses):
        raise NeverLeft("address not allowed")
    return addresses[0]


class Outside:
    """A few connections to whomever; one for each kind of content, as HTTP heads are made once."""

    def __init__(self, timeout: float = TIMEOUT) -> None:
        self._timeout = timeout
        self._pools: dict[str, HttpPool] = {}

    async def get(self, url: str) -> tuple[int, bytes]:
        """Return status and body; raises NeverLeft or NoAnswer."""
        answer = await self._pool("text/plain").call(b"GET", url, b"")
        return answer.status, answer.body

    async def post(self, url: str, body: bytes, content_type: str, headers: Mapping[str, str]) -> int:
        """Return the status; raises NeverLeft or NoAnswer."""
        return (await self._pool(content_type).post(url, body, headers)).status

    async def close(self) -> None:
        """Let all connections go."""
        for pool in self._pools.values():
            await pool.close()

    def _pool(self, content_type: str) -> HttpPool:
        if content_type not in self._pools:
            self._pools[content_type] = HttpPool(
                connections=AT_ONCE, timeout=self._timeout, content_type=content_type, accept="*/*",
                guard=public_address,
            )  # fmt: skip
        return self._pools[content_type]
