"""Writers that share a text and tell themselves apart by a prefix before each line of a trace.

The text may be a whole file or what one writer of a carrier wrote. Only lines of traces lose their prefix, and
all lines of a writer whose prefix names no log record. What a logger puts before each line of a trace stays on its
other records, where it tells that a record starts.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from heapq import heapreplace
from typing import Literal

from ..trace_lines import KnownTraceLines, TracePart
from .line_prefixes import LINES_COUNTED, LinePrefix, bearer_of, counted_prefix, end_of_hole, prefix_of
from .prefixed_writer import LINE_START, MARGIN, MOST_ERROR_LINES, Line, PrefixedWriter
from .streams import Stream

MOST_WRITERS = 1 << 14
_LOOK_BACK = 60
"""Lines before a header or a frame in which its trace may start."""


class _Prefixes:
    """Writers by their prefixes."""

    def __init__(self) -> None:
        self.writers: dict[LinePrefix, PrefixedWriter] = {}
        self._blank: dict[LinePrefix, PrefixedWriter] = {}
        """By what stands on a line without text, which may lack the blanks at the prefix's end."""
        self._sizes: list[int] = []
        """The lengths of constant prefixes, the longest first."""
        self._timed: dict[tuple[int, bool], list[int]] = {}
        """The same of what stands behind a time, or a number, by where that starts and which of them it is."""

    def add(self, writer: PrefixedWriter) -> None:
        """Know ``writer`` by its prefix from now on."""
        prefix = writer.prefix
        self.writers[prefix] = writer
        self._blank[prefix.without_blanks()] = writer
        sizes, size = self._sizes, len(prefix.before)
        if prefix.timed:
            sizes, size = self._timed.setdefault((len(prefix.before), prefix.counted), []), len(prefix.after)
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
        for (start, counted), sizes in self._timed.items():
            found, size = self._find_timed(line, start, sizes, counted=counted)
            if size > longest:
                best, longest = found, size
        if best is None and len(line) < LINE_START and (found := self._blank.get(LinePrefix(line))):
            return found, len(line)
        return best, longest

    def _find_timed(
        self, line: bytes, start: int, sizes: list[int], *, counted: bool
    ) -> tuple[PrefixedWriter | None, int]:
        end = end_of_hole(line, start, counted=counted)
        if end < 0:
            return None, 0
        for size in sizes:
            found = self.writers.get(LinePrefix(line[:start], True, line[end : end + size], counted))
            if found is not None:
                return found, end + size
        blank = LinePrefix(line[:start], True, line[end:], counted)
        if len(line) < LINE_START and (found := self._blank.get(blank)):
            return found, len(line)
        return None, 0


def may_be_prefixed(
    data: bytes | bytearray, at: int, known: KnownTraceLines, *, final: bool
) -> Literal[False] | bool | None:
    """Whether the line at ``at`` of ``data`` may bear a writer's prefix before a part of a trace.

    ``None`` where more text is needed to tell; ``final`` says that no more will come.
    """
    end = data.find(b"\n", at) + 1 or len(data)
    line = bytes(data[at : min(end, at + LINE_START)])
    part = known.part_in(line)
    if part is not None and (prefix_of(line[: part.position]) is None or known.is_start(line)):
        return False
    if part is None and (told := _holds_no_part(data, end, known)) is not None:
        return False if told or final else None
    for _ in range(1 if part is not None else MOST_ERROR_LINES):
        if end >= len(data):
            return None if not final else part is not None
        at, end = end, data.find(b"\n", end) + 1 or len(data)
        following = bytes(data[at : min(end, at + LINE_START)])
        if _is_start(following, known):
            return False
        if part is None and (further := known.part_in(following)) is not None:
            prefix = prefix_of(following[: further.position])
            return prefix is not None and prefix.in_common(line) is not None
    return part is not None


def _is_start(line: bytes, known: KnownTraceLines) -> bool:
    """Whether ``line`` is a header or a frame, behind nothing but blanks."""
    part = known.part_in(line)
    return part is not None and not line[: part.position].strip(b" \t")


def _holds_no_part(data: bytes | bytearray, at: int, known: KnownTraceLines) -> bool | None:
    """Whether no header and no frame may stand in the lines of an error from ``at`` on.

    False where that holds of the text so far, which ends before so many lines; ``None`` where it is not known.
    """
    end = at
    for _ in range(MOST_ERROR_LINES):
        end = data.find(b"\n", end) + 1
        if not end:
            end = len(data) + 1
            break
    block = bytes(data[at : min(end, at + MOST_ERROR_LINES * LINE_START + 1)])
    if len(block) > MOST_ERROR_LINES * LINE_START or known.may_hold_part(block):
        return None
    return end <= len(data)


