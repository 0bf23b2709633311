"""Writers that share a text and tell themselves apart by a prefix before each line of a trace.

The text may be a whole file or what one writer of a carrier wrote. Only lines of traces lose their prefix, and
all lines of a writer whose prefix names no log record. What a logger puts before each line of a trace stays on its
other records, where it tells that a record starts.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from typing import Literal, NamedTuple

from ..log_records.records import learn, starts_record
from ..trace_lines import KnownTraceLines, TraceLines, TracePart, behind_header, goes_on_pattern
from .line_prefixes import LinePrefix, bearer_of, end_of_time, prefix_of
from .streams import Place, Stream

MOST_WRITERS = 1 << 14
_LOOK_BACK = 60
"""Lines before a header or a frame in which its trace may start."""
_LINE_START = 512
"""Bytes of a line in which a prefix and the start of a trace are looked for."""
_MARGIN = b" \t|+"
"""What may stand before a trace within another."""
_MOST_FOREIGN = 2
"""Lines that a program may print between a header and the first frame, through another pipe."""
_MOST_ERROR_LINES = 40
"""Lines of an error between a header and the first frame."""
_QUIET = 64 << 10
"""A trace is over that had come to its error when its writer writes nothing for so many bytes."""


class _Line(NamedTuple):
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
        self.bearer = bearer_of(first, prefix.length(first))
        self._indent = first[: len(first) - len(first.lstrip(b" "))]
        """What all its log records start with, if they are indented."""
        self._record = learn(first[len(self._indent) : _LINE_START].decode("utf-8", "replace"))
        """What the log records look like."""
        self.breaks: list[int] = []
        """Positions in the stream before which all traces are over."""
        self.confirmed = False
        """The prefix stood again, before a frame: until then it may be anything that stands before a header."""
        self.padded = False
        """Its lines are filled up with blanks at their ends."""
        self.last = 0
        """Where its last line ends in the text."""
        self._lines = lines
        self._tries = _MOST_ERROR_LINES
        self._foreign = 0
        """Lines behind a header that were no frames."""
        self._goes_on = goes_on_pattern(lines)
        self._literal = first[: prefix.length(first)]
        """The prefix as it stood where the trace's header or frames began."""
        self._in_frames = self._ended = False

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

    def take(self, line: _Line, size: int, known: KnownTraceLines) -> bool:
        """Add the line, whose first ``size`` bytes are the prefix; False where it is another log record."""
        text, literal = line.text[size:], line.text[:size]
        if self._ended and line.place.start - self.last > _QUIET:
            self._break()
        is_header = known.header.match(text) is not None
        if self._ended and (is_header or known.preamble.match(text)):
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

    def take_bare(self, line: _Line, known: KnownTraceLines) -> bool:
        """Add a line without the prefix that stands right behind one with it, if it may be the writer's."""
        start = line.text[:_LINE_START]
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
        return not self.prefix.timed or _second(literal) == _second(self._literal)


def _second(prefix: bytes) -> bytes:
    """A prefix up to the fraction of its time's second."""
    return prefix.partition(b".")[0].partition(b",")[0]


