"""A writer that puts a prefix before each line, and the trace that it is writing."""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

from ..carriers.ray import REPEATED, REPEATED_MARK
from ..log_records.records import learn, starts_record
from ..trace_lines import KnownTraceLines, TraceLines, behind_header, goes_on_pattern
from .line_prefixes import LinePrefix, bearer_of
from .streams import Place, Stream

LINE_START = 512
"""Bytes of a line in which a prefix and the start of a trace are looked for."""
MARGIN = b" \t|+"
"""What may stand before a trace within another."""
MOST_ERROR_LINES = 40
"""Lines of an error between a header and the first frame."""
_MOST_FOREIGN = 2
"""Lines that a program may print between a header and the first frame, through another pipe."""
_QUIET = 64 << 10
"""A trace is over that had come to its error when its writer writes nothing for so many bytes."""


class Line(NamedTuple):
    """A line of the text."""

    text: bytes
    place: Place


class PrefixedWriter:
    """A writer, and the trace that it is writing."""

    def __init__(self, stream: Stream, prefix: LinePrefix, first: bytes, lines: TraceLines) -> None:
        """``first`` is the line that its trace starts with."""
        self.stream = stream
        """Its lines without their prefix."""
        self.prefix = prefix
        self.bearer = bearer_of(first, prefix.unindented_length(first))
        self._indent = first[: len(first) - len(first.lstrip(b" "))]
        """What all its log records start with, if they are indented."""
        self._record = learn(first[len(self._indent) : LINE_START].decode("utf-8", "replace"))
        """What the log records look like."""
        self.breaks: list[int] = []
        """Positions in the stream before which all traces are over."""
        self.confirmed = False
        """The prefix stood again, before a frame: until then it may be anything that stands before a header."""
        self.padded = False
        """Its lines are filled up with blanks at their ends."""
        self.last = 0
        """Where its last line ends in the text."""
        self._first = first
        self._lines = lines
        self._tries = MOST_ERROR_LINES
        self._foreign = 0
        """Lines behind a header that were no frames."""
        self._goes_on = goes_on_pattern(lines)
        self._literal = first[: prefix.unindented_length(first)]
        """The prefix as it stood where the trace's header or frames began."""
        self._in_frames = self._ended = False
        self.inner: tuple[PrefixedWriter, Line] | None = None
        """A writer whose prefix starts with this one's, with the line that it begins with: it may be none."""

    def anew(self) -> PrefixedWriter:
        """The same writer, with none of its lines."""
        writer = PrefixedWriter(Stream(self.stream.writer), self.prefix, self._first, self._lines)
        writer.confirmed = True
        return writer

    @property
    def constant(self) -> bytes | None:
        """What each of its lines starts with, if that is always the same and says nothing but who writes."""
        says_more = self.bearer.marks_record or self.bearer.time is not None or self.padded
        return None if self.prefix.timed or says_more else self.prefix.before

    def may_bear(self, line: bytes, size: int) -> bool:
        """Whether ``line``, whose first ``size`` bytes are the prefix, may be of the trace.

        A frame confirms that it is; so does any line of an error that is printed before its frames, if the
        prefix is not another record's.
        """
        if not self.confirmed and behind_header(self._lines).match(line, size) is None:
            if self._lines.error_is_last:
                self._foreign += 1
                return self._foreign <= _MOST_FOREIGN
            self.confirmed = not self.bearer.marks_record or line[:size] == self._literal
            self._tries -= 1
            return self.confirmed or self._tries > 0
        self.confirmed = True
        return True

    def take(self, line: Line, size: int, known: KnownTraceLines) -> bool:
        """Add the line, whose first ``size`` bytes are the prefix; False where it is another log record."""
        text, literal = line.text[size:], line.text[:size]
        if self._ended and line.place.start - self.last > _QUIET:
            self._break()
        is_header = known.header.match(text) is not None
        # Behind ordinary lines the time of the writer's first one is out of date.
        is_dated = self.prefix.timed and not self._in_frames
        starts_anew = self._ended or not self._lines.error_is_last or is_dated
        if (starts_anew and is_header) or (self._ended and known.preamble.match(text)):
            self.bearer = bearer_of(line.text, size)
        if is_header:
            self._in_frames = self._ended = False
            self._literal = literal
        elif text[:1] in (b" ", b"\t"):
            self._literal = self._literal if self._in_frames else literal
            self._in_frames = True
        elif self._in_frames and not self._goes_on.match(text):
            behind = self._ended or not self._lines.error_is_last
            if behind and not self._same_event(literal):
                if self.bearer.marks_record:
                    return False
                self._break()
            else:
                self._ended = True
        self.add(text, line.place)
        return True

    def take_bare(self, line: Line, known: KnownTraceLines) -> bool:
        """Add a line without the prefix that stands right behind one with it, if it may be the writer's."""
        start = line.text[:LINE_START]
        if not self.bearer.marks_record or known.header.match(start):
            return False
        unindented = start.removeprefix(self._indent)
        if starts_record(unindented.decode("utf-8", "replace"), self._record):
            return False
        if line.text[:1] not in (b" ", b"\t") and line.text and self._in_frames:
            self._ended = True
        self.add(line.text, line.place)
        return True

    def add(self, text: bytes, place: Place) -> None:
        """Add a line without its prefix."""
        if self.padded:
            text = text.rstrip(b" ")
        if REPEATED_MARK in text:
            text = REPEATED.sub(b"", text)
        fields = {**place.fields, **self.bearer.fields}
        self.stream.add(text, place.offset, place.time or self.bearer.time, fields, False)
        self.last = place.end

    def over_at(self, position: int) -> int | None:
        """The first position from ``position`` on before which all traces are over; ``None`` for none yet."""
        index = bisect_left(self.breaks, position)
        return self.breaks[index] if index < len(self.breaks) else None

    def close(self) -> None:
        """No more will come."""
        self.breaks.append(self.stream.end)

    def _break(self) -> None:
        """All traces up to here are over."""
        self.breaks.append(self.stream.end)
        self._in_frames = self._ended = False

    def _same_event(self, literal: bytes) -> bool:
        """Whether a line behind the error may belong to it, by its prefix.

        A logger names itself or a place in the code, so that two events in the same millisecond rarely share it.
        """
        if self.bearer.marks_record:
            return literal == self._literal and "logger" in self.bearer.fields
        return not self.prefix.timed or self.prefix.counted or _second(literal) == _second(self._literal)


def _second(prefix: bytes) -> bytes:
    """A prefix up to the fraction of its time's second."""
    return prefix.partition(b".")[0].partition(b",")[0]