class _NextLiterals:
    """Where each of some literals stands next in a stream, which grows; lines are asked for in order."""

    def __init__(self, literals: tuple[bytes, ...]) -> None:
        self._next = [(-1, literal) for literal in literals]
        """A heap of positions. There, or behind it where the text did not reach further, the literal is."""

    def may_stand_in(self, stream: Stream, start: int, end: int) -> bool:
        """Whether one may stand between two positions."""
        while self._next and self._next[0][0] < start:
            literal = self._next[0][1]
            at = stream.text.find(literal, start - stream.dropped)
            position = at + stream.dropped if at >= 0 else max(stream.end - len(literal) + 1, start)
            heapreplace(self._next, (position, literal))
        return bool(self._next) and self._next[0][0] < end


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
        self._recent: deque[Line] = deque(maxlen=_LOOK_BACK)
        """The lines before the one that is dealt with."""
        self._literals = _NextLiterals(known.start_literals)

    def know(self, writers: Iterable[PrefixedWriter]) -> None:
        """Tell ``writers``, which were met before, by their prefixes from the first line on."""
        for each in writers:
            self._prefixes.add(each.anew())

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

    def _line(self, position: int) -> Line:
        place = self.source.place(position)
        return Line(self.source.between(place.start, place.end - 1).removesuffix(b"\r"), place)

    def _take(self, line: Line) -> None:
        writer, size = self._prefixes.find(line.text)
        if writer is not None and not writer.may_bear(line.text, size):
            self._prefixes.remove(writer)
            writer, size = None, 0
        if writer is not None and writer.inner is not None:
            self._take_back(writer)
        indented = line.text[size : size + 1] in (b" ", b"\t")
        part = None if writer and indented else self._part_in(line)
        behind_more = part is not None and line.text[size : part.position].strip(MARGIN)
        if part is not None and behind_more and (prefix := self._learn(line, part)) is not None:
            self._begin(line, prefix, part)
            outer, (writer, size) = writer, self._prefixes.find(line.text)
            if outer is not None and writer is not None and writer is not outer and part.is_header:
                outer.inner = writer, line
        last, self._last = self._last, None
        if writer is None:
            if last is not None and last.last == line.place.start and last.take_bare(line, self._known):
                self._last = self._owners[line.place.offset] = last
        elif writer.take(line, size, self._known):
            self._last = self._owners[line.place.offset] = writer
        else:
            writer.close()
            self._prefixes.remove(writer)

    def _take_back(self, outer: PrefixedWriter) -> None:
        """Give ``outer`` the line that began a writer within it, if the next line is not of that writer.

        What stood before the header was the start of a log record, and no prefix of each line.
        """
        assert outer.inner is not None
        inner, line = outer.inner
        outer.inner = None
        if not inner.confirmed:
            self._prefixes.remove(inner)
            outer.take(line, outer.prefix.length(line.text), self._known)
            self._owners[line.place.offset] = outer

    def _part_in(self, line: Line) -> TracePart | None:
        if not self._literals.may_stand_in(self.source, line.place.start, line.place.end):
            return None
        return self._known.part_in(line.text[:LINE_START])

    def _learn(self, line: Line, part: TracePart) -> LinePrefix | None:
        """What stands before ``part`` if it may be a prefix."""
        before_part = line.text[: part.position]
        prefix = prefix_of(before_part)
        if prefix is None or len(self._prefixes.writers) >= MOST_WRITERS:
            return None
        if not prefix.timed and (counted := counted_prefix(before_part, self._behind(line))) is not None:
            return counted
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
        following = bytes(self.source.text[end : end + LINE_START]).partition(b"\n")[0]
        if part.is_header:
            return None if _is_start(following, self._known) else prefix
        if prefix.length(following) >= 0:
            return prefix
        return prefix if any(self._is_open(before, prefix) for before in self._recent) else None

    def _behind(self, line: Line) -> list[bytes]:
        """The starts of a few lines behind ``line``, without their line ends."""
        end = line.place.end - self.source.dropped
        return bytes(self.source.text[end : end + LINE_START * LINES_COUNTED]).split(b"\n", LINES_COUNTED)[
            :-1
        ]

    def _is_open(self, before: Line, prefix: LinePrefix) -> bool:
        """Whether ``before`` bears ``prefix`` and a header for which no frame with all that stands before it came."""
        owner = self._owners.get(before.place.offset)
        return owner is not None and not owner.confirmed and prefix.length(before.text) >= 0

    def _begin(self, line: Line, prefix: LinePrefix, part: TracePart) -> None:
        """Begin a writer with ``prefix``, with those lines before ``line`` that may be of its trace."""
        marks_record = bearer_of(line.text, prefix.length(line.text)).marks_record
        lines = self._before(line, prefix, part, marks_record=marks_record)
        stream = Stream((*self.source.writer, *prefix.names()))
        writer = PrefixedWriter(stream, prefix, lines[0].text if lines else line.text, part.lines)
        writer.padded = line.text.endswith(b"  ")
        writer.confirmed = not part.is_header
        for before in lines:
            if (owner := self._owners.get(before.place.offset)) is not None:
                self._prefixes.remove(owner)
            writer.add(before.text[prefix.unindented_length(before.text) :], before.place)
            self._owners[before.place.offset] = writer
        self._prefixes.add(writer)

    def _before(self, line: Line, prefix: LinePrefix, part: TracePart, *, marks_record: bool) -> list[Line]:
        """The lines before ``line`` that bear ``prefix``, as far as the trace may reach."""
        literal = line.text[: prefix.length(line.text)]
        found: list[Line] = []
        preambles_only = part.is_header and part.lines.error_is_last
        # An error that is printed before its frames has none before it: those that stand there are another's.
        first_is_error = (part.is_header or marks_record) and not part.lines.error_is_last
        has_text = False
        for before in reversed(self._recent):
            size = prefix.length(before.text)
            if size < 0 and not part.is_header and prefix.unindented_length(before.text) >= 0:
                return [before, *reversed(found)]
            if size < 0:
                if (marks_record and preambles_only) or (
                    first_is_error and self._known.is_start(before.text)
                ):
                    break
                continue
            if (owner := self._owners.get(before.place.offset)) is not None:
                if owner.prefix == prefix:
                    break
                if owner.confirmed:
                    continue
            if marks_record and preambles_only:
                text = before.text[size:]
                if self._known.preamble.match(text):
                    return [before, *reversed(found)]
                if not self._known.after_preamble.match(text):
                    return []
            elif marks_record and has_text and before.text[:size] != literal:
                break
            # A logger writes the blank lines around an error as records of their own.
            has_text = has_text or bool(before.text[size:].strip())
            found.append(before)
        return [] if marks_record and preambles_only else found[::-1]
