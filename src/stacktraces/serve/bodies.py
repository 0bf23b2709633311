"""Bodies of requests: bounded as they come, and once unpacked."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from typing import Protocol

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

_PIECE = 1 << 16


class _Unpacker(Protocol):
    """Unpacks a stream, a bounded piece at a time."""

    def unpack(self, data: bytes, most: int) -> bytes:
        """At most ``most`` bytes and a little more; raises ``ValueError`` for what is none."""

    @property
    def complete(self) -> bool:
        """The stream has come to its end."""


async def body_of(request: Request) -> bytes:
    """The body, unpacked. Raises ``HTTPException`` for one that is too long or not what it is said to be."""
    most = request.app.state.settings.most_bytes
    content = bytearray()
    try:
        async for chunk in request.stream():
            content += chunk
            if len(content) > most:
                raise HTTPException(413, f"The body has more than {most:,} bytes; send less at a time.")
    except ClientDisconnect as error:
        raise HTTPException(400, "The body is cut off.") from error
    encoding = request.headers.get("content-encoding", "").strip().lower()
    if encoding in ("", "identity"):
        return bytes(content)
    return await run_in_threadpool(unpacked, bytes(content), encoding, most)


def unpacked(content: bytes, encoding: str, most: int) -> bytes:
    """``content`` as it was before ``encoding``. Raises ``HTTPException`` for more than ``most`` bytes."""
    make = _UNPACKERS.get(encoding)
    unpacker = make() if make is not None else None
    if unpacker is None:
        raise HTTPException(415, f"Content-Encoding {encoding} is not read; send gzip, or none.")
    try:
        found = unpacker.unpack(content, most + 1)
    except ValueError as error:
        raise HTTPException(400, f"The body is no {encoding}.") from error
    if len(found) > most:
        raise HTTPException(413, f"The body unpacks to more than {most:,} bytes; send less at a time.")
    if not unpacker.complete:
        raise HTTPException(400, f"The body is cut off: its {encoding} does not end.")
    return found


class _Deflate:
    def __init__(self) -> None:
        # Both of gzip's and zlib's headers are told by themselves.
        self._stream = zlib.decompressobj(zlib.MAX_WBITS | 32)

    def unpack(self, data: bytes, most: int) -> bytes:
        try:
            return self._stream.decompress(data, most)
        except zlib.error as error:
            raise ValueError(str(error)) from error

    @property
    def complete(self) -> bool:
        return self._stream.eof


class _Brotli:
    def __init__(self) -> None:
        import brotli

        self._error = brotli.error
        self._stream = brotli.Decompressor()

    def unpack(self, data: bytes, most: int) -> bytes:
        kept = bytearray()
        try:
            kept += self._stream.process(data, output_buffer_limit=_PIECE)
            while len(kept) < most and not self._stream.can_accept_more_data():
                kept += self._stream.process(b"", output_buffer_limit=_PIECE)
        except self._error as error:
            raise ValueError(str(error)) from error
        return bytes(kept)

    @property
    def complete(self) -> bool:
        finished: bool = self._stream.is_finished()
        return finished


class _Zstandard:
    def __init__(self) -> None:
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd
        self._error = zstd.ZstdError
        limits: dict[int, int] = {zstd.DecompressionParameter.window_log_max: 23}
        self._stream = zstd.ZstdDecompressor(options=limits)

    def unpack(self, data: bytes, most: int) -> bytes:
        try:
            return self._stream.decompress(data, most)
        except self._error as error:
            raise ValueError(str(error)) from error

    @property
    def complete(self) -> bool:
        return self._stream.eof


def _brotli() -> _Unpacker | None:
    try:
        return _Brotli()
    except ImportError:
        return None


_UNPACKERS: dict[str, Callable[[], _Unpacker | None]] = {
    "gzip": _Deflate,
    "x-gzip": _Deflate,
    "deflate": _Deflate,
    "br": _brotli,
    "zstd": _Zstandard,
}
