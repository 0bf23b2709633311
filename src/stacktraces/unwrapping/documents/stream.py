"""A stream of bytes whose document is made lines of JSON as it is read, with the way back."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable
from typing import NamedTuple

from ...errors import InputError
from ...sources.streams import ByteStream
from ...trace_lines import KnownTraceLines
from .detection import SAMPLE, parser_for
from .item import Item, Parser

_MOST_PLACES = 1 << 19
"""Records for which the way back is kept; at most twice as many."""


class SourcePlace(NamedTuple):
    """A place in the document."""

    offset: int
    line: int


class DocumentStream:
    """The records of a document, a line each; see :class:`ByteStream`."""

    def __init__(self, inner: ByteStream, parser: Parser) -> None:
        self.consumed = 0
        """Bytes of the document that were read."""
        self._inner = inner
        self._parser = parser
        self._made = bytearray()
        self._end = 0
        """The offset behind what was made."""
        self._starts = array("Q")
        """Where each record starts in what was made,"""
        self._offsets = array("Q")
        """in the document,"""
        self._lines = array("Q")
        """and in which line there."""
        self._goes_on = False
        self._done = False

    def read(self, size: int) -> bytes:
        """Lines of JSON; see :class:`ByteStream`."""
        while not self._made and not self._done:
            chunk = self._inner.read(size)
            self.consumed += len(chunk)
            self._done = not chunk
            for item in self._parser.feed(chunk, final=self._done):
                self._make(item)
        data = bytes(self._made[:size])
        del self._made[:size]
        return data

    def _make(self, item: Item) -> None:
        if not self._goes_on:
            if len(self._starts) >= 2 * _MOST_PLACES:
                del self._starts[:_MOST_PLACES], self._offsets[:_MOST_PLACES], self._lines[:_MOST_PLACES]
            self._starts.append(self._end)
            self._offsets.append(item.offset)
            self._lines.append(item.line)
        self._made += item.text
        if item.ended:
            self._made += b"\n"
        self._goes_on = not item.ended
        self._end += len(item.text) + item.ended

    def place(self, offset: int) -> SourcePlace:
        """Where in the document the record starts that stands at ``offset`` of what is read here."""
        index = max(bisect_right(self._starts, offset) - 1, 0)
        return SourcePlace(self._offsets[index], self._lines[index]) if self._starts else SourcePlace(0, 1)

    def seek(self, offset: int) -> None:
        """A document is read from its start."""
        raise NotImplementedError

    def close(self) -> None:
        """See :class:`ByteStream`."""
        self._inner.close()


class _ReadAgain:
    """A stream of which some bytes were read and are given back, and then the error that was met."""

    def __init__(self, inner: ByteStream, ahead: bytes, failure: InputError | None) -> None:
        self._inner = inner
        self._ahead = ahead
        self._failure = failure

    def read(self, size: int) -> bytes:
        """See :class:`ByteStream`."""
        if self._ahead:
            data, self._ahead = self._ahead[:size], self._ahead[size:]
            return data
        if self._failure is not None:
            raise self._failure
        return self._inner.read(size)

    def seek(self, offset: int) -> None:
        """See :class:`ByteStream`."""
        self._ahead = b""
        self._inner.seek(offset)

    def close(self) -> None:
        """See :class:`ByteStream`."""
        self._inner.close()


class Start(NamedTuple):
    """The first bytes of a stream."""

    sample: bytes
    failure: InputError | None
    """What was met behind them."""

    @property
    def is_whole(self) -> bool:
        """There is no more."""
        return len(self.sample) < SAMPLE and self.failure is None


def start_of(stream: ByteStream) -> Start:
    """The bytes by which ``stream`` is told. Raises ``InputError`` where not one byte of it can be read."""
    sample, failure = b"", None
    try:
        while len(sample) < SAMPLE and (chunk := stream.read(SAMPLE - len(sample))):
            sample += chunk
    except InputError as error:
        if not sample:
            raise
        failure = error
    return Start(sample, failure)


def records_of(
    stream: ByteStream, start: Start, known: KnownTraceLines, may_hold: Callable[[bytes], bool] = bool
) -> ByteStream:
    """``stream``, of which ``start`` was read, or its records where it is a document that holds some.

    ``known`` and ``may_hold`` are as for ``parser_for``.
    """
    parser = parser_for(start.sample, known, may_hold)
    again = _ReadAgain(stream, *start)
    return again if parser is None else DocumentStream(again, parser)
