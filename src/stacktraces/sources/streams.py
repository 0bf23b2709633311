"""Bytes of a file or of standard input, in chunks, decompressed where they are compressed."""

from __future__ import annotations

import bz2
import contextlib
import fcntl
import lzma
import os
import select
import stat
import sys
import zlib
from collections.abc import Callable
from typing import IO, Protocol

from ..errors import InputError
from .paths import STANDARD_INPUT

_PACKED_CHUNK = 64 << 10
_PIPE_SIZE = 1 << 20


class ByteStream(Protocol):
    """Bytes in chunks."""

    def read(self, size: int) -> bytes:
        """At most ``size`` bytes, as soon as there are some; empty at the end.

        Raises ``InputError`` when the rest cannot be read.
        """

    def seek(self, offset: int) -> None:
        """Go to a byte from the start, in a plain file."""

    def close(self) -> None:
        """Give back what it holds."""


def open_stream(path: str) -> ByteStream:
    """The bytes at ``path``, of standard input for ``-``; gzip, bzip2, xz and zstd are told by content.

    Raises ``InputError`` when it cannot be opened.
    """
    try:
        if path == STANDARD_INPUT:
            descriptor = os.dup(sys.stdin.fileno())
        else:
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    except (OSError, ValueError) as error:
        raise InputError(_sentence(path, error)) from None
    raw = _Raw(path, descriptor)
    try:
        start = raw.peek(6)
    except InputError:
        raw.close()
        raise
    return _unpacked(raw, start)


def is_plain_file(path: str) -> int | None:
    """The size of ``path`` where it is a file that is not compressed; else ``None``."""
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            return None
        with open(path, "rb") as file:
            return None if _codec(file.read(6)) else status.st_size
    except (OSError, ValueError):
        return None


def _sentence(path: str, error: OSError | ValueError) -> str:
    name = "Standard input" if path == STANDARD_INPUT else path
    if isinstance(error, FileNotFoundError):
        return f"{name} does not exist; check the path."
    if isinstance(error, PermissionError):
        return f"{name} may not be read by this user; change its permissions or user."
    if isinstance(error, IsADirectoryError):
        return f"{name} is a folder; name a file in it."
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"{name} cannot be read: {reason}."


class _Raw:
    """A descriptor."""

    def __init__(self, path: str, descriptor: int) -> None:
        self.path = path
        self.descriptor = descriptor
        self._ahead = b""
        mode = os.fstat(descriptor).st_mode
        self._waits = not stat.S_ISREG(mode)
        if stat.S_ISFIFO(mode) and hasattr(fcntl, "F_SETPIPE_SZ"):
            # Where the limit for this user is lower, the pipe stays as it is.
            with contextlib.suppress(OSError):
                fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, _PIPE_SIZE)

    def peek(self, size: int) -> bytes:
        while len(self._ahead) < size:
            more = self._read_once(size)
            if not more:
                break
            self._ahead += more
        return self._ahead[:size]

    def read(self, size: int) -> bytes:
        data, self._ahead = self._ahead[:size], self._ahead[size:]
        if not data:
            data = self._read_once(size)
        while data and len(data) < size and (not self._waits or self._ready()):
            more = self._read_once(size - len(data))
            if not more:
                break
            data += more
        return data

    def seek(self, offset: int) -> None:
        self._ahead = b""
        os.lseek(self.descriptor, offset, os.SEEK_SET)

    def _read_once(self, size: int) -> bytes:
        try:
            return os.read(self.descriptor, size)
        except OSError as error:
            raise InputError(_sentence(self.path, error)) from None

    def _ready(self) -> bool:
        return bool(select.select([self.descriptor], [], [], 0)[0])

    def close(self) -> None:
        os.close(self.descriptor)


class _Unpacked:
    """A stream that a decompressor turns into another; gives all that could be unpacked before it fails."""

    def __init__(self, raw: _Raw, make: Callable[[], _Decompressor]) -> None:
        self._raw = raw
        self._make = make
        self._decompressor = make()
        self._waiting = b""
        self._failure: InputError | None = None
        self._begun = False

    def read(self, size: int) -> bytes:
        while self._failure is None:
            if not self._waiting and not self._refill():
                return b""
            data = self._unpack(size)
            if data:
                return data
        failure = self._failure
        if failure is not None:
            raise failure
        return b""

    def _refill(self) -> bool:
        """More packed bytes; False at the end."""
        if not self._decompressor.needs_input:
            return True
        self._waiting = self._raw.read(_PACKED_CHUNK)
        if not self._waiting and self._begun:
            self._failure = InputError(f"{self._raw.path} is cut short: it ends within compressed data.")
            return True
        return bool(self._waiting)

    def _unpack(self, size: int) -> bytes:
        if self._failure is not None:
            return b""
        try:
            data = self._decompressor.decompress(self._waiting, size)
        except (zlib.error, OSError, lzma.LZMAError, EOFError):
            self._failure = InputError(f"{self._raw.path} is corrupt: what came before the damage was read.")
            return b""
        self._begun = True
        self._waiting = b""
        if self._decompressor.eof:
            self._waiting = self._decompressor.unused_data.lstrip(b"\0")
            self._decompressor = self._make()
            self._begun = False
        return data

    def seek(self, offset: int) -> None:
        raise InputError(f"{self._raw.path} is compressed: it can only be read from its start.")

    def close(self) -> None:
        self._raw.close()


class _Decompressor(Protocol):
    """What ``bz2`` and ``lzma`` have."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1, /) -> bytes: ...


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

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        if self._error is not None:
            raise self._error
        data = self._inner.unconsumed_tail + data
        before = self._inner.copy()
        try:
            return self._inner.decompress(data, max(max_length, 0))
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
    """A zstd stream, all its frames."""

    def __init__(self, raw: _Raw) -> None:
        import zstandard

        self._raw = raw
        file: IO[bytes] = raw  # type: ignore[assignment]
        self._reader = zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)
        self._error = zstandard.ZstdError

    def read(self, size: int) -> bytes:
        try:
            data: bytes = self._reader.read1(size)
        except self._error:
            raise InputError(f"{self._raw.path} is corrupt: what came before the damage was read.") from None
        return data

    def seek(self, offset: int) -> None:
        raise InputError(f"{self._raw.path} is compressed: it can only be read from its start.")

    def close(self) -> None:
        self._raw.close()


def _codec(start: bytes) -> str | None:
    if start.startswith(b"\x1f\x8b"):
        return "gzip"
    if start.startswith(b"BZh"):
        return "bzip2"
    if start.startswith(b"\xfd7zXZ\0"):
        return "xz"
    return "zstd" if start.startswith(b"\x28\xb5\x2f\xfd") else None


def _unpacked(raw: _Raw, start: bytes) -> ByteStream:
    match _codec(start):
        case "gzip":
            return _Unpacked(raw, _Gzip)
        case "bzip2":
            return _Unpacked(raw, bz2.BZ2Decompressor)
        case "xz":
            return _Unpacked(raw, lzma.LZMADecompressor)
        case "zstd":
            return _Zstandard(raw)
    return raw
