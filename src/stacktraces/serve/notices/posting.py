"""A POST to somebody else's server, which can neither be a private one nor hold us up."""

from __future__ import annotations

import functools
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import httpcore2

from .addresses import NotPublic, Resolve, addresses_of
from .lookup import looked_up
from .outcome import Refused

SECONDS = 10.0
"""That a receiver may take, from connecting to the head of its answer."""
_MOST_ADDRESSES = 3
_AGAIN = frozenset({408, 425, 429})


class Poster:
    """Posts to the public internet, or with ``private`` anywhere. May be used by several threads."""

    def __init__(
        self, *, private: bool = False, resolve: Resolve = socket.getaddrinfo, seconds: float = SECONDS
    ) -> None:
        """``resolve`` gives the addresses of a name, as :func:`socket.getaddrinfo` does."""
        self.private = private
        self._resolve = resolve
        self._seconds = seconds

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Send ``body``. Raises ``Refused`` where the receiver does not take it.

        A redirect is refused, and of the answer only the head is read.
        """
        backend = _Backend(self.private, self._resolve, time.monotonic() + self._seconds)
        context = self._trusted if url.startswith("https:") else None
        pool = httpcore2.ConnectionPool(context, network_backend=backend, max_keepalive_connections=0)
        sent = [("User-Agent", "stacktraces"), *headers.items()]
        try:
            with pool, pool.stream("POST", url, headers=sent, content=body) as answer:
                status = answer.status
                head = {name.lower(): value for name, value in answer.headers}
        except NotPublic as error:
            raise Refused(str(error), again=False) from error
        except httpcore2.TimeoutException as error:
            raise Refused(f"the receiver did not answer within {self._seconds:g} seconds") from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError, OSError) as error:
            raise Refused(f"the receiver cannot be reached ({error})") from error
        if not 200 <= status < 300:
            told = " with a redirect, which is not followed" if 300 <= status < 400 else ""
            again = status >= 500 or status in _AGAIN
            wait = _seconds(head.get(b"retry-after", b""))
            raise Refused(f"the receiver answers {status}{told}", again, wait, gone=status == 410)

    @functools.cached_property
    def _trusted(self) -> ssl.SSLContext:
        """Trusts whom the system trusts; that takes a while to be read."""
        return httpcore2.default_ssl_context()


def _seconds(value: bytes) -> float:
    """Those that ``Retry-After`` asks for; 0 where it asks for none."""
    text = value.decode("latin-1").strip()
    if text.isdecimal() and len(text) < 10:
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, OverflowError):
        return 0.0


class _Backend(httpcore2.NetworkBackend):
    """Resolves a name once, checks the addresses, and connects to one of these."""

    def __init__(self, private: bool, resolve: Resolve, end: float) -> None:
        self._private = private
        self._resolve = resolve
        self._end = end
        self._sockets = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        try:
            look_up = functools.partial(
                addresses_of, host, port, private=self._private, resolve=self._resolve
            )
            found = looked_up(look_up, _left(self._end))
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout(str(error)) from error
        except OSError as error:
            raise httpcore2.ConnectError(f"{host} has no address: {error.strerror or error}") from error
        failure: Exception = httpcore2.ConnectError(f"{host} has no address")
        for address in found[:_MOST_ADDRESSES]:
            try:
                stream = self._sockets.connect_tcp(
                    address, port, _left(self._end), local_address, socket_options
                )
                return _Bounded(stream, self._end)
            except httpcore2.NetworkError as error:
                failure = error
        raise failure


class _Bounded(httpcore2.NetworkStream):
    """A stream that ends at a time, however slowly the other side writes."""

    def __init__(self, stream: httpcore2.NetworkStream, end: float) -> None:
        self._stream = stream
        self._end = end

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._end))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._end))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return _Bounded(self._stream.start_tls(ssl_context, server_hostname, _left(self._end)), self._end)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout("the time is over")
    return left
