"""Asking a site: one request at a time, bounded, and nowhere else than where it was named."""

from __future__ import annotations

import http.client
import netrc
import os
import urllib.error
import urllib.request
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

from ..._version import __version__
from ...errors import StoreError

VARIABLE = "STACKTRACES_TOKEN"
"""The environment variable of the token."""
TIMEOUT = 60.0
"""Seconds that the site may take for an answer."""
MOST_BYTES = 256 << 20
"""Of an answer."""
_MOST_TOLD = 64 << 10
_Answer = TypeVar("_Answer")


class Client:
    """Asks the site at an ``http`` or ``https`` address."""

    def __init__(self, address: str) -> None:
        """Raises ``StoreError`` for an address that is none, or without a token for it."""
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError as error:
            raise StoreError(f"{address!r} is no address of a site.") from error
        if not parts.hostname:
            raise StoreError(f"{address} names no site; write it like https://errors.example.org/.")
        if parts.username or parts.password or parts.query or parts.fragment:
            # Not told again: that may be a secret.
            raise StoreError(
                f"The address of a site holds no token, which others may see there: set {VARIABLE}."
            )
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        place = host if port is None else f"{host}:{port}"
        self.name = f"{parts.scheme.lower()}://{place}{parts.path.rstrip('/')}"
        self._token = _token(parts.hostname, self.name)
        self._opener = urllib.request.build_opener(_Direct)

    def ask(self, path: str, question: object, answer: type[_Answer], *, again: bool = False) -> _Answer:
        """The ``answer`` of the site to ``question``. Raises ``StoreError``.

        ``again``: the question may be asked once more where the answer does not come.
        """
        try:
            content = self._sent(path, msgspec.json.encode(question))
        except _NoAnswerError:
            if not again:
                raise
            content = self._sent(path, msgspec.json.encode(question))
        try:
            return msgspec.json.decode(content, type=answer)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise StoreError(
                f"{self.name} does not answer as a site of stacktraces {__version__} does; "
                "is the address right, and the site of this version?"
            ) from error

    def _sent(self, path: str, body: bytes) -> bytes:
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "User-Agent": f"stacktraces/{__version__}",
        }
        request = urllib.request.Request(f"{self.name}{path}", body, headers, method="POST")
        try:
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                content: bytes = answer.read(MOST_BYTES + 1)
                if answer.length and len(content) <= MOST_BYTES:
                    raise http.client.IncompleteRead(content, answer.length)
        except urllib.error.HTTPError as error:
            with error:
                raise self._refused(error) from error
        except http.client.IncompleteRead as error:
            raise _NoAnswerError(f"{self.name} broke off its answer; try again.") from error
        except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            told = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
            raise _NoAnswerError(f"{self.name} cannot be reached: {told}.") from error
        if len(content) > MOST_BYTES:
            raise StoreError(f"{self.name} answers with more than {MOST_BYTES >> 20} MiB.")
        return content

    def _refused(self, error: urllib.error.HTTPError) -> StoreError:
        if 300 <= error.code < 400:
            return StoreError(
                f"{self.name} sends on to {error.headers.get('Location')}, which no token is sent to; "
                "name the address of the site itself."
            )
        told = _told(error)
        if error.code in (404, 405) and told is None:
            return StoreError(f"{self.name} is no site of stacktraces, or of an older version.")
        if error.code == 401:
            return StoreError(f"{self.name} wants a token: set {VARIABLE}.")
        return StoreError(f"{self.name} refuses: {told or f'{error.code} {error.reason}'}")


class _NoAnswerError(StoreError):
    """Nobody knows whether the site has done what it was asked."""


class _Direct(urllib.request.HTTPRedirectHandler):
    """Follows nothing: the token would go there, too."""

    def redirect_request(self, *_: object) -> None:
        return None


class _Problem(msgspec.Struct):
    error: str


def _told(error: urllib.error.HTTPError) -> str | None:
    """The sentence of a refusal, where it comes from a site that has what was asked for."""
    try:
        return msgspec.json.decode(error.read(_MOST_TOLD), type=_Problem).error
    except (msgspec.DecodeError, http.client.HTTPException, OSError):
        return None


def _token(host: str, name: str) -> str:
    """The token for ``host``: the variable's, else the password in the user's netrc file."""
    token = os.environ.get(VARIABLE, "").strip()
    if not token:
        try:
            found = netrc.netrc(os.environ.get("NETRC") or None).authenticators(host)
        except FileNotFoundError:
            found = None
        except (OSError, netrc.NetrcParseError) as error:
            raise StoreError(f"The netrc file cannot be read: {error}") from error
        token = (found[2] or "").strip() if found is not None else ""
    if not token:
        raise StoreError(f"{name} wants a token: set {VARIABLE}, or add a password for {host} to ~/.netrc.")
    if not token.isascii() or not token.isprintable() or " " in token:
        raise StoreError(f"The token for {name} is none: copy it anew from the page /start of the site.")
    return token
