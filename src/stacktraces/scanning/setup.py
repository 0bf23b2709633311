"""What all walkers of a scan share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from ..containment import ReaderFailures
from ..log_records.clock import Clock
from ..runtimes._grammar import Beginning, beginnings
from ..trace_lines import KnownTraceLines
from ..unwrapping.detection import starts_with_piece
from .fast_path.skeletons import SkeletonMatcher
from .literal_search import Anchors, Search, in_json


class TraceStart(NamedTuple):
    """Where a trace of a grammar may begin whose first anchor was found."""

    matcher: SkeletonMatcher
    beginnings: tuple[Beginning, ...]
    """The furthest first."""


class TraceStarts:
    """For each anchor, where traces that need not be read each time may begin, by each format's grammar.

    Worked out for an anchor when it was found: most logs hold few of them.
    """

    def __init__(self, anchors: Anchors, *, fast: bool) -> None:
        self._anchors = anchors
        self._fast = fast
        self._known: dict[int, tuple[TraceStart, ...]] = {}
        self._matchers: dict[str, SkeletonMatcher] = {}

    def __getitem__(self, number: int) -> tuple[TraceStart, ...]:
        known = self._known.get(number)
        if known is None:
            known = self._known[number] = tuple(self._work_out(number)) if self._fast else ()
        return known

    def _work_out(self, number: int) -> Iterator[TraceStart]:
        literal = self._anchors.literals[number]
        for each in self._anchors.owners[number]:
            if each.grammar is None:
                continue
            anchor = next((plain for plain in each.anchors if literal in (plain, in_json(plain))), literal)
            grammar = each.grammar()
            found = beginnings(grammar, anchor.decode())
            if found:
                if each.name not in self._matchers:
                    self._matchers[each.name] = SkeletonMatcher(each, grammar)
                yield TraceStart(self._matchers[each.name], found)


class ScanSetup(msgspec.Struct, frozen=True):
    """What all walkers of a scan share."""

    anchors: Anchors
    search: Search
    clock: Clock
    lines: KnownTraceLines
    """Of all runtimes' traces."""
    starts: TraceStarts
    native: bool
    """Whether the compiled part counts traces that were read before."""
    failures: ReaderFailures = msgspec.field(default_factory=ReaderFailures)
    """What readers raised."""

    def may_hold(self, log: bytes) -> bool:
        """Whether there may be a trace in a whole log; telling what wraps its lines takes much longer."""
        return bool(self.search(log, 0, len(log))) or starts_with_piece(log, self.lines)


def make_setup(
    anchors: Anchors,
    search: Search,
    clock: Clock,
    lines: KnownTraceLines,
    *,
    fast: bool = True,
    native: bool = False,
    failures: ReaderFailures | None = None,
) -> ScanSetup:
    """``fast`` counts traces whose skeleton was read before; without it each is read, to the same end."""
    return ScanSetup(
        anchors=anchors,
        search=search,
        clock=clock,
        lines=lines,
        starts=TraceStarts(anchors, fast=fast),
        native=native,
        failures=failures or ReaderFailures(),
    )
