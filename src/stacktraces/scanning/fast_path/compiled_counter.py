"""Traces whose skeleton is known, counted by the compiled part.

Without the compiled part they are counted in Python: slower, with the same results.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...unwrapping.streams import Writer
from ..grouping.tallies import Counted, Grouping
from ..grouping.tally import Key
from ..literal_search import native_finder
from ..reading.text import LOOK_BACK, Text
from ..reading.walker import LIMIT
from ..setup import ScanSetup
from .known_traces import Token
from .lessons import EVER, Teacher


class CompiledCounter:
    """Counts known traces in streams that the same carriers wrap, and gives the hits that are to be read."""

    def __init__(self, setup: ScanSetup, sink: Grouping, *, mixed: bool) -> None:
        """``mixed``: lines that nothing wraps stand between those of known shapes, if there are any."""
        since, until = sink.wanted.since, sink.wanted.until
        from .. import _native as native

        self._native = native.Counter(
            native_finder(setup.anchors.literals),
            LOOK_BACK,
            LIMIT,
            -EVER if since is None else max(since, -EVER),
            EVER if until is None else min(until, EVER),
            since is None and until is None,
            setup.clock.zone is None,
            mixed,
        )
        self.teacher = Teacher(self._native, setup, sink.tallies)
        self._sink = sink
        self._floors: dict[Writer, int] = {}
        self._data = b""
        self.paths: dict[int, str] = {}
        """Of the files, by their numbers."""

    def begin(self, floors: dict[Writer, int]) -> None:
        """Another stream follows; ``floors`` holds where each writer's last trace ended."""
        self._floors = floors
        self._native.set_range(*(self._sink.span or (-EVER, EVER)))

    def load(self, text: Text, start: int, stop: int) -> None:
        """Search ``text`` between two offsets of its data."""
        self._data = text.data
        self.paths[text.number] = text.path
        line = text.line_at(text.base + start)
        self._native.load(text.data, start, stop, text.base, text.number, line)

    def next(self, floor: int) -> int:
        """Count known traces up to the next hit, from ``floor`` on, that is to be read; -1 at the end."""
        native, floors, writers = self._native, self._floors, self.teacher.writers
        for writer, number in writers.items():
            native.set_floor(number, floors.get(writer, 0))
        hit: int = native.next(self._data, floor)
        for writer, number in writers.items():
            if end := native.floor(number):
                floors[writer] = end
        return hit

    @property
    def behind(self) -> int:
        """Where the last trace of the chunk ended that was counted."""
        return int(self._native.behind())

    @property
    def passed(self) -> int:
        """Where the first trace starts that the last call of ``next`` counted; -1 for none."""
        return int(self._native.passed())

    @property
    def cut(self) -> bool:
        """What stands at the last hit may go on behind the chunk, between lines of others."""
        return bool(self._native.cut())

    def example(self, token: Token, key: Key) -> None:
        """See :class:`stacktraces.scanning.grouping.tallies.Elsewhere`."""
        if token in self.teacher.slots:
            self._native.set_example(self.teacher.slots[token], *key)

    def counted(self) -> Iterator[tuple[Token, Counted]]:
        """What was counted since the last time, for each token."""
        for token, slot in self.teacher.slots.items():
            counted: Counted = self._native.take_slot(slot)
            if counted[0]:
                yield token, counted


def counter_for(setup: ScanSetup, sink: object, *, mixed: bool) -> CompiledCounter | None:
    """What counts known traces for ``sink``; ``None`` where each occurrence is to be read.

    ``mixed`` is true of text that no carrier wraps: a writer's prefix may stand before some of its lines.
    """
    if setup.native and isinstance(sink, Grouping) and not sink.detailed:
        counter = CompiledCounter(setup, sink, mixed=mixed)
        sink.elsewhere.append(counter)
        return counter
    return None
