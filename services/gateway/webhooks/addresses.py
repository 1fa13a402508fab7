"""Where a webhook may go: to public addresses over https, and to the very one that was looked at.

Law: a name is resolved once for each attempt and the connection goes to the address found then, so
a name that changes its mind reaches nothing inside. Nothing is followed elsewhere.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from shared.eventsourcing.commands import Invalid

MOST_CHARACTERS = 2000
_NAT64 = IPv6Network("64:ff9b::/96")
_PORTS = {"https": 443, "http": 80}

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""The addresses of a host. Raises OSError where there are none."""


class UrlNotAllowed(Invalid):
    """A webhook goes to an https address without user, password or fragment."""

    code = "url-not-https"


class AddressNotPublic(Invalid):
    """The host is not one that can be reached publicly."""

    code = "address-not-public"


class Target(NamedTuple):
    """Where one attempt goes: the address to connect to, and what it is called there."""

    url: str
    host: str
    authority: str


async def resolve(host: str, port: int) -> list[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[4][0]) for address in found]


def allowed(url: str, *, sandbox: bool) -> tuple[str, str, int, str]:
    """Scheme, host, port and path of a URL that may be asked for. Raises UrlNotAllowed."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise UrlNotAllowed(pointer="/url") from error
    plain = url.isascii() and url.isprintable() and " " not in url
    if not plain or not host or "@" in parts.netloc or parts.fragment or len(url) > MOST_CHARACTERS:
        raise UrlNotAllowed(pointer="/url")
    if parts.scheme != "https" and not (sandbox and parts.scheme == "http"):
        raise UrlNotAllowed(pointer="/url")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, host, port or _PORTS[parts.scheme], path


async def target(url: str, resolve: Resolve, *, sandbox: bool) -> Target:
    """Looks the host up and holds every address it has against the law.

    Raises UrlNotAllowed, AddressNotPublic, OSError. In a sandbox plain http goes to this machine
    itself, and to nothing else.
    """
    scheme, host, port, path = allowed(url, sandbox=sandbox)
    addresses = [ip_address(address.partition("%")[0]) for address in await resolve(host, port)]
    fits = _is_own if scheme == "http" else is_public
    if not addresses or not all(fits(address) for address in addresses):
        raise AddressNotPublic(pointer="/url")
    chosen = addresses[0]
    connect = f"[{chosen}]" if chosen.version == 6 else str(chosen)
    bare = f"[{host}]" if ":" in host else host
    authority = bare if port == _PORTS[scheme] else f"{bare}:{port}"
    return Target(f"{scheme}://{connect}:{port}{path}", host, authority)


def _is_own(address: IPv4Address | IPv6Address) -> bool:
    return address.is_loopback


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Reachable from anywhere, also where it carries another address inside itself."""
    if isinstance(address, IPv6Address):
        inner = _carried(address)
        if inner is not None and not is_public(inner):
            return False
    return address.is_global and not address.is_multicast


def _carried(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address.teredo is not None:
        return address.teredo[1]
    return address.ipv4_mapped or address.sixtofour
