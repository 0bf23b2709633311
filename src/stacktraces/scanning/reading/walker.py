"""Going over one stream: from chunks of bytes to traces, the same ones however it is cut into chunks.

What decides is only the text around a hit: up to ``LOOK_BACK`` bytes before its line and ``LIMIT`` bytes
from it on. Where less than that is at hand and the reader met the end, it waits for more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

import msgspec

from ...cursor import Cursor
from ...log_records.clock import Moment, Stamp
from ...model import Origin, Snapshot, Trace
from ...parsing import tell_runtime
from ...results.result import Unread
from ...runtimes import Format
from ..fast_path.known_traces import Token
from ..grouping.tallies import Place
from ..grouping.tally import Position
from ..literal_search import CODE_BITS, CODE_MASK, Search
from ..setup import ScanSetup
from .long_line import LongLine
from .text import LOOK_BACK, Text
from .unread import EVERYWHERE, UnreadPlaces

LIMIT = 8 << 20
"""Bytes of one trace that are read."""
LONGEST_LINE = 4 << 20
"""A longer line is passed over."""
SAMPLE = 64 << 10
"""Bytes at the start of a stream by which its carriers are told."""
_MARGIN = 8 << 10
"""Bytes at the end of a large chunk that are left to the next: most traces before them are whole."""
_MOST_LEFT = 2 * _MARGIN + LOOK_BACK
"""Bytes of a chunk that are left to the next without a trace that goes on."""
WAIT = -1
"""More text is needed to tell."""
TOO_LONG = "The trace is longer than 8 MiB; what follows was not read."


class Sink(Protocol):
    """Where traces go."""

    span: tuple[int, int] | None
    """Only what starts between these offsets of a stream counts."""
    by_message: Token | None
    """What the last trace counts as where its message is a part of that, without what varies in it."""
    detailed: bool
    """It wants to know the line before a trace, and who wrote it."""

    def count_again(self, token: Token, moment: Moment | Stamp | None, place: Place, offset: int) -> bool:
        """Another occurrence of what ``token`` stands for; False where it must be read after all."""

    def trace(self, trace: Trace, moment: Moment | None, position: Position) -> Token | None:
        """An occurrence that was read; gives a token for the next one, if there can be one."""

    def snapshot(self, snapshot: Snapshot, moment: Moment | None, position: Position, origin: Origin) -> None:
        """A snapshot that was read."""


class State(msgspec.Struct, frozen=True):
    """Where a walker stands: two walkers of one stream in the same state go on alike."""

    offset: int
    """All hits before it are dealt with."""
    floors: tuple[tuple[tuple[str, ...], int], ...]
    """For each writer, where its last trace ended, if that can still matter."""
    unread: tuple[tuple[int, str], ...] = ()
    """Offsets and kinds of marks at which nothing was read, and which a trace may still cover."""


class Hits(Protocol):
    """Where anchors stand in a chunk, in order."""

    def load(self, text: Text, start: int, stop: int) -> None:
        """Search ``text`` between two offsets of its data."""

    def next(self, floor: int) -> int:
        """The next hit, coded, that stands at ``floor`` or behind it and is to be read; -1 at the end."""

    @property
    def behind(self) -> int:
        """Where the last trace of the chunk ended that was dealt with without reading it."""

    @property
    def passed(self) -> int:
        """Where the first trace starts that the last ``next`` dealt with without reading it; -1 for none."""

    @property
    def cut(self) -> bool:
        """What stands at the last hit may go on behind the chunk, between lines of others."""


class AllHits:
    """All of them."""

    behind = 0
    passed = -1
    cut = False

    def __init__(self, search: Search) -> None:
        self._search = search
        self._found: Iterator[int] = iter(())

    def load(self, text: Text, start: int, stop: int) -> None:
        """See :class:`Hits`."""
        self._found = iter(self._search(text.data, start, stop))

    def next(self, floor: int) -> int:
        """See :class:`Hits`."""
        lowest = floor << CODE_BITS
        return next((hit for hit in self._found if hit >= lowest), -1)


class UnfinishedTrace(Protocol):
    """A trace that is longer than is read at once."""

    done: bool

    def go_on(self, text: Text, at: int) -> int:
        """Take what stands at ``at``; gives where the trace ends, or how far it goes in what is at hand."""


class StreamReader(Protocol):
    """Reads at a hit: plain text, or lines of a carrier."""

    hits: Hits
    """Where it is to read."""
    floors: dict[tuple[str, ...], int]
    """For each writer, the offset in the stream where its last trace ended."""
    held: UnfinishedTrace | None
    """A trace that goes on; nothing else is read until it ends."""
    unread: UnreadPlaces
    """What looks like a trace, at which nothing was read."""

    def take(self, text: Text, start: int, number: int) -> int:
        """Reads at the anchor ``number`` that stands at ``start`` of ``text.data``.

        Gives the offset up to which hits are of what was read, 0 for nothing, or ``WAIT``.
        """

    def look(self, text: Text, start: int) -> int:
        """Note the line at ``start`` of ``text.data``, at which nothing is read, if it looks like a trace's.

        Gives 0, or ``WAIT``.
        """


class Walker:
    """Goes over one stream."""

    def __init__(
        self,
        setup: ScanSetup,
        text: Text,
        choose: Callable[[bytes], StreamReader],
        until: int | None = None,
        *,
        span: tuple[int, int] = EVERYWHERE,
    ) -> None:
        """``span`` are the offsets between which places count at which nothing was read."""
        self.setup = setup
        self.text = text
        self._choose = choose
        self._span = span
        self.until = until
        """The offset in the stream, a start of a line, at which another walker takes over."""
        self.reader: StreamReader | None = None
        self._resume = 0
        """Offset in ``text.data`` from which hits are dealt with."""
        self._long_line = LongLine(setup.search, setup.anchors.longest)

    def begin(self, state: State, sample: bytes) -> None:
        """Go on from ``state`` instead of the start; the next chunk is to start at ``text.base``.

        ``sample`` is the start of the stream.
        """
        self.text.begin(max(state.offset - LOOK_BACK - 1, 0), state.offset)
        self._resume = state.offset - self.text.base
        self.reader = self._make_reader(sample)
        self.reader.floors.update(state.floors)
        self.reader.unread.begin(state.unread)

    def _make_reader(self, sample: bytes) -> StreamReader:
        reader = self._choose(sample)
        reader.unread.span = self._span
        return reader

    @property
    def done(self) -> bool:
        """All up to where another walker takes over is dealt with."""
        held = self.reader is not None and self.reader.held is not None
        return self.until is not None and not held and self.text.base + self._resume >= self.until

    @property
    def waiting(self) -> bool:
        """A trace goes on beyond what is at hand: the next chunk may be larger."""
        return len(self.text.data) - self._resume > _MOST_LEFT

    def feed(self, chunk: bytes, *, final: bool) -> None:
        """Go on with ``chunk``, the last one if ``final``."""
        text = self.text
        if self._long_line.open:
            chunk = self._long_line.rest(text, chunk)
        text.data = text.data + chunk if text.data else chunk
        text.final = final
        data = text.data
        if self.reader is None:
            if len(data) < SAMPLE and not final:
                return
            if len(data) < SAMPLE and not self.setup.may_hold(data):
                self._resume = len(data)
                return
            self.reader = self._make_reader(data[:SAMPLE])
        stop = len(data) if final else data.rfind(b"\n", self._resume) + 1
        if not final and stop - self._resume > 16 * _MARGIN:
            stop = data.rfind(b"\n", stop - 2 * _MARGIN, stop - _MARGIN) + 1 or stop
        if self.until is not None:
            stop = min(stop, self.until - text.base)
        while self._go_on() and stop > self._resume:
            self._resume = self._deal_with(stop)
            if self.reader.held is None:
                break
        ends = final and self.until is None
        self.reader.unread.settle(text, text.base + self._resume, final=ends)
        if not final:
            self._keep_what_matters()

    def _go_on(self) -> bool:
        """Go on with the trace that is held; whether there is none any more."""
        reader = self.reader
        if reader is None or reader.held is None:
            return True
        self._resume = reader.held.go_on(self.text, self._resume)
        if reader.held.done:
            reader.held = None
        return reader.held is None

    def state(self) -> State:
        """Where the walk stands."""
        offset = self.text.base + self._resume
        if self.reader is None:
            return State(offset, ())
        floors = sorted(each for each in self.reader.floors.items() if each[1] > offset - LOOK_BACK)
        return State(offset, tuple(floors), tuple(self.reader.unread.pending))

    def unread(self) -> list[Unread]:
        """What looks like a trace, and was not read, in all that was dealt with."""
        return self.reader.unread.take() if self.reader is not None else []

    def _deal_with(self, stop: int) -> int:
        """Reads at the hits up to ``stop`` in order; where the next ones are to be looked for."""
        text, floor = self.text, 0
        assert self.reader is not None
        take, hits, unread = self.reader.take, self.reader.hits, self.reader.unread
        only_mark = self.setup.anchors.is_only_mark
        refused = Refused()
        unread.number_lines(text)
        hits.load(text, self._resume, stop)
        while (hit := hits.next(floor)) >= 0 or unread.pending:
            if hits.passed >= 0:
                unread.cover(text, text.base + hits.passed, text.base + hits.behind)
            if hit < 0:
                break
            start = hit >> CODE_BITS
            if refused.has(start, hit & CODE_MASK):
                continue
            if hits.cut and not text.final:
                return text.start_of_line(start)
            if only_mark(text.data, start, hit & CODE_MASK):
                if self.reader.look(text, start) == WAIT:
                    return text.start_of_line(start)
                continue
            self.setup.failures.place = text, start
            end = take(text, start, hit & CODE_MASK)
            if end == WAIT:
                return text.start_of_line(start)
            if self.reader.held is not None:
                return end
            if end > floor:
                floor = end
            else:
                refused.add(text.data, start, hit & CODE_MASK)
        return max(floor, hits.behind, stop)

    def _keep_what_matters(self) -> None:
        text = self.text
        line = text.start_of_line(self._resume)
        if len(text.data) - line > LONGEST_LINE + LIMIT:
            floors = self.reader.floors.values() if self.reader is not None else ()
            of_trace = max(floors, default=0) > text.base + line
            self._long_line.begin(text, line, of_trace=of_trace)
            self._resume = 0
            return
        keep = max(line - LOOK_BACK - 1, 0)
        text.drop(keep)
        self._resume -= keep


class Refused:
    """Anchors in a line at which nothing was read: a reader sees the line, so another hit gives the same."""

    def __init__(self) -> None:
        self._end = 0
        self._numbers: set[int] = set()

    def has(self, at: int, number: int) -> bool:
        """Whether that anchor was refused in the line at ``at``. Hits come in order."""
        return at < self._end and number in self._numbers

    def add(self, data: bytes, at: int, number: int) -> None:
        """Nothing was read at that anchor in ``data``."""
        if at >= self._end:
            end = data.find(b"\n", at)
            self._end = len(data) if end < 0 else end
            self._numbers.clear()
        self._numbers.add(number)


def read_at(
    formats: tuple[Format, ...],
    data: bytes,
    start: int,
    floor: int,
    limit: int,
    final: bool,
    *,
    whole: bool = False,
) -> tuple[Trace | Snapshot, Cursor] | int:
    """What the formats read at ``start``, with the cursor behind it; 0 for nothing, or ``WAIT``.

    ``limit`` is where reading must end; ``final`` that no more text can come there; ``whole`` that one
    log event ends there.
    """
    for each in formats:
        cursor = Cursor(data, start, floor=floor, end=limit)
        cursor.whole = whole
        result = None if cursor.underlined else each.read(cursor)
        if cursor.ended and not final:
            return WAIT
        if result is not None and cursor.offset > start:
            tell_runtime(result)
            if not whole and limit < len(data) and cursor.next_offset >= limit:
                result.uncertain.append(TOO_LONG)
            return result, cursor
    return 0
