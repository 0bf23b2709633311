"""What the compiled part is told of the traces that were read: their skeletons, and the lines around them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from ..._regex import regex
from ...log_records.clock import PRINTED, WHERE
from ...log_records.records import STARTS_RECORD
from ...runtimes._grammar import Beginning
from ...unwrapping.streams import Writer
from ..grouping.tally import Tally
from ..grouping.wanted import UNWANTED
from ..literal_search import CODE_BITS, CODE_MASK
from ..setup import ScanSetup
from .known_traces import KnownTrace, KnownTraces, Token
from .line_shapes import Shape
from .skeletons import Hole, Occurrence

if TYPE_CHECKING:
    from .._native import Counter

EVER = 2**62
_WRITERS = 64
_MOST_BYTES = 24 << 20
_LONGEST_PREFIX = 256
ANYWHERE = -1
"""The column of an anchor that may stand anywhere in its line."""
_MOST_BLANK_LINES = 2
"""Between a trace with such an anchor and the record behind it."""
_DIGIT, _DIGITS = b"\x01", b"\x02"
_UNUSABLE = regex(rb"[\x01\x02\n]")
_ESCAPES = regex(rb"[\x01\x02\n\\]")
_SECONDS = regex(rb"\d\d:\d\d:(?=\d\d)|\A\d{8}(?=\d\d)")
_TIME_ENDS = regex(rb" (?![ +\-\n\d]|Z|UTC|GMT)|[\]|\t]")
"""What stands behind a time tells that nothing more of it follows."""
_ESCAPE = regex(rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[0-9a-fA-F]{4}|u[0-9a-fA-F]{4}|.)")
_PLAIN = regex(rb"[\w .,:;\[\](){}=#-]*+")
"""What each JSON writer writes as it is."""
EXACTLY = 0x80
"""Added to the size of a number that has always as many digits."""
_HOLES = {"digits": 1, "hex": 2, "text": 3, "rest": 3, "values": 4}
"""The compiled part's numbers for the kinds of holes; 0 is the end of a trace."""


class Lesson(NamedTuple):
    """An occurrence of a known trace."""

    anchor: int
    beginning: Beginning
    occurrence: Occurrence
    known: KnownTrace
    doubts_before: tuple[bytes, ...]
    """See :attr:`stacktraces.runtimes.Grammar.doubts_before`."""
    before: int = 0
    """So many of the occurrence's first lines stand before the trace."""


