"""Streams that hold another one: compressed, or text in UTF-16."""

from __future__ import annotations

import bz2
import codecs
import lzma
import zlib
from collections.abc import Callable
from typing import Protocol

from ..errors import InputError
from .kinds import Packing

_CHUNK = 64 << 10
_ZSTANDARD_PIECE = 1 << 10
"""Packed bytes that go through zstd at once: they become 32 MiB at most."""


class Packed(Protocol):
    """The stream that is unpacked."""

    @property
    def path(self) -> str: ...
    def read(self, size: int) -> bytes: ...
    def close(self) -> None: ...


class Decompressor(Protocol):
    """What ``bz2`` and ``lzma`` have."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class Unpacked:
    """A stream out of a compressed one; gives all that could be unpacked before it fails."""

    def __init__(self, packed: Packed, make: Callable[[], Decompressor]) -> None:
        self.path = packed.path
        self._packed = packed
        self._make = make
        self._decompressor = make()
        self._waiting = b""
        self._ahead = b""
        self._failure: InputError | None = None
        self._begun = False

    def peek(self, size: int) -> bytes:
        """The first ``size`` bytes, fewer where there are no more, without taking them.

        Raises ``InputError`` where not one could be unpacked.
        """
        while len(self._ahead) < size:
            try:
                more = self._next(size)
            except InputError:
                if not self._ahead:
                    raise
                break
            if not more:
                break
            self._ahead += more
        return self._ahead[:size]

    def read(self, size: int) -> bytes:
        """See :class:`stacktraces.sources.streams.ByteStream`."""
        data, self._ahead = self._ahead[:size], self._ahead[size:]
        return data or self._next(size)

    def _next(self, size: int) -> bytes:
        while self._failure is None:
            if not self._waiting and not self._refill():
                return b""
            data = self._unpack(size)
            if data:
                return data
        raise self._failure

    def _refill(self) -> bool:
        """More packed bytes; False at the end."""
        if not self._decompressor.needs_input:
            return True
        self._waiting = self._packed.read(_CHUNK)
        if not self._waiting and self._begun:
            self._failure = InputError(f"{self.path} is cut short: it ends within compressed data.")
            return True
        return bool(self._waiting)

    def _unpack(self, size: int) -> bytes:
        if self._failure is not None:
            return b""
        try:
            data = self._decompressor.decompress(self._waiting, size)
        except (zlib.error, OSError, lzma.LZMAError, EOFError):
            self._failure = InputError(f"{self.path} is corrupt: what came before the damage was read.")
            return b""
        self._begun = True
        self._waiting = b""
        if self._decompressor.eof:
            self._waiting = self._decompressor.unused_data.lstrip(b"\0")
            self._decompressor = self._make()
            self._begun = False
        return data

    def seek(self, offset: int) -> None:
        """Raises ``InputError``."""
        raise InputError(f"{self.path} is compressed: it can only be read from its start.")

    def close(self) -> None:
        """Give back what it holds."""
        self._packed.close()


class _Gzip:
    """zlib's decompressor with the interface of the others; keeps what came before an error."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)
        self._error: zlib.error | None = None

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail and self._error is None

    def decompress(self, data: bytes, max_length: int) -> bytes:
        if self._error is not None:
            raise self._error
        data = self._inner.unconsumed_tail + data
        before = self._inner.copy()
        try:
            return self._inner.decompress(data, max_length)
        except zlib.error as error:
            self._error = error
            return _up_to_error(before, data)


def _up_to_error(decompressor: zlib._Decompress, data: bytes) -> bytes:
    parts = []
    try:
        for at in range(len(data)):
            parts.append(decompressor.decompress(data[at : at + 1]))
    except zlib.error:
        return b"".join(parts)
    return b"".join(parts)


class _Zstandard:
    """zstd's decompressor with the interface of the others, which bounds what it gives at once."""

    def __init__(self) -> None:
        import zstandard

        self._inner = zstandard.ZstdDecompressor().decompressobj()
        self._error = zstandard.ZstdError
        self._packed = b""
        self._unpacked = b""

    @property
    def eof(self) -> bool:
        return self._inner.eof and not self._unpacked

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data + self._packed

    @property
    def needs_input(self) -> bool:
        return not self._packed and not self._unpacked

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Raises ``OSError`` for data that is corrupt."""
        packed = self._packed + data
        parts, size, at = [self._unpacked], len(self._unpacked), 0
        while at < len(packed) and not self._inner.eof and size < max_length:
            try:
                part = self._inner.decompress(packed[at : at + _ZSTANDARD_PIECE])
            except self._error as error:
                if size:
                    break
                raise OSError(str(error)) from None
            parts.append(part)
            size += len(part)
            at += _ZSTANDARD_PIECE
        unpacked = b"".join(parts)
        self._packed, self._unpacked = packed[at:], unpacked[max_length:]
        return unpacked[:max_length]


class Recoded:
    """A stream of UTF-8 out of one in another encoding of Unicode, as PowerShell writes them."""

    def __init__(self, packed: Packed, encoding: str) -> None:
        self.path = packed.path
        self._packed = packed
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._ahead = b""

    def read(self, size: int) -> bytes:
        """See :class:`stacktraces.sources.streams.ByteStream`."""
        while not self._ahead:
            more = self._packed.read(size)
            self._ahead = self._decoder.decode(more, final=not more).encode("utf-8", "backslashreplace")
            if not more:
                break
        data, self._ahead = self._ahead[:size], self._ahead[size:]
        return data

    def seek(self, offset: int) -> None:
        """Raises ``InputError``."""
        raise InputError(f"{self.path} is not in UTF-8: it can only be read from its start.")

    def close(self) -> None:
        """Give back what it holds."""
        self._packed.close()


def decompressor_for(packing: Packing) -> Callable[[], Decompressor]:
    """Makes a decompressor for a stream that is packed so."""
    makers: dict[Packing, Callable[[], Decompressor]] = {
        "gzip": _Gzip,
        "bzip2": bz2.BZ2Decompressor,
        "xz": lzma.LZMADecompressor,
        "zstd": _Zstandard,
    }
    return makers[packing]