class _Prefixes:
    """Writers by their prefixes."""

    def __init__(self) -> None:
        self.writers: dict[LinePrefix, PrefixedWriter] = {}
        self._blank: dict[LinePrefix, PrefixedWriter] = {}
        """By what stands on a line without text, which may lack the blanks at the prefix's end."""
        self._sizes: list[int] = []
        """The lengths of constant prefixes, the longest first."""
        self._timed: dict[int, list[int]] = {}
        """The same of what stands behind a time, by where the time starts."""

    def add(self, writer: PrefixedWriter) -> None:
        """Know ``writer`` by its prefix from now on."""
        prefix = writer.prefix
        self.writers[prefix] = writer
        self._blank[prefix.without_blanks()] = writer
        sizes, size = self._sizes, len(prefix.before)
        if prefix.timed:
            sizes, size = self._timed.setdefault(len(prefix.before), []), len(prefix.after)
        if size not in sizes:
            sizes.append(size)
            sizes.sort(reverse=True)

    def remove(self, writer: PrefixedWriter) -> None:
        """Know ``writer`` no more."""
        if self.writers.get(writer.prefix) is writer:
            del self.writers[writer.prefix]
            self._blank.pop(writer.prefix.without_blanks(), None)

    def find(self, line: bytes) -> tuple[PrefixedWriter | None, int]:
        """The writer with the longest prefix that stands before ``line``, and the prefix's length there."""
        best, longest = None, 0
        if not self.writers:
            return best, longest
        for size in self._sizes:
            if (found := self.writers.get(LinePrefix(line[:size]))) is not None:
                best, longest = found, size
                break
        for start, sizes in self._timed.items():
            found, size = self._find_timed(line, start, sizes)
            if size > longest:
                best, longest = found, size
        if best is None and len(line) < _LINE_START and (found := self._blank.get(LinePrefix(line))):
            return found, len(line)
        return best, longest

    def _find_timed(self, line: bytes, start: int, sizes: list[int]) -> tuple[PrefixedWriter | None, int]:
        end = end_of_time(line, start)
        if end < 0:
            return None, 0
        for size in sizes:
            found = self.writers.get(LinePrefix(line[:start], True, line[end : end + size]))
            if found is not None:
                return found, end + size
        if len(line) < _LINE_START and (found := self._blank.get(LinePrefix(line[:start], True, line[end:]))):
            return found, len(line)
        return None, 0


def may_be_prefixed(
    data: bytes | bytearray, at: int, known: KnownTraceLines, *, final: bool
) -> Literal[False] | bool | None:
    """Whether the line at ``at`` of ``data`` may bear a writer's prefix before a part of a trace.

    ``None`` where more text is needed to tell; ``final`` says that no more will come.
    """
    end = data.find(b"\n", at) + 1 or len(data)
    line = bytes(data[at : min(end, at + _LINE_START)])
    part = known.part_in(line)
    if part is not None and (prefix_of(line[: part.position]) is None or known.is_start(line)):
        return False
    if part is None and (told := _holds_no_part(data, end, known)) is not None:
        return False if told or final else None
    for _ in range(1 if part is not None else _MOST_ERROR_LINES):
        if end >= len(data):
            return None if not final else part is not None
        at, end = end, data.find(b"\n", end) + 1 or len(data)
        following = bytes(data[at : min(end, at + _LINE_START)])
        if known.is_start(following):
            return False
        if part is None and (further := known.part_in(following)) is not None:
            prefix = prefix_of(following[: further.position])
            return prefix is not None and prefix.in_common(line) is not None
    return part is not None


def _holds_no_part(data: bytes | bytearray, at: int, known: KnownTraceLines) -> bool | None:
    """Whether no header and no frame may stand in the lines of an error from ``at`` on.

    False where that holds of the text so far, which ends before so many lines; ``None`` where it is not known.
    """
    end = at
    for _ in range(_MOST_ERROR_LINES):
        end = data.find(b"\n", end) + 1
        if not end:
            end = len(data) + 1
            break
    block = bytes(data[at : min(end, at + _MOST_ERROR_LINES * _LINE_START + 1)])
    if len(block) > _MOST_ERROR_LINES * _LINE_START or known.may_hold_part(block):
        return None
    return end <= len(data)


