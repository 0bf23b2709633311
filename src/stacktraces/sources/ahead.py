"""Unpacking at the same time as what is unpacked is searched."""

from __future__ import annotations

import queue
import threading

from ..errors import InputError
from .interruption import NOT_ENDED, Interruption
from .members import MembersDiffer
from .packed import Unpacked
from .paths import name_of

_CHUNK = 1 << 20
_CHUNKS = 8
"""Chunks that wait to be searched, at most."""
_PATIENCE = 0.1
"""Seconds between two looks whether the reader has gone."""


class AheadStream:
    """``stream``, unpacked by a thread of its own once it turns out to be long."""

    def __init__(self, stream: Unpacked, path: str, interruption: Interruption) -> None:
        self.path = path
        self._stream = stream
        self._interruption = interruption
        self._begin()

    def _begin(self) -> None:
        self._thread: threading.Thread | None = None
        self._chunks: queue.Queue[bytes | Exception] = queue.Queue(_CHUNKS)
        self._ended = threading.Event()
        self._given = 0
        self._chunk = b""
        self._at = 0
        """Up to here the chunk was given."""

    def read(self, size: int) -> bytes:
        """See :class:`stacktraces.sources.streams.ByteStream`."""
        if self._thread is None and self._given < _CHUNK:
            data = self._stream.read(size)
            self._given += len(data)
            return data
        if self._at == len(self._chunk):
            self._chunk, self._at = self._next(), 0
        data = self._chunk[self._at : self._at + size]
        self._at += len(data)
        return data

    def _next(self) -> bytes:
        if self._thread is None:
            # The interruption of the search ends what waits in its own thread.
            self._stream.listen_to(Interruption())
            self._thread = threading.Thread(target=self._unpack, daemon=True)
            self._thread.start()
        with self._interruption.ends(f"{name_of(self.path)} {NOT_ENDED}"):
            chunk = self._chunks.get()
        if not chunk or isinstance(chunk, Exception):
            self._chunks.put(chunk)
        if isinstance(chunk, Exception):
            raise chunk
        return chunk

    def _unpack(self) -> None:
        last: bytes | Exception = b""
        try:
            while not self._ended.is_set() and (chunk := self._stream.read(_CHUNK)):
                self._put(chunk)
        except (InputError, MembersDiffer) as error:
            last = error
        self._put(last)

    def _put(self, item: bytes | Exception) -> None:
        while not self._ended.is_set():
            try:
                return self._chunks.put(item, timeout=_PATIENCE)
            except queue.Full:
                continue
        return None

    def seek(self, offset: int) -> None:
        """Go to a byte of the text, where the stream can. Raises ``InputError``."""
        self._end(None)
        self._begin()
        self._stream.seek(offset)

    def _end(self, patience: float | None) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join(timeout=patience)

    def close(self) -> None:
        """Give back what it holds."""
        self._end(_PATIENCE * 10)
        self._stream.close()
