"""Who asks, by address: how often an address may do what costs the site much."""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]
_HOST_BITS = 64
"""Of an IPv6 address, which one client may choose as it likes."""


def client_of(request: Request) -> str:
    """The address of the client, of IPv6 its network.

    Behind a proxy the server told it by X-Forwarded-For, where it trusts the proxy.
    """
    host = request.client.host if request.client is not None else ""
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host[:100]
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 128 - _HOST_BITS), strict=False))
    return str(found)


def limited(endpoint: Endpoint) -> Endpoint:
    """Refuses an address that asks too often, and everybody where too many texts wait to be read."""

    patient = unless_busy(endpoint)

    @functools.wraps(endpoint)
    async def checked(request: Request) -> Response:
        if wait := request.app.state.upload_rates.wait(client_of(request)):
            refusal = "Too many uploads from this address: try again later."
            raise HTTPException(429, refusal, headers={"Retry-After": str(wait)})
        return await patient(request)

    return checked


def unless_busy(endpoint: Endpoint) -> Endpoint:
    """Refuses everybody where too many texts wait to be read."""

    @functools.wraps(endpoint)
    async def checked(request: Request) -> Response:
        if request.app.state.commands.is_busy:
            refusal = "Too many texts wait to be read: try again in a minute."
            raise HTTPException(503, refusal, headers={"Retry-After": "60"})
        return await endpoint(request)

    return checked
