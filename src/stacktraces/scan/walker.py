"""Going over one stream: from chunks of bytes to traces, the same ones however it is cut into chunks.

What decides is only the text around a hit: up to ``LOOK_BACK`` bytes before its line and ``LIMIT`` bytes
from it on. Where less than that is at hand and the reader met the end, it waits for more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec

from ..cursor import Cursor
from ..formats import Format
from ..model import Origin, Snapshot, Trace
from .blocks import Plain, Token, plain
from .engine import CODE_BITS, CODE_MASK, Anchors, Search
from .groups import Place, Position
from .times import Clock, Moment, Stamp

LOOK_BACK = 8 << 10
"""Bytes before a hit's line in which a trace may start."""
LIMIT = 8 << 20
"""Bytes of one trace that are read."""
LONGEST_LINE = 4 << 20
"""A longer line is passed over."""
SAMPLE = 64 << 10
"""Bytes at the start of a stream by which its carriers are told."""
WAIT = -1
"""More text is needed to tell."""
TOO_LONG = "The trace is longer than 8 MiB; what follows was not read."


class Sink(Protocol):
    """Where traces go."""

    detailed: bool
    """It wants to know the line before a trace, and who wrote it."""

    def again(self, token: Token, moment: Moment | Stamp | None, place: Place, offset: int) -> bool:
        """Another occurrence of what ``token`` stands for; False where it must be read after all."""

    def trace(self, trace: Trace, moment: Moment | None, position: Position) -> Token | None:
        """An occurrence that was read; gives a token for the next one, if there can be one."""

    def snapshot(self, snapshot: Snapshot, moment: Moment | None, position: Position, origin: Origin) -> None:
        """A snapshot that was read."""


class Tools(msgspec.Struct, frozen=True):
    """What all walkers of a scan share."""

    anchors: Anchors
    search: Search
    clock: Clock
    plains: tuple[Plain | None, ...]
    """For each anchor, the plain block of its format."""


def make_tools(anchors: Anchors, search: Search, clock: Clock, *, fast: bool = True) -> Tools:
    """``fast`` takes plain blocks that were seen before without reading them: the results are the same."""
    compiled = {each.name: plain(each) if fast else None for owners in anchors.owners for each in owners}
    plains = (next(filter(None, (compiled[each.name] for each in owners)), None) for owners in anchors.owners)
    return Tools(anchors=anchors, search=search, clock=clock, plains=tuple(plains))


class State(msgspec.Struct, frozen=True):
    """Where a walker stands: two walkers of one stream in the same state go on alike."""

    offset: int
    """All hits before it are dealt with."""
    floors: tuple[tuple[tuple[str, ...], int], ...]
    """For each writer, where its last trace ended, if that can still matter."""


class Text:
    """The part of a stream that is at hand."""

    def __init__(self, path: str, number: int, base: int = 0) -> None:
        self.path = path
        self.number = number
        """Of the file, in the order of the scan."""
        self.data = b""
        self.base = base
        """The offset of ``data`` in the stream."""
        self.final = False
        """There is no more."""
        self.newlines = 0
        """Line ends before ``_counted``, from where the walk began."""
        self._counted = base

    def line_at(self, offset: int) -> int:
        """The number of the line at an offset in the stream, from 1 where the walk began."""
        here, there = self._counted - self.base, offset - self.base
        if there >= here:
            self.newlines += self.data.count(b"\n", here, there)
            self._counted = offset
            return self.newlines + 1
        return self.newlines - self.data.count(b"\n", max(there, 0), here) + 1

    def origin(self, offset: int) -> Origin:
        """The place of that offset in the stream."""
        return Origin(path=self.path, line=self.line_at(offset), offset=offset)

    def position(self, at: int) -> Position:
        """The place of an offset in ``data``, for sorting."""
        return self.number, self.base + at

    def start_of_line(self, at: int) -> int:
        """Where in ``data`` the line at ``at`` starts."""
        return self.data.rfind(b"\n", 0, at) + 1

    def end_of_line(self, at: int) -> int:
        """Where in ``data`` the line after that at ``at`` starts."""
        end = self.data.find(b"\n", at)
        return len(self.data) if end < 0 else end + 1

    def look_back(self, line: int, floor: int) -> int:
        """The first start of a line from ``floor`` on, at most ``LOOK_BACK`` before the one at ``line``."""
        lowest = line - LOOK_BACK
        if lowest <= floor:
            return floor
        found = self.data.find(b"\n", lowest - 1, line)
        return found + 1 if found >= 0 else line

    def begin(self, base: int, counted: int) -> None:
        """What comes first is at ``base`` of the stream; lines count from ``counted``."""
        self.base = base
        self._counted = counted

    def skip(self, size: int) -> None:
        """Pass over bytes without line ends, none being at hand."""
        self.base += size
        self._counted = self.base

    def drop(self, keep: int) -> None:
        """Forget what stands before ``keep``."""
        if keep > 0:
            self.line_at(max(self.base + keep, self._counted))
            self.data = self.data[keep:]
            self.base += keep


