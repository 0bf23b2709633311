"""Reading traces that stand in a log as they were printed."""

from __future__ import annotations

from typing import NamedTuple

from ...cursor import decode
from ...log_records.clock import Moment
from ...model import Snapshot, Trace
from ...unwrapping.line_before import parse_before
from ...unwrapping.prefixed_traces import carrier_of_start
from ..fast_path.blocks import NEW, Blocks, Plain, Token
from ..fast_path.repeats import Repeats, Seen
from ..setup import Tools
from .long_trace import Held, unfinished
from .record_time import of_record
from .text import LOOK_BACK, Text
from .walker import LIMIT, LONGEST_LINE, WAIT, AllHits, GoesOn, Hits, Sink, read_at
from .wrapped import WrappedReader, fill_context, read_lone_line

_HEADER = 64
"""Bytes of a traceback's header, at most."""
_ONE_WRITER: tuple[str, ...] = ()
_MOSTLY = 8 << 10
"""Bytes that most traces are shorter than."""


class _Reading(NamedTuple):
    """What came of reading at a hit, in offsets of ``text.data``."""

    end: int
    """As :meth:`BareReader.take` gives it."""
    start: int = 0
    token: Token | None = None


class BareReader:
    """Reads text without wrapping; a single line that is wrapped after all is unwrapped."""

    def __init__(self, tools: Tools, sink: Sink, repeats: Repeats | None = None) -> None:
        self.tools = tools
        self.sink = sink
        self.repeats = repeats
        self.floors: dict[tuple[str, ...], int] = {_ONE_WRITER: 0}
        self.hits: Hits = repeats or AllHits(tools.search)
        if repeats is not None:
            repeats.begin(self.floors)
        self._plains = (None,) * len(tools.plains) if sink.detailed else tools.plains
        self._blocks = repeats.blocks if repeats is not None else Blocks()
        self._behind = -1
        """Where the last plain block ended, in the stream."""
        self._kind: Plain | None = None
        """How that block was matched."""
        self.held: GoesOn | None = None
        self._logged = WrappedReader(tools, sink, ())
        """Reads traces that a program logged line by line, with its own prefix."""

    def take(self, text: Text, start: int, number: int) -> int:
        """See :class:`stacktraces.scan.reading.walker.Reader`.

        Most hits of a log that is full of traces pass here: a plain block that was seen before, with a log
        line before it, is only counted.
        """
        data, base = text.data, text.base
        floor = max(self.floors[_ONE_WRITER] - base, 0)
        if start < floor:
            return floor
        plain = self._plains[number]
        if plain is None or start == 0 or data[start - 1] != 10:
            return self._read(text, start, number, floor).end
        before = data.rfind(b"\n", max(floor - 1, start - LOOK_BACK, 0), start - 1) + 1
        # Where a block of the same kind ended, the line was looked at already.
        known = before == self._behind - base and plain is self._kind
        if before == 0 or not (known or plain.before.match(data, before, start)):
            return self._read(text, start, number, floor).end
        found = self._blocks.key(plain, data, start, start + LIMIT)
        if found is None:
            # Most likely a block that the end of the chunk cuts: reading it would show only that.
            cut = len(data) - start < _MOSTLY and not text.final
            return WAIT if cut else self._read(text, start, number, floor).end
        key, end = found
        token = self._blocks.tokens.get(key, NEW)
        if token is NEW or token is None:
            reading = self._read(text, start, number, floor)
            if token is NEW and reading.end != WAIT:
                token = reading.token if reading[:2] == (end, start) else None
                self._blocks.learn(key, token)
                if token is not None and self.repeats is not None:
                    self.repeats.teach(Seen(plain, number, key, token), data, before, start)
            return reading.end
        clock = self.tools.clock
        moment = clock.stamp(data, before, start) or clock.of_line(data, before, start)
        if not self.sink.again(token, moment, text, base + start):
            return self._read(text, start, number, floor).end
        self.floors[_ONE_WRITER] = self._behind = base + end
        self._kind = plain
        if self.repeats is not None:
            self.repeats.teach(Seen(plain, number, key, token), data, before, start)
        return end

    def _read(self, text: Text, start: int, number: int, floor: int) -> _Reading:
        data = text.data
        line = text.start_of_line(start)
        if data.find(b"\n", start, line + LONGEST_LINE) < 0 and len(data) > line + LONGEST_LINE:
            text.passed_over.add(text.base + line)
            return _Reading(0)
        if start > line and carrier_of_start(data[line : start + _HEADER], self.tools.lines) is not None:
            return _Reading(self._logged.take(text, start, number))
        limit = min(len(data), line + LIMIT)
        lowest = text.look_back(line, floor)
        final = text.final or limit == line + LIMIT
        found = read_at(self.tools.anchors.owners[number], data, start, lowest, limit, final)
        if isinstance(found, int):
            if found == 0 and (end := read_lone_line(self.tools, self.sink, text, line)):
                return _Reading(end)
            return _Reading(found)
        result, cursor = found
        end = cursor.offset
        goes_on = None
        if cursor.ended and limit == line + LIMIT and start == line:
            goes_on = unfinished(self.tools.anchors.owners[number], result, data, start, limit)
            end = data.rfind(b"\n", start, limit) + 1 if goes_on is not None else end
        self.floors[_ONE_WRITER] = text.base + end
        if isinstance(result, Snapshot):
            origin = text.origin(text.base + line)
            moment = self._moment(text, line, line, lowest)
            self.sink.snapshot(result, moment, text.position(line), origin)
            return _Reading(end)
        at = result.origin.offset if result.origin.offset is not None else line
        moment = self._moment(text, at, max(line, at), lowest)
        if self.sink.detailed:
            self._describe(result, text, at, lowest, moment)
        result.origin = text.origin(text.base + at)
        if goes_on is not None:
            self.held = Held(goes_on, self.sink, moment, text.position(at), self.floors)
            return _Reading(end, at)
        return _Reading(end, at, self.sink.trace(result, moment, text.position(at)))

    def _line_before(self, text: Text, at: int, lowest: int) -> int | None:
        """Where the line before the one at ``at`` starts, if it is not of another trace."""
        if at <= lowest:
            return None
        return max(text.data.rfind(b"\n", lowest, at - 1) + 1, lowest)

    def _moment(self, text: Text, at: int, line: int, lowest: int) -> Moment | None:
        """The time in the line before a trace, else in its own first line, else of the record before it."""
        data, clock = text.data, self.tools.clock
        before = self._line_before(text, at, lowest)
        found = clock.of_line(data, before, at) if before is not None else None
        found = found or clock.of_line(data, line, text.end_of_line(line))
        return found or of_record(clock, self.tools.starts, data, at, lowest)

    def _describe(self, trace: Trace, text: Text, at: int, lowest: int, moment: Moment | None) -> None:
        if moment is not None:
            trace.time, trace.timestamp = self.tools.clock.iso(moment), moment[1].decode("ascii", "replace")
        before = self._line_before(text, at, lowest)
        if before is not None:
            trace.before = decode(text.data[before : at - 1].removesuffix(b"\r"))
            fill_context(trace, parse_before(trace.before).fields)
