"""Occurrences into groups: counted, dated, placed, in memory bounded by the number of groups."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeAlias

import msgspec

from ...log_records.clock import Clock, Moment, Stamp
from ...model import Error, Frame, Group, Origin, Snapshot, Trace
from ...signatures.fatal import fatal_traces
from ...signatures.fingerprint import Part, explain
from .timeline import Timeline
from .wanted import UNWANTED, Wanted

SOURCES_KEPT = 10
"""Places kept of one group."""
_SOURCES_NOTED = 16
"""Places noted: where lines of several writers interleave, a trace that starts later may be found first."""
_PENDING = 64

Position: TypeAlias = tuple[int, int]
"""The number of the file, and the byte in it."""
Source: TypeAlias = tuple[int, int, int]
"""The number of the file, the byte in it, and the line, 0 where it is not known."""


class Place(Protocol):
    """A stream in which occurrences stand."""

    number: int
    """Of the file."""
    path: str

    def line_at(self, offset: int) -> int:
        """The number of the line at an offset in it, from 1."""


class Tally(msgspec.Struct):
    """One group while it grows."""

    fingerprint: str
    error: Error
    format: str
    first: Position
    """Where its first occurrence stands."""
    runtime: str | None = None
    count: int = 0
    earliest: Moment | None = None
    latest: Moment | None = None
    sources: list[Source] = []
    timeline: Timeline = msgspec.field(default_factory=Timeline)
    pending: list[Moment | Stamp] = []
    """Moments that are not in the timeline yet."""

    def seen(self, moment: Moment | Stamp | None, clock: Clock) -> None:
        """Count one occurrence."""
        self.count += 1
        if moment is not None:
            self.pending.append(moment)
            if len(self.pending) >= _PENDING:
                self.settle(clock)

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
        first, last = min(moments), max(moments)
        self.earliest = first if self.earliest is None else min(self.earliest, first)
        self.latest = last if self.latest is None else max(self.latest, last)
        self.timeline.add(seconds)
        self.pending = []

    def forget(self) -> None:
        """Count from nothing."""
        self.count, self.earliest, self.latest = 0, None, None
        self.sources, self.timeline, self.pending = [], Timeline(), []

    def merge(self, other: Tally) -> None:
        """Add what ``other``, of the same fingerprint, has counted."""
        if other.first < self.first:
            self.first, self.error, self.format = other.first, other.error, other.format
        self.add(other.count, other.earliest, other.latest, other.sources, other.timeline)

    def add(
        self,
        count: int,
        earliest: Moment | None,
        latest: Moment | None,
        sources: list[Source],
        timeline: Timeline,
    ) -> None:
        """Add what was counted elsewhere."""
        self.count += count
        if earliest is not None and (self.earliest is None or earliest < self.earliest):
            self.earliest = earliest
        if latest is not None and (self.latest is None or latest > self.latest):
            self.latest = latest
        if sources:
            self.sources = sorted(self.sources + sources)[:_SOURCES_NOTED]
        self.timeline.merge(timeline)


Counted: TypeAlias = tuple[int, Moment | None, Moment | None, int, dict[int, int], list[tuple[int, int, int]]]
"""Count, first and last moment, width and buckets of the timeline, and the sources: file, line, offset."""


class Elsewhere(Protocol):
    """Who counts occurrences of known groups beside a grouping."""

    paths: dict[int, str]
    """Of the files, by their numbers."""

    def counted(self) -> Iterator[tuple[str, Counted]]:
        """What was counted since the last time, for each token."""


class Grouping:
    """A sink that groups. ``most`` groups are kept; occurrences of others are only counted."""

    detailed = False

    def __init__(self, most: int, wanted: Wanted, clock: Clock) -> None:
        self.most = most
        self.wanted = wanted
        self._clock = clock
        self._dated = wanted.since is not None or wanted.until is not None
        self.tallies: dict[str, Tally] = {}
        self.traces = 0
        self.beyond = 0
        """Occurrences of groups that are not kept."""
        self.snapshots = 0
        self.paths: dict[int, str] = {}
        """Of the files in which traces were found, by their numbers."""
        self.elsewhere: list[Elsewhere] = []
        """Who else counts occurrences of these groups."""

    def count_again(self, token: str, moment: Moment | Stamp | None, place: Place, offset: int) -> bool:
        """Another occurrence of what ``token`` stands for; False where it must be read after all."""
        tally = self.tallies.get(token)
        if tally is None or self._dated:
            if token == UNWANTED or not self.wanted.at(self._moment(moment)):
                return True
            if tally is None:
                if len(self.tallies) < self.most:
                    return False
                self.beyond += 1
                self.traces += 1
                return True
        self.traces += 1
        tally.count += 1
        if moment is not None:
            tally.pending.append(moment)
            if len(tally.pending) >= _PENDING:
                tally.settle(self._clock)
        if len(tally.sources) < _SOURCES_NOTED:
            self.paths[place.number] = place.path
            tally.sources.append((place.number, offset, place.line_at(offset)))
        return True

    def _take_counts(self) -> None:
        for repeats in self.elsewhere:
            self.paths.update(repeats.paths)
            for token, (count, earliest, latest, width, buckets, sources) in repeats.counted():
                if token != UNWANTED:
                    self.tallies[token].add(count, earliest, latest, sources, Timeline(width, buckets))
                    self.traces += count

    def _moment(self, moment: Moment | Stamp | None) -> Moment | None:
        return self._clock.of_stamp(moment) if isinstance(moment, bytes) else moment

    def trace(self, trace: Trace, moment: Moment | None, position: Position) -> str | None:
        """An occurrence that was read; gives a token where the message does not matter, else ``None``."""
        if not self.wanted.of(trace):
            return UNWANTED
        explanation = explain(trace.error, trace.runtime)
        name = explanation.fingerprint
        if self.wanted.at(moment):
            self._count(name, trace, moment, position)
        return None if _needs_message(explanation.part) else name

    def _count(self, name: str, trace: Trace, moment: Moment | None, position: Position) -> None:
        self.traces += 1
        tally = self.tallies.get(name)
        if tally is None:
            if len(self.tallies) >= self.most:
                self.beyond += 1
                return
            tally = self.tallies[name] = Tally(name, trace.error, trace.format, position, trace.runtime)
        tally.seen(moment, self._clock)
        if len(tally.sources) < _SOURCES_NOTED:
            self.paths[position[0]] = trace.origin.path or ""
            tally.sources.append((*position, trace.origin.line or 0))

    def snapshot(self, snapshot: Snapshot, moment: Moment | None, position: Position, origin: Origin) -> None:
        """A snapshot: each thread that has a fatal error counts as an occurrence of it."""
        self.snapshots += 1
        for trace in fatal_traces(snapshot, origin):
            self.trace(trace, moment, position)

    def merge(self, others: Iterable[Tally]) -> None:
        """Add groups that were counted elsewhere, in the order of their first occurrence."""
        for other in others:
            known = self.tallies.get(other.fingerprint)
            if known is not None:
                known.merge(other)
            elif len(self.tallies) < self.most:
                self.tallies[other.fingerprint] = other
            else:
                self.beyond += other.count

    def start_anew(self) -> None:
        """Keep the groups, and set all counts to nothing."""
        self._take_counts()
        for each in self.tallies.values():
            each.forget()
        self.traces = self.beyond = self.snapshots = 0

    def settled(self) -> list[Tally]:
        """All groups, in the order of their first occurrence."""
        self._take_counts()
        for each in self.tallies.values():
            each.settle(self._clock)
        return sorted(self.tallies.values(), key=lambda each: each.first)


def group_of(
    tally: Tally, clock: Clock, culprit: Callable[[Error, str | None], Frame | None], paths: dict[int, str]
) -> Group:
    """The finished group; ``paths`` are those of the files."""
    tally.settle(clock)
    first = last = clock.iso(tally.earliest) if tally.earliest else None
    if tally.latest is not None and tally.latest != tally.earliest:
        last = clock.iso(tally.latest)
    return Group(
        fingerprint=tally.fingerprint,
        error=tally.error,
        format=tally.format,
        runtime=tally.runtime,
        count=tally.count,
        first_seen=first,
        last_seen=last,
        sources=[
            Origin(path=paths[number], line=line or None, offset=offset)
            for number, offset, line in sorted(tally.sources)[:SOURCES_KEPT]
        ],
        culprit=culprit(tally.error, tally.runtime),
        timeline=tally.timeline.counts(),
    )


def _needs_message(part: Part) -> bool:
    """Whether a message is part of the fingerprint, for want of frames."""
    parts = [part]
    while parts:
        each = parts.pop()
        if each.message is not None:
            return True
        parts += each.members
        if each.root is not None:
            parts.append(each.root)
    return False