class Reader(Protocol):
    """Reads at a hit: plain text, or lines of a carrier."""

    floors: dict[tuple[str, ...], int]
    """For each writer, the offset in the stream where its last trace ended."""

    def take(self, text: Text, start: int, number: int) -> int:
        """Reads at the anchor ``number`` that stands at ``start`` of ``text.data``.

        Gives the offset up to which hits are of what was read, 0 for nothing, or ``WAIT``.
        """


class Walker:
    """Goes over one stream."""

    def __init__(
        self, tools: Tools, text: Text, choose: Callable[[bytes], Reader], until: int | None = None
    ) -> None:
        self.tools = tools
        self.text = text
        self._choose = choose
        self._until = until
        """The offset in the stream, a start of a line, at which another walker takes over."""
        self.reader: Reader | None = None
        self._resume = 0
        """Offset in ``text.data`` from which hits are dealt with."""
        self._in_long_line = False

    def begin(self, state: State, sample: bytes) -> None:
        """Go on from ``state`` instead of the start; the next chunk is to start at ``text.base``.

        ``sample`` is the start of the stream.
        """
        self.text.begin(max(state.offset - LOOK_BACK - 1, 0), state.offset)
        self._resume = state.offset - self.text.base
        self.reader = self._choose(sample)
        self.reader.floors.update(state.floors)

    @property
    def done(self) -> bool:
        """All up to where another walker takes over is dealt with."""
        return self._until is not None and self.text.base + self._resume >= self._until

    @property
    def waiting(self) -> bool:
        """A trace goes on beyond what is at hand: the next chunk may be larger."""
        return len(self.text.data) - self._resume > LOOK_BACK

    def feed(self, chunk: bytes, *, final: bool) -> None:
        """Go on with ``chunk``, the last one if ``final``."""
        text = self.text
        if self._in_long_line:
            chunk = self._rest_after_long_line(chunk)
        text.data = text.data + chunk if text.data else chunk
        text.final = final
        data = text.data
        if self.reader is None:
            if len(data) < SAMPLE and not final:
                return
            self.reader = self._choose(data[:SAMPLE])
        stop = len(data) if final else data.rfind(b"\n", self._resume) + 1
        if self._until is not None:
            stop = min(stop, self._until - text.base)
        if stop > self._resume:
            self._resume = self._deal_with(self.tools.search(data, self._resume, stop), stop)
        if not final:
            self._keep_what_matters()

    def state(self) -> State:
        """Where the walk stands."""
        offset = self.text.base + self._resume
        floors = self.reader.floors if self.reader is not None else {}
        return State(offset, tuple(sorted(each for each in floors.items() if each[1] > offset - LOOK_BACK)))

    def _deal_with(self, hits: list[int], stop: int) -> int:
        """Reads at the hits in order; where the next ones are to be looked for."""
        text, floor = self.text, 0
        assert self.reader is not None
        take = self.reader.take
        refused = Refused()
        for hit in hits:
            start = hit >> CODE_BITS
            if start < floor or refused.again(start, hit & CODE_MASK):
                continue
            end = take(text, start, hit & CODE_MASK)
            if end == WAIT:
                return text.start_of_line(start)
            if end > floor:
                floor = end
            else:
                refused.add(text.data, start, hit & CODE_MASK)
        return max(floor, stop)

    def _keep_what_matters(self) -> None:
        text = self.text
        line = text.start_of_line(self._resume)
        if len(text.data) - line > LONGEST_LINE + LIMIT:
            self._in_long_line = True
            text.drop(len(text.data))
            self._resume = 0
            return
        keep = max(line - LOOK_BACK - 1, 0)
        text.drop(keep)
        self._resume -= keep

    def _rest_after_long_line(self, chunk: bytes) -> bytes:
        end = chunk.find(b"\n")
        self._in_long_line = end < 0
        self.text.skip(len(chunk) if end < 0 else end)
        return b"" if end < 0 else chunk[end:]


class Refused:
    """Anchors in a line at which nothing was read: a reader sees the line, so another hit gives the same."""

    def __init__(self) -> None:
        self._end = 0
        self._numbers: set[int] = set()

    def again(self, at: int, number: int) -> bool:
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
        result = each.read(cursor)
        if cursor.ended and not final:
            return WAIT
        if result is not None and cursor.offset > start:
            if limit < len(data) and cursor.offset >= limit:
                result.uncertain.append(TOO_LONG)
            return result, cursor
    return 0