class PrefixedWriters:
    """Takes the prefixed writers of ``source`` apart as it grows, from a position on."""

    def __init__(self, known: KnownTraceLines, source: Stream, position: int) -> None:
        self.source = source
        self._known = known
        self.position = position
        """Up to here all lines are dealt with."""
        self._prefixes = _Prefixes()
        self._owners: dict[int, PrefixedWriter] = {}
        """By the offset of each line."""
        self._last: PrefixedWriter | None = None
        self._recent: deque[_Line] = deque(maxlen=_LOOK_BACK)
        """The lines before the one that is dealt with."""

    def owner(self, offset: int) -> PrefixedWriter | None:
        """The writer of the line at ``offset`` in the file, if it has a prefix, as far as is known yet."""
        return self._owners.get(offset)

    def feed(self) -> None:
        """Deal with all lines that the source has got."""
        while self.position < self.source.end:
            line = self._line(self.position)
            if not line.place.complete:
                self._take(line)
                self._recent.append(line)
            else:
                self._recent.clear()
            self.position = line.place.end

    def drop(self, offset: int) -> None:
        """Forget most of what stood before ``offset`` in the file."""
        self.position = max(self.position, self.source.dropped)
        for writer in {id(each): each for each in self._owners.values()}.values():
            writer.stream.drop(offset)
            if writer.last < self.source.dropped:
                self._prefixes.remove(writer)
        self._owners = {at: writer for at, writer in self._owners.items() if at >= offset}

    def _line(self, position: int) -> _Line:
        place = self.source.place(position)
        return _Line(self.source.between(place.start, place.end - 1).removesuffix(b"\r"), place)

    def _take(self, line: _Line) -> None:
        writer, size = self._prefixes.find(line.text)
        if writer is not None and not writer.may_bear(line.text, size):
            self._prefixes.remove(writer)
            writer, size = None, 0
        indented = line.text[size : size + 1] in (b" ", b"\t")
        part = None if writer and indented else self._known.part_in(line.text[:_LINE_START])
        behind_more = part is not None and line.text[size : part.position].strip(_MARGIN)
        if part is not None and behind_more and (prefix := self._learn(line, part)) is not None:
            self._begin(line, prefix, part)
            writer, size = self._prefixes.find(line.text)
        last, self._last = self._last, None
        if writer is None:
            if last is not None and last.last == line.place.start and last.take_bare(line, self._known):
                self._last = self._owners[line.place.offset] = last
        elif writer.take(line, size, self._known):
            self._last = self._owners[line.place.offset] = writer
        else:
            writer.close()
            self._prefixes.remove(writer)

    def _learn(self, line: _Line, part: TracePart) -> LinePrefix | None:
        """What stands before ``part`` if it may be a prefix."""
        prefix = prefix_of(line.text[: part.position])
        if prefix is None or len(self._prefixes.writers) >= MOST_WRITERS:
            return None
        if not part.is_header and not part.lines.error_is_last:
            for before in reversed(self._recent):
                common = prefix.in_common(before.text)
                text = before.text[common.length(before.text) :] if common is not None else b""
                # A line without text does not show where the prefix ends. A message that reads like a frame,
                # and comes again, has itself in common.
                if not text or self._known.is_start(text):
                    continue
                return common
        end = line.place.end - self.source.dropped
        following = bytes(self.source.text[end : end + _LINE_START]).partition(b"\n")[0]
        if part.is_header:
            return None if self._known.is_start(following) else prefix
        return prefix if prefix.length(following) >= 0 else None

    def _begin(self, line: _Line, prefix: LinePrefix, part: TracePart) -> None:
        """Begin a writer with ``prefix``, with those lines before ``line`` that may be of its trace."""
        marks_record = bearer_of(line.text, prefix.length(line.text)).marks_record
        lines = self._before(line, prefix, part, marks_record=marks_record)
        stream = Stream((*self.source.writer, *prefix.names()))
        writer = PrefixedWriter(stream, prefix, [*lines, line][0].text, part.lines)
        writer.padded = line.text.endswith(b"  ")
        writer.confirmed = not part.is_header
        for before in lines:
            writer.add(before.text[prefix.length(before.text) :], before.place)
            self._owners[before.place.offset] = writer
        self._prefixes.add(writer)

    def _before(self, line: _Line, prefix: LinePrefix, part: TracePart, *, marks_record: bool) -> list[_Line]:
        """The lines before ``line`` that bear ``prefix``, as far as the trace may reach."""
        literal = line.text[: prefix.length(line.text)]
        found: list[_Line] = []
        preambles_only = part.is_header and part.lines.error_is_last
        for before in reversed(self._recent):
            size = prefix.length(before.text)
            if size < 0:
                if marks_record and preambles_only:
                    break
                continue
            if (owner := self._owners.get(before.place.offset)) is not None:
                if owner.prefix == prefix:
                    break
                continue
            if marks_record and preambles_only:
                text = before.text[size:]
                if self._known.preamble.match(text):
                    return [before, *reversed(found)]
                if not self._known.after_preamble.match(text):
                    return []
            elif marks_record and found and before.text[:size] != literal:
                break
            found.append(before)
        return [] if marks_record and preambles_only else found[::-1]
