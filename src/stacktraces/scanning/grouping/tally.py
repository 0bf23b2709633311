"""One group while it grows."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable
from typing import TypeAlias

import msgspec

from ...log_records.clock import Clock, Moment, Stamp
from ...model import Error, Frame, Group, GroupRule, Origin, ValueCounts
from ...results.timeline import Timeline

SOURCES_KEPT = 10
"""Places kept of one group."""
UNDATED = 2**63 - 1
"""The time of an occurrence that bears none: it comes after all that do."""
_PENDING = 64

Position: TypeAlias = tuple[int, int]
"""The number of the file, which is its rank by path, and the byte in it."""
Key: TypeAlias = tuple[int, int, int]
"""An occurrence's nanoseconds since 1970, number of the file, and byte in it: the order of occurrences."""
Source: TypeAlias = tuple[int, int, int, int]
"""The same, and the line, 0 where it is not known."""


class Tally(msgspec.Struct):
    """One group while it grows."""

    fingerprint: str
    error: Error
    """Of the first occurrence."""
    format: str
    first: Key
    """The first occurrence."""
    runtime: str | None = None
    count: int = 0
    earliest: Moment | None = None
    latest: Moment | None = None
    sources: list[Source] = []
    """The first ones, in order."""
    timeline: Timeline = msgspec.field(default_factory=Timeline)
    contexts: dict[str, ValueCounts] = {}
    pending: list[Moment | Stamp] = []
    """Moments that are not in the timeline yet."""
    rule: GroupRule | None = None

    def seen(self, moment: Moment | Stamp | None, clock: Clock) -> None:
        """Count one occurrence."""
        self.count += 1
        if moment is not None:
            self.pending.append(moment)
            if len(self.pending) >= _PENDING:
                self.settle(clock)

    def keeps(self, key: Key) -> bool:
        """Whether the occurrence ``key`` is among the first ones."""
        return len(self.sources) < SOURCES_KEPT or key < self.sources[-1][:3]

    def keep(self, source: Source) -> None:
        """Put it among them."""
        insort(self.sources, source)
        del self.sources[SOURCES_KEPT:]

    def settle(self, clock: Clock) -> None:
        """Bring the first and last moment and the timeline up to date."""
        if not self.pending:
            return
        moments = [each for each in self.pending if type(each) is tuple]
        seconds = [moment[0] // 1_000_000_000 for moment in moments]
        if stamps := [each for each in self.pending if type(each) is bytes]:
            stamped = clock.seconds_of(stamps)
            ends = min(stamped), max(stamped)
            moments += [clock.of_stamp(each) for each, at in zip(stamps, stamped, strict=True) if at in ends]
            seconds += stamped
        self._widen(moments, clock)
        self.timeline.add(seconds)
        self.pending = []

    def _widen(self, moments: list[Moment], clock: Clock) -> None:
        moments = [*moments, *(each for each in (self.earliest, self.latest) if each is not None)]
        first, last = min(moments)[0], max(moments)[0]
        # Of one moment that was printed in several ways, the text decides.
        self.earliest = min({each for each in moments if each[0] == first}, key=clock.iso)
        self.latest = max({each for each in moments if each[0] == last}, key=clock.iso)

    def forget(self) -> None:
        """Count from nothing."""
        self.count, self.earliest, self.latest = 0, None, None
        self.sources, self.timeline, self.contexts, self.pending = [], Timeline(), {}, []

    def merge(self, other: Tally, clock: Clock) -> None:
        """Add what ``other``, of the same fingerprint, has counted."""
        if other.first < self.first:
            self.first, self.error, self.format = other.first, other.error, other.format
            self.rule = other.rule
        self.add(other.count, other.earliest, other.latest, other.sources, other.timeline, clock)

    def add(
        self,
        count: int,
        earliest: Moment | None,
        latest: Moment | None,
        sources: list[Source],
        timeline: Timeline,
        clock: Clock,
    ) -> None:
        """Add what was counted elsewhere."""
        self.count += count
        if earliest is not None and latest is not None:
            self._widen([earliest, latest], clock)
        if sources:
            self.sources = sorted(self.sources + sources)[:SOURCES_KEPT]
        self.timeline.merge(timeline)


def group_of(
    tally: Tally, clock: Clock, culprit: Callable[[Error, str | None], Frame | None], paths: dict[int, str]
) -> Group:
    """The finished group; ``paths`` are those of the files."""
    tally.settle(clock)
    earliest, latest, timeline = tally.earliest, tally.latest, tally.timeline
    return Group(
        fingerprint=tally.fingerprint,
        error=tally.error,
        format=tally.format,
        runtime=tally.runtime,
        count=tally.count,
        first_seen=clock.iso(earliest) if earliest else None,
        last_seen=clock.iso(latest) if latest else None,
        first_seen_ns=earliest[0] if earliest else None,
        last_seen_ns=latest[0] if latest else None,
        sources=[
            Origin(paths[number], line or None, offset, None if at == UNDATED else at)
            for at, number, offset, line in tally.sources
        ],
        culprit=culprit(tally.error, tally.runtime),
        timeline=timeline.counts(),
        timeline_start=timeline.start,
        timeline_width=timeline.seconds,
        contexts=tally.contexts,
        rule=tally.rule,
    )
