"""Bytes of a file or of standard input, in chunks, unpacked where they are packed."""

from __future__ import annotations

import contextlib
import io
import os
import stat
import sys
from typing import TYPE_CHECKING, Protocol

from ..errors import InputError
from .interruption import NOT_BEGUN, NOT_ENDED, Interruption
from .kinds import START, encoding_of, is_as_it_stands, packing_of
from .paths import STANDARD_INPUT, name_of

if TYPE_CHECKING:
    from .packed import Unpacked

_MOST_LAYERS = 3
_PIPE_SIZE = 1 << 20
_FIRST = 64 << 10
"""Bytes that the first look takes: all of a small file."""


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


def open_stream(path: str, interruption: Interruption | None = None) -> ByteStream:
    """The bytes at ``path``, of standard input for ``-``, until ``interruption`` is told.

    Compressed streams (gzip, bzip2, xz, zstd, lz4) and UTF-16 are told by their content and unpacked.

    Raises ``InputError`` when it cannot be opened, or not one byte of it unpacked.
    """
    raw = open_stored(path, interruption or Interruption())
    try:
        return unpacked(raw)
    except InputError:
        raw.close()
        raise


def open_stored(path: str, interruption: Interruption) -> PackedStream:
    """The bytes at ``path`` as they are stored. Raises ``InputError``."""
    try:
        with interruption.ends(f"{name_of(path)} {NOT_BEGUN}"):
            if path == STANDARD_INPUT:
                descriptor = _standard_input()
            else:
                descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    except (OSError, ValueError) as error:
        raise InputError(_sentence(path, error)) from None
    return _Raw(path, descriptor, interruption)


def _standard_input() -> int:
    """A descriptor of standard input, which may be closed, or replaced by an object that has none."""
    if sys.stdin is None:
        return os.open(os.devnull, os.O_RDONLY)
    try:
        return os.dup(sys.stdin.fileno())
    except io.UnsupportedOperation:
        import tempfile

        with tempfile.TemporaryFile(buffering=0) as held:
            held.write(sys.stdin.buffer.read())
            held.seek(0)
            return os.dup(held.fileno())


def is_plain_file(path: str) -> int | None:
    """The size of ``path`` where it is a file that is read as it stands; else ``None``."""
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            return None
        with open(path, "rb") as file:
            start = file.read(START)
        return None if packing_of(start) or encoding_of(start) else status.st_size
    except (OSError, ValueError):
        return None


def _sentence(path: str, error: OSError | ValueError) -> str:
    name = name_of(path)
    if isinstance(error, FileNotFoundError):
        return f"{name} does not exist; check the path."
    if isinstance(error, PermissionError):
        return f"{name} may not be read by this user; change its permissions or user."
    if isinstance(error, IsADirectoryError):
        return f"{name} is a folder; name a file in it."
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"{name} cannot be read: {reason}."


def _widen(pipe: int) -> None:
    """Let ``pipe`` hold more at once, where the system can and this user's limit is not lower."""
    import fcntl

    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_SIZE)


class _Raw:
    """A descriptor."""

    def __init__(self, path: str, descriptor: int, interruption: Interruption) -> None:
        self.path = path
        self.descriptor = descriptor
        self._interruption = interruption
        self._cut = f"{name_of(path)} {NOT_ENDED}"
        self._ahead = b""
        self._ended = False
        """A file, of which there is no more: that is asked of the system once, of a small one not at all."""
        status = os.fstat(descriptor)
        mode = status.st_mode
        self._waits = not stat.S_ISREG(mode)
        self._whole = 0 if self._waits else status.st_size
        self.rewinds = not self._waits
        if stat.S_ISFIFO(mode):
            _widen(descriptor)

    def peek(self, size: int) -> bytes:
        while len(self._ahead) < size:
            more = self._wait_for(max(size, _FIRST))
            if not more:
                break
            self._ahead += more
            self._ended = self._ended or len(more) == self._whole < _FIRST
        return self._ahead[:size]

    def read(self, size: int) -> bytes:
        data, self._ahead = self._ahead[:size], self._ahead[size:]
        if not data:
            data = self._wait_for(size)
        while data and len(data) < size and not self._ended and (not self._waits or self._ready()):
            more = self._read_once(size - len(data))
            if not more:
                break
            data += more
        return data

    def listen_to(self, interruption: Interruption) -> None:
        self._interruption = interruption

    def seek(self, offset: int) -> None:
        self._ahead, self._ended = b"", False
        os.lseek(self.descriptor, offset, os.SEEK_SET)

    def _wait_for(self, size: int) -> bytes:
        if self._ended:
            return b""
        with self._interruption.ends(self._cut):
            return self._read_once(size)

    def _read_once(self, size: int) -> bytes:
        try:
            data = os.read(self.descriptor, size)
        except OSError as error:
            raise InputError(_sentence(self.path, error)) from None
        self._ended = not data and not self._waits
        return data

    def _ready(self) -> bool:
        import select

        return bool(select.select([self.descriptor], [], [], 0)[0])

    def close(self) -> None:
        os.close(self.descriptor)


class PackedStream(ByteStream, Protocol):
    """A stream as it is stored."""

    @property
    def path(self) -> str: ...

    @property
    def rewinds(self) -> bool:
        """Whether it can be read again from any byte on."""

    def listen_to(self, interruption: Interruption) -> None:
        """Let another interruption end the reading."""

    def peek(self, size: int) -> bytes:
        """The first ``size`` bytes, fewer where there are no more, without taking them."""


def unpacked(stream: PackedStream) -> ByteStream:
    """What ``stream`` holds, out of as many layers of compression as a mishap can make."""
    inner: PackedStream | Unpacked = stream
    for _ in range(_MOST_LAYERS):
        start = inner.peek(START)
        if is_as_it_stands(start):
            break
        packing, encoding = packing_of(start), encoding_of(start)
        if encoding is not None:
            from .packed import Recoded

            return Recoded(inner, encoding)
        if packing is None:
            break
        from .packed import Unpacked

        inner = Unpacked(inner, packing)
    return inner
