"""Traces that were seen before, counted by the compiled part; here it is told what it needs for that.

Without the compiled part all is read in Python: slower, with the same results.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..._regex import regex
from ...log_records.clock import PRINTED, WHERE, Clock
from ...unwrapping.streams import Writer
from ..grouping.tallies import UNWANTED, Counted, Grouping
from ..reading.text import LOOK_BACK, Text
from ..reading.walker import LIMIT
from ..setup import ScanSetup
from .blocks import Blocks, Key, Plain, Token
from .line_shapes import Shape

_WRITERS = 64
_EVER = 2**62
_MOST_BYTES = 24 << 20
_LONGEST_PREFIX = 256
_DIGIT, _DIGITS = b"\x01", b"\x02"
_UNUSABLE = regex(rb"[\x01\x02\n]")
_ESCAPES = regex(rb"[\x01\x02\n\\]")
_SECONDS = regex(rb"\d\d:\d\d:(?=\d\d)|\A\d{8}(?=\d\d)")
_TIME_ENDS = regex(rb" (?![ +\-ZUG\n\d])|[\]|\t]")
"""What stands behind a time tells that nothing more of it follows."""


class Seen(NamedTuple):
    """A trace that was read, and what stands for it."""

    plain: Plain
    anchor: int
    key: Key
    token: Token


class Repeats:
    """What the compiled part knows of streams that the same carriers wrap."""

    def __init__(self, setup: ScanSetup, sink: Grouping) -> None:
        since, until = sink.wanted.since, sink.wanted.until
        from .. import _native as native

        self._native = native.Repeats(
            native.Finder(setup.anchors.literals),
            LOOK_BACK,
            LIMIT,
            -_EVER if since is None else max(since, -_EVER),
            _EVER if until is None else min(until, _EVER),
            since is None and until is None,
            setup.clock.zone is None,
        )
        self._tallies = sink.tallies
        self._clock: Clock = setup.clock
        self._befores = setup.starts
        self.blocks = Blocks()
        self._bytes = 0
        self._slots: dict[Token, int] = {}
        self._writers: dict[Writer, int] = {}
        self._shapes: dict[tuple[bytes, bytes], bool] = {}
        self._floors: dict[Writer, int] = {}
        self._data = b""
        self.paths: dict[int, str] = {}
        """Of the files, by their numbers."""

    def begin(self, floors: dict[Writer, int]) -> None:
        """Another stream follows; ``floors`` holds where each writer's last trace ended."""
        self._floors = floors

    def load(self, text: Text, start: int, stop: int) -> None:
        """Search ``text`` between two offsets of its data."""
        self._data = text.data
        self.paths[text.number] = text.path
        line = text.line_at(text.base + start)
        self._native.load(text.data, start, stop, text.base, text.number, line)

    def next(self, floor: int) -> int:
        """Count repeats up to the next hit, from ``floor`` on, that is to be read; -1 at the end."""
        native, floors = self._native, self._floors
        for writer, number in self._writers.items():
            native.set_floor(number, floors.get(writer, 0))
        hit: int = native.next(self._data, floor)
        for writer, number in self._writers.items():
            if end := native.floor(number):
                floors[writer] = end
        return hit

    @property
    def behind(self) -> int:
        """Where the last repeat of the chunk ended."""
        return int(self._native.behind())

    def counted(self) -> Iterator[tuple[Token, Counted]]:
        """What was counted since the last time, for each token."""
        for token, slot in self._slots.items():
            counted: Counted = self._native.take_slot(slot)
            if counted[0]:
                yield token, counted

    def _keeps(self, token: Token) -> bool:
        """Whether all further occurrences are to be treated alike."""
        return token in self._tallies or token == UNWANTED

    def teach(self, seen: Seen, data: bytes, before: int, start: int) -> None:
        """A trace at ``start`` was read, and a log line at ``before`` stands before it."""
        if self._keeps(seen.token) and self._teach_record(data, before, start, dated=True):
            self._writers.setdefault((), 0)
            end = self._teach_trace(seen, data, start, None)
            self._teach_record(data, end, len(data), dated=True)

    def teach_wrapped(
        self, seen: Seen, shape: Shape, logged: bytes, raw: bytes, block: bytes, printed: bytes
    ) -> None:
        """The same for lines of one shape, given as they stand inside it.

        ``logged`` is the log line, ``raw`` the trace and more, ``block`` the trace itself without escapes,
        ``printed`` the first line's time.
        """
        if not self._keeps(seen.token):
            return
        known = self._teach_record(logged, 0, len(logged), dated=not shape.time)
        if known and (not shape.time or self._teach_time(printed)) and self._teach_shape(shape):
            end = self._teach_trace(seen, raw, 0, (shape, block))
            self._teach_record(raw, end, len(raw), dated=not shape.time)

    def _teach_trace(self, seen: Seen, data: bytes, start: int, wrapped: tuple[Shape, bytes] | None) -> int:
        """Gives where the trace ends; where it starts if it cannot be taught."""
        stacks, end = [], start
        while match := seen.plain.pattern.match(data, end, start + LIMIT):
            behind = match.end("stack")
            stack = data[end : behind + 1]
            stacks.append(
                (stack, tuple(text for ending, text in seen.plain.telling if stack.endswith(ending)))
            )
            end = match.end()
            link = match["link"] if seen.plain.linked else None
            if link is None:
                break
            if not self._native.add_link(link):
                return start
        else:
            return start
        if wrapped is not None and wrapped[0].unwrap(data[start:end]) != wrapped[1]:
            return start
        if (seen.anchor, seen.key) not in self.blocks.taught:
            self.blocks.taught.add((seen.anchor, seen.key))
            self._make_room(sum(len(stack) for stack, _ in stacks))
            self._native.add_trace(seen.anchor, tuple(stacks), self._slot(seen.token))
        return end

    def _make_room(self, size: int) -> None:
        self._bytes += size
        if self._bytes > _MOST_BYTES:
            self._native.forget()
            self.blocks.taught.clear()
            self._bytes = size

    def _slot(self, token: Token) -> int:
        if token not in self._slots:
            self._slots[token] = self._native.add_slot()
        return self._slots[token]

    def _teach_record(self, data: bytes, at: int, stop: int, *, dated: bool) -> bool:
        """Whether it is known how the log record at ``at`` starts; if ``dated``, also the time it prints."""
        if self._native.knows_record(data, at, stop, dated):
            return True
        found = PRINTED.search(data, at, min(stop, at + WHERE))
        if dated and found is not None and not self._teach_time(found.group()):
            return False
        if self._native.knows_record(data, at, stop, False):
            return True
        starts = [before.match(data, at, stop) for before in self._befores]
        size = max((match.end() - at if match else stop for match in starts), default=stop)
        if data[at + size - 1 : at + size].isdigit():
            size += 1
        start = end = seconds = 0
        if found is not None and _TIME_ENDS.match(data, found.end(), stop):
            start, end = found.start() - at, found.end() - at
            size = max(size, end + 1)
            seconds = _seconds(found.group())
        elif dated and found is not None:
            return False
        prefix = data[at : min(at + size, stop)]
        if size > _LONGEST_PREFIX or len(prefix) < size or _ESCAPES.search(prefix):
            return False
        pattern = re.sub(rb"\d", _DIGIT, prefix)
        return bool(self._native.add_record(pattern, start, end, seconds))

    def _teach_time(self, printed: bytes) -> bool:
        """Whether such a time can be read; then others of its day, or of its minute, are known."""
        moment, seconds = self._clock.of_printed(printed), _seconds(printed)
        if moment is None or not seconds or abs(moment[0]) > _EVER or self._clock.may_be_of_two_years(moment):
            return False
        return bool(self._native.add_time(printed, seconds, moment[0]))

    def _teach_shape(self, shape: Shape) -> bool:
        known = self._shapes.get((shape.head, shape.tail))
        if known is None:
            if shape.writer not in self._writers and len(self._writers) >= _WRITERS:
                return False
            writer = self._writers.setdefault(shape.writer, len(self._writers))
            in_tail = bool(shape.time) and shape.time in shape.tail
            side = shape.tail if in_tail else shape.head
            before = side.partition(shape.time)[0] if shape.time else b""
            start, size = len(before), len(_digits(shape.time))
            known = not _UNUSABLE.search(shape.head + shape.tail) and self._native.add_shape(
                _pattern(shape.head, shape.time),
                _pattern(shape.tail, shape.time),
                in_tail,
                start,
                start + size,
                _seconds(shape.time),
                shape.escaped,
                writer,
            )
            self._shapes[shape.head, shape.tail] = known
        return known


def repeats_of(setup: ScanSetup, sink: object) -> Repeats | None:
    """What counts repeats for ``sink``; ``None`` where each occurrence is to be read."""
    if setup.native and isinstance(sink, Grouping):
        repeats = Repeats(setup, sink)
        sink.elsewhere.append(repeats)
        return repeats
    return None


def _digits(time: bytes) -> bytes:
    """A pattern for all times of that build, however many digits a number of theirs has."""
    return re.sub(rb"\d+", _DIGITS, time)


def _pattern(literal: bytes, time: bytes) -> bytes:
    """A pattern for ``literal``, with any time in the place of ``time``."""
    return literal.replace(time, _digits(time)) if time else literal


def _seconds(printed: bytes) -> int:
    """Where the two digits of a time's seconds stand; 0 where they cannot be told."""
    found = _SECONDS.search(printed)
    return found.end() if found is not None else 0
