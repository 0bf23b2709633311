"""The traces that start in a part of a stream, as if all of it were scanned.

The scan begins a run-up before the part, so that a trace which reaches into it is not taken for one that
starts there, and goes on a little behind it, since a trace is found by an anchor that may stand further on.
The run-up is longer than a trace may be: only of traces of more than 8 MiB may two parts disagree.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from ...errors import InputError
from ...model import Origin
from ...results.result import Range, Unreadable
from ...results.unread import placed
from ...runtimes import known_trace_lines
from ...sources.cursors import CursorFile, Reached
from ...sources.inputs import Readable, label_of, open_input, plain_size
from ...sources.members import Members, MembersDiffer
from ...sources.paths import STANDARD_INPUT
from ...sources.streams import ByteStream
from ...unwrapping.documents.detection import SAMPLE as DOCUMENT_SAMPLE
from ...unwrapping.documents.detection import parser_for
from ..grouping.tallies import Grouping
from ..literal_search import count_lines
from .scanner import Scan
from .text import LOOK_BACK, Text
from .walker import LIMIT, SAMPLE, State, Walker

_RUN_UP = LIMIT + (1 << 20)
"""Bytes before a part that are scanned."""
_STEP = 1 << 20
_EVER = 1 << 62


class _SpanStream:
    """A stream that notes what passes of a part of it, and tells the walker where it may end."""

    def __init__(self, stream: ByteStream, walker: Walker, span: tuple[int, int], at: int) -> None:
        """``at`` is the offset of what comes next."""
        self._stream = stream
        self._walker = walker
        self._span = span
        self.at = at
        self.bytes = 0
        """Of the part."""
        self.lines = 0
        """Line ends in the part, and"""
        self.lines_before = 0
        """before it, from where lines are counted."""
        self.ended = False

    def read(self, size: int) -> bytes:
        """See :class:`stacktraces.sources.streams.ByteStream`."""
        try:
            data = self._stream.read(size)
        except InputError:
            self.ended = True
            raise
        counted = max(self._walker.text.counted_from - self.at, 0)
        first, last = (min(max(each - self.at, 0), len(data)) for each in self._span)
        self.lines_before += count_lines(data, counted, first) if counted < first else 0
        self.lines += count_lines(data, first, last)
        self.bytes += last - first
        # All that starts in the part is found in lines that begin before this offset.
        behind = self._span[1] + LOOK_BACK
        if self._walker.until is None and self.at + len(data) > behind:
            found = data.find(b"\n", max(behind - self.at, 0))
            self._walker.until = self.at + found + 1 if found >= 0 else None
        self.at += len(data)
        self.ended = not data
        return data

    def seek(self, offset: int) -> None:
        """See :class:`stacktraces.sources.streams.ByteStream`."""
        self._stream.seek(offset)
        self.at = offset

    def close(self) -> None:
        """Give back what it holds."""
        self._stream.close()


def steps_behind(
    scan: Scan, grouping: Grouping, source: str | Readable, number: int, cursor: CursorFile
) -> Iterator[None]:
    """Scan what starts behind where ``cursor`` says that ``source`` was read to, and tell it how far now."""
    before = cursor.reached(source)
    grouping.span = before.offset, _EVER
    yield from span_steps(scan, source, number, grouping.span, opened=1)
    grouping.shift_lines(number, before.lines)
    if scan.totals.ranges:
        found = scan.totals.ranges.pop()
        cursor.note(source, Reached(found.end, before.lines + found.lines))


def span_steps(
    scan: Scan, source: str | Readable, number: int, span: tuple[int, int], opened: int | None = None
) -> Iterator[None]:
    """Scan what starts between two offsets of ``source``, the file ``number``; a step is a chunk.

    It counts as ``opened`` files: unless given, as one where the start of the file is in the span.
    """
    if span[0] >= span[1]:
        return
    if is_document(source):
        yield from _document_steps(scan, source, number, span)
        return
    path, totals = label_of(source), scan.totals
    text = Text(path, number)
    walker = Walker(scan.setup, text, scan.reader_for(text), span=span)
    told = len(totals.unread)
    try:
        stream = scan.open(source)
    except InputError as error:
        totals.unreadable.append(Unreadable(path, str(error)))
        return
    begun = totals.bytes
    try:
        run_up = _begin(walker, source, stream, span[0])
        noting = _SpanStream(stream, walker, span, run_up)
        for _ in scan.chunks(walker, noting, path):
            totals.bytes = begun + noting.bytes
            yield
    except InputError as error:
        totals.unreadable.append(Unreadable(path, str(error)))
        return
    finally:
        stream.close()
    totals.bytes = begun + noting.bytes
    totals.files += opened if opened is not None else span[0] == 0
    if noting.bytes or span[0] == 0:
        last = noting.ended and noting.at <= span[1]
        totals.ranges.append(Range(path, span[0], min(span[1], noting.at), noting.lines, last))
    totals.unread[told:] = placed(totals.unread[told:], lambda each: _counted_from(each, noting.lines_before))
    if isinstance(scan.sink, Grouping):
        scan.sink.shift_lines(number, -noting.lines_before)


def members_for(members: Members, start: int, end: int) -> Members:
    """Those of ``members`` that are needed to scan what starts between two offsets of the text."""
    return members.around(max(start - _RUN_UP, 0), end)


def is_document(source: str | Readable) -> bool:
    """Whether the records of ``source`` are no lines of it in their order: such a one cannot be cut."""
    if source == STANDARD_INPUT or not (isinstance(source, str) or hasattr(source, "stored")):
        return False
    sample = b""
    try:
        stream = open_input(source)
    except InputError:
        return False
    try:
        while len(sample) < DOCUMENT_SAMPLE and (more := stream.read(DOCUMENT_SAMPLE - len(sample))):
            sample += more
    except (InputError, MembersDiffer):
        pass  # What came before tells.
    finally:
        stream.close()
    return parser_for(sample, known_trace_lines()) is not None


def _document_steps(scan: Scan, source: str | Readable, number: int, span: tuple[int, int]) -> Iterator[None]:
    """Scan a document as a whole, as what starts at its first byte."""
    if span[0] > 0:
        return
    sink, begun = scan.sink, scan.totals.bytes
    sink.span = None
    for _ in scan.part(source, number):
        yield
    sink.span = span
    scan.totals.ranges.append(Range(label_of(source), 0, scan.totals.bytes - begun, 0, True))


def _counted_from(origin: Origin, line: int) -> Origin:
    """``origin`` with its line counted from the line before which so many stand."""
    return replace(origin, line=origin.line - line if origin.line is not None else None)


def _begin(walker: Walker, source: str | Readable, stream: ByteStream, start: int) -> int:
    """Let ``walker`` begin before ``start``, and ``stream`` stand there; gives that offset."""
    if start <= _RUN_UP or plain_size(source) is None:
        return 0
    sample = stream.read(SAMPLE)
    line = start - _RUN_UP
    stream.seek(line)
    while line < start:
        data = stream.read(_STEP)
        found = data.find(b"\n")
        if found >= 0 or not data:
            line += found + 1
            break
        line += len(data)
    if not data:
        stream.seek(0)
        return 0
    walker.begin(State(line, ()), sample)
    stream.seek(walker.text.base)
    return walker.text.base
