"""Which addresses a webhook may reach: those of the public internet."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from ...errors import UsageError

Resolve: TypeAlias = Callable[..., Sequence[tuple[Any, ...]]]
"""As :func:`socket.getaddrinfo`."""
_LONGEST = 2000
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# RFC 6890 and IANA's registries of special-purpose addresses, beyond what the module ipaddress of every
# Python that is supported knows: relays of 6to4, what is local to a NAT64, 6to4, Teredo, IPv4-compatible,
# segment routing, and benchmarks.
_REFUSED = tuple(
    map(
        ipaddress.ip_network,
        (
            "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "::/96", "64:ff9b:1::/48",
            "100::/64", "2001::/23", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
        ),
    )
)  # fmt: skip


class NotPublic(Exception):
    """A host is none of the public internet; why, in words."""


def is_public(text: str) -> bool:
    """Whether the address ``text`` (IPv4 or IPv6, without a name) is one of the public internet.

    An IPv6 address that holds an IPv4 address (mapped, NAT64) is what the latter is.
    """
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(str(address.ipv4_mapped))
        if address in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)))
    if any(address in each for each in _REFUSED if each.version == address.version):
        return False
    special = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    return address.is_global and not special


def addresses_of(
    host: str, port: int, *, private: bool = False, resolve: Resolve = socket.getaddrinfo
) -> list[str]:
    """The addresses of ``host``, each once; it is these that have to be connected to, not the name again.

    Raises ``NotPublic`` where one of them is not, unless ``private``, and ``OSError`` where there is none.
    """
    found = dict.fromkeys(str(each[4][0]) for each in resolve(host, port, type=socket.SOCK_STREAM))
    if not private:
        for each in found:
            if not is_public(each):
                raise NotPublic(f"{host} has the address {each}, which is none of the public internet")
    return list(found)


def checked_url(text: str, *, private: bool = False) -> str:
    """``text`` as the URL of a receiver. Raises ``UsageError`` where it is none, or surely not public."""
    text = text.strip()
    if not text.isascii() or not text.isprintable() or " " in text or len(text) > _LONGEST:
        raise UsageError("The URL has letters that a URL has not, or is too long; write it as https://…")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise UsageError("The URL cannot be read; write it as https://host/path.") from None
    if parts.scheme not in ("http", "https") or not host or port == 0:
        raise UsageError("The URL has to begin with https:// or http:// and a host.")
    if parts.username is not None or parts.password is not None:
        raise UsageError("Leave name and password out of the URL.")
    if not private and (host == "localhost" or (_is_address(host) and not is_public(host))):
        raise UsageError(
            f"{host} is none of the public internet. Where receivers inside are meant, start the site with "
            "--allow-private-webhooks."
        )
    return parts.geturl()


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
