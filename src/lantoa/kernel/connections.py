"""From where a request comes, as limits count it."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.http import HttpRequest

HOUSEHOLD = 64
"""The bits of an IPv6 address that name one connection: whoever has one chooses the rest anew at will."""


def source_of(request: HttpRequest) -> str:
    """The address a request comes from, of IPv6 the part that names the connection. A proxy on this very machine is
    believed about whom it speaks for."""
    source = request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if forwarded and _is_loopback(source):
        source = forwarded.rpartition(",")[2].strip()
    try:
        address = ip_address(source)
    except ValueError:
        return str(source)
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((address, HOUSEHOLD), strict=False).network_address)


def _is_loopback(source: str) -> bool:
    try:
        return not source or ip_address(source).is_loopback
    except ValueError:
        return False
