"""Streams out of Python's objects: open binary files, and iterables of bytes or lines."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from ..errors import InputError
from .interruption import NOT_ENDED, Interruption
from .paths import name_of


class ObjectStream:
    """Bytes in chunks from whatever ``_more`` gives, with a look at the first ones."""

    rewinds = False

    def __init__(self, path: str, interruption: Interruption) -> None:
        self.path = path
        self._interruption = interruption
        self._ahead = b""

    def _more(self, size: int) -> bytes:
        """About ``size`` bytes; empty at the end. May raise whatever the object raises."""
        raise NotImplementedError

    def peek(self, size: int) -> bytes:
        """The first ``size`` bytes, fewer where there are no more, without taking them."""
        while len(self._ahead) < size:
            more = self._wait_for(size)
            if not more:
                break
            self._ahead += more
        return self._ahead[:size]

    def read(self, size: int) -> bytes:
        """See :class:`stacktraces.sources.streams.ByteStream`."""
        if not self._ahead:
            self._ahead = self._wait_for(size)
        data, self._ahead = self._ahead[:size], self._ahead[size:]
        return data

    def _wait_for(self, size: int) -> bytes:
        with self._interruption.ends(f"{name_of(self.path)} {NOT_ENDED}"):
            try:
                return self._more(size)
            except InputError:
                raise
            except Exception as error:
                raise InputError(
                    f"{name_of(self.path)} cannot be read to its end: {reason_of(error)}."
                ) from error

    def listen_to(self, interruption: Interruption) -> None:
        """Let another interruption end the reading."""
        self._interruption = interruption

    def seek(self, offset: int) -> None:
        """Raises ``InputError``."""
        raise InputError(f"{name_of(self.path)} can only be read from its start.")

    def close(self) -> None:
        """Give back what it holds; the object stays open, for it is the caller's."""


def reason_of(error: BaseException) -> str:
    """What ``error`` says, as the end of a sentence."""
    text = " ".join(str(error).split()).rstrip(".")
    return text[:300] or type(error).__name__


class FileStream(ObjectStream):
    """An open binary file, from where it stands."""

    def __init__(self, path: str, file: BinaryIO, interruption: Interruption) -> None:
        super().__init__(path, interruption)
        self._file = file
        self._start = self._tell()
        self.rewinds = self._start is not None

    def _tell(self) -> int | None:
        try:
            return self._file.tell() if self._file.seekable() else None
        except (AttributeError, OSError, ValueError):
            return None

    def _more(self, size: int) -> bytes:
        data = self._file.read(size)
        if isinstance(data, str):
            raise InputError(f"{name_of(self.path)} is open as text; open it in binary mode.")
        return data

    def seek(self, offset: int) -> None:
        """Go to a byte from where the file stood at first."""
        if self._start is None:
            super().seek(offset)
            return
        self._ahead = b""
        self._file.seek(self._start + offset, io.SEEK_SET)


class IterableStream(ObjectStream):
    """An iterable of bytes, or of lines of text."""

    def __init__(self, path: str, items: Iterator[bytes | str], interruption: Interruption) -> None:
        super().__init__(path, interruption)
        self._items = items
        self._error: Exception | None = None

    def _more(self, size: int) -> bytes:
        if self._error is not None:
            raise self._error
        gathered, length = [], 0
        try:
            for item in self._items:
                chunk = self._bytes_of(item)
                gathered.append(chunk)
                length += len(chunk)
                if length >= size:
                    break
        except Exception as error:
            # What came before it is given first.
            self._error = error
            if not gathered:
                raise
        return b"".join(gathered)

    def _bytes_of(self, item: bytes | str) -> bytes:
        if isinstance(item, str):
            line = item if item.endswith("\n") else item + "\n"
            return line.encode("utf-8", "surrogateescape")
        if isinstance(item, (bytes, bytearray, memoryview)):
            return bytes(item)
        raise InputError(f"{name_of(self.path)} gives a {type(item).__name__}; give bytes or lines of text.")