class Teacher:
    """Tells the compiled part what it needs to count known traces."""

    def __init__(self, native: Counter, setup: ScanSetup, kept: Mapping[Token, Tally]) -> None:
        self._native = native
        self._setup = setup
        self._clock = setup.clock
        self._kept = kept
        """The groups that tokens stand for."""
        self.traces = KnownTraces()
        self.slots: dict[Token, int] = {}
        """For each token, the number by which the compiled part counts."""
        self.writers: dict[Writer, int] = {(): 0}
        """The compiled part's numbers of writers; 0 is who writes lines that nothing wraps."""
        self._shapes: dict[tuple[bytes, bytes], bool] = {}
        self._taught: set[tuple[int, Beginning, int, tuple[bytes, ...]]] = set()
        self._bytes = 0

    def teach(self, lesson: Lesson, data: bytes, record: tuple[int, int]) -> None:
        """A trace was read in ``data``, and ``record`` is where the log line before it starts and ends."""
        found = lesson.occurrence
        if self._keeps(lesson) and self._teach_record(data, *record, dated=True):
            self._teach_trace(lesson, found.skeleton.constants)
            self._teach_refusals(lesson, data, found.start, found.spans)
            behind = found.end
            if lesson.beginning.column == ANYWHERE:
                behind += len(data[behind : behind + _MOST_BLANK_LINES]) - len(
                    data[behind : behind + _MOST_BLANK_LINES].lstrip(b"\n")
                )
            self._teach_record(data, behind, len(data), dated=True)

    def teach_wrapped(
        self, lesson: Lesson, shape: Shape, logged: bytes, raw: bytes, inner: bytes, printed: bytes
    ) -> None:
        """The same for lines of one shape, given as they stand inside it.

        ``logged`` is the log line, ``raw`` the trace and more, ``inner`` the same without escapes, in which
        the trace was found, ``printed`` the first line's time.
        """
        if not self._keeps(lesson):
            return
        known = self._teach_record(logged, 0, len(logged), dated=not shape.time)
        if known and (not shape.time or self._teach_time(printed)) and self._teach_shape(shape):
            written = _as_written(lesson, raw, inner, shape)
            if written is not None:
                self._teach_trace(lesson, written.constants)
                self._teach_refusals(lesson, raw, 0, written.spans)
                self._teach_record(raw, written.end, len(raw), dated=not shape.time)

    def _teach_trace(self, lesson: Lesson, constants: tuple[bytes, ...]) -> None:
        """``constants`` are as they stand in the lines of the file."""
        key = (lesson.anchor, lesson.beginning, lesson.before, constants)
        if key not in self._taught:
            self._make_room(sum(map(len, constants)))
            self._taught.add(key)
            holes = lesson.occurrence.skeleton.holes
            segments = tuple(
                (constant, *_hole(hole, following), _doubts(lesson.known, number))
                for number, (constant, hole, following) in enumerate(
                    zip(constants, (*holes, None), (*constants[1:], b"\0"), strict=True)
                )
            )
            slot = self._slot(lesson.known.token)
            doubts = lesson.doubts_before
            self._native.add_trace(lesson.anchor, *lesson.beginning, doubts, segments, slot, lesson.before)

    def _teach_refusals(self, lesson: Lesson, data: bytes, start: int, spans: list[tuple[int, int]]) -> None:
        """Nothing was read at the anchors in holes before the one by which the trace was found."""
        found = start
        for _ in range(lesson.beginning.lines_before):
            found = data.find(b"\n", found) + 1
        anchors = self._setup.anchors
        stop = min(found + lesson.beginning.column + anchors.longest, len(data))
        for hit in self._setup.search(data, start, stop):
            at, number = hit >> CODE_BITS, hit & CODE_MASK
            behind = at + len(anchors.literals[number])
            hole = next(((first, last) for first, last in spans if first < behind <= last), None)
            if at >= found or hole is None:
                continue
            content = data[slice(*hole)]
            # What looks like a line of a trace is read as one or not by the lines around it.
            if self._setup.lines.part_in(content) is None:
                self._native.add_refusal(number, content)

    def _make_room(self, size: int) -> None:
        self._bytes += size
        if self._bytes > _MOST_BYTES:
            self._native.forget()
            self._taught.clear()
            self._bytes = size

    def _slot(self, token: Token | None) -> int:
        assert token is not None
        if token not in self.slots:
            slot = self.slots[token] = self._native.add_slot()
            if token in self._kept:
                self._native.set_example(slot, *self._kept[token].first)
        return self.slots[token]

    def _keeps(self, lesson: Lesson) -> bool:
        """Whether all further occurrences are to be treated alike."""
        return lesson.known.token in self._kept or lesson.known.token == UNWANTED

    def _teach_record(self, data: bytes, at: int, stop: int, *, dated: bool) -> bool:
        """Whether it is known how the log record at ``at`` starts; if ``dated``, also the time it prints."""
        if self._native.knows_record(data, at, stop, dated):
            return True
        found = PRINTED.search(data, at, min(stop, at + WHERE))
        if dated and found is not None and not self._teach_time(found.group()):
            return False
        if self._native.knows_record(data, at, stop, False):
            return True
        start_of_record = STARTS_RECORD.match(data, at, stop)
        size = start_of_record.end() - at if start_of_record is not None else stop
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
        if moment is None or not seconds or abs(moment[0]) > EVER or self._clock.may_be_of_two_years(moment):
            return False
        return bool(self._native.add_time(printed, seconds, moment[0]))

    def _teach_shape(self, shape: Shape) -> bool:
        known = self._shapes.get((shape.head, shape.tail))
        if known is None:
            if shape.writer not in self.writers and len(self.writers) >= _WRITERS:
                return False
            writer = self.writers.setdefault(shape.writer, len(self.writers))
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


def _hole(hole: Hole | None, following: bytes) -> tuple[int, int]:
    """The compiled part's number of a hole's kind, and the byte that ends it or, of a number, its size."""
    if hole is None:
        return 0, 0
    if hole.kind in ("digits", "hex"):
        return _HOLES[hole.kind], hole.size
    return _HOLES[hole.kind], following[0]


def _doubts(known: KnownTrace, number: int) -> tuple[bytes, ...]:
    return tuple(text for hole, text in known.doubts if hole == number)


class _Written(NamedTuple):
    """An occurrence as the lines of a file write it."""

    constants: tuple[bytes, ...]
    spans: list[tuple[int, int]]
    """Of the holes."""
    end: int


def _as_written(lesson: Lesson, raw: bytes, inner: bytes, shape: Shape) -> _Written | None:
    """How ``raw`` writes the occurrence that stands in ``inner``.

    ``None`` where a hole does not end between two characters, or a doubt may be written in several ways.
    """
    occurrence, known = lesson.occurrence, lesson.known
    if raw == inner:
        return _Written(occurrence.skeleton.constants, occurrence.spans, occurrence.end)
    if not all(_PLAIN.fullmatch(text) for _, text in known.doubts):
        return None
    ends = [0, *(each for span in occurrence.spans for each in span), occurrence.end]
    places = _places(ends, raw, shape)
    if places is None:
        return None
    constants = tuple(raw[places[at] : places[at + 1]] for at in range(0, len(places), 2))
    spans = [(places[at], places[at + 1]) for at in range(1, len(places) - 1, 2)]
    return _Written(constants, spans, places[-1])


def _places(offsets: list[int], raw: bytes, shape: Shape) -> list[int] | None:
    """Where in ``raw`` ascending offsets of the text stand that it stands for."""
    found: list[int] = []
    behind = size = 0
    for escape in (*_ESCAPE.finditer(raw), None):
        start, end = escape.span() if escape is not None else (len(raw), len(raw))
        while len(found) < len(offsets) and offsets[len(found)] - size <= start - behind:
            found.append(behind + offsets[len(found)] - size)
        size += start - behind
        text = shape.unwrap(raw[start:end])
        if text is None:
            return None
        size += len(text)
        behind = end
        if len(found) < len(offsets) and offsets[len(found)] < size:
            return None
    return found if len(found) == len(offsets) else None
