"""Requests to services that answer with JSON, tried again where the service or the way to it fails."""

from __future__ import annotations

import base64
import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import Any, NamedTuple

from ..errors import InputError
from .objects import reason_of
from .retrying import ATTEMPTS, FIRST_PAUSE

_TIMEOUT = 60
"""Seconds that an answer may take."""
_AGAIN = {408, 425, 429, 500, 502, 503, 504}
"""Answers after which another attempt may succeed."""


class Service(NamedTuple):
    """A service that a URL names."""

    name: str
    """The URL without its password."""
    base: str
    """``http://host:port`` or ``https://…``."""
    path: str
    """Without the slashes around it."""
    parameters: dict[str, str]
    headers: dict[str, str]


def service_of(url: str, variable: str) -> Service:
    """The service at ``url``, whose scheme ends in ``+https`` where it is spoken to over TLS.

    Credentials are the user and password of the URL, or the environment's ``VARIABLE_TOKEN``. Raises
    ``InputError`` for a URL that is wrong.
    """
    try:
        parts = urllib.parse.urlsplit(url)
        host, port = parts.hostname or "localhost", parts.port
    except ValueError as error:
        raise InputError(f"{url} is no URL: {error}.") from error
    scheme = "https" if parts.scheme.endswith("+https") else "http"
    place = f"{f'[{host}]' if ':' in host else host}{f':{port}' if port else ''}"
    headers = {}
    if parts.username is not None:
        user = f"{urllib.parse.unquote(parts.username)}:{urllib.parse.unquote(parts.password or '')}"
        headers["Authorization"] = f"Basic {base64.b64encode(user.encode()).decode()}"
    elif token := os.environ.get(f"{variable}_TOKEN"):
        headers["Authorization"] = f"Bearer {token}"
    name = urllib.parse.urlunsplit(parts._replace(netloc=place))
    parameters = dict(urllib.parse.parse_qsl(parts.query))
    return Service(name, f"{scheme}://{place}", parts.path.strip("/"), parameters, headers)


def ask(
    service: Service,
    path: str,
    query: Mapping[str, str | int] | None = None,
    body: Any = None,
    method: str | None = None,
) -> Any:
    """The JSON that ``service`` answers; raises ``InputError`` where it does not, after several attempts."""
    address = f"{service.base}/{path}" + (f"?{urllib.parse.urlencode(query)}" if query else "")
    data = None if body is None else json.dumps(body).encode()
    headers = {**service.headers, "Content-Type": "application/json", "Accept": "application/json"}
    request = urllib.request.Request(address, data, headers, method=method)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code not in _AGAIN or attempt == ATTEMPTS:
                raise InputError(_refused(service.name, error)) from error
        except (OSError, ValueError) as error:
            if attempt == ATTEMPTS:
                raise InputError(f"{service.name} does not answer: {reason_of(error)}.") from error
        time.sleep(FIRST_PAUSE * 2 ** (attempt - 1))
    raise AssertionError


def _refused(name: str, error: urllib.error.HTTPError) -> str:
    if error.code in (401, 403):
        return f"{name} refuses the credentials (HTTP {error.code}); check the user, password or token."
    try:
        said = " ".join(error.read(400).decode("utf-8", "replace").split())
    except OSError:
        said = ""
    return f"{name} cannot be read: HTTP {error.code} {error.reason}{f' ({said})' if said else ''}."
