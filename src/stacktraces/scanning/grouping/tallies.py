"""Occurrences into groups: counted, dated, placed, in memory bounded by the number of groups.

What a group shows of its occurrences does not depend on the order in which they come: its example and its
places are the first ones by time, file and offset.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeAlias

import msgspec

from ...log_records.clock import Clock, Moment, Stamp
from ...model import Error, Frame, Group, GroupRule, Origin, Snapshot, Trace, ValueCounts
from ...results.contexts import count_context
from ...results.timeline import Timeline
from ...signatures.fatal import fatal_traces
from ...signatures.fingerprint import Part, explain
from ...signatures.issue_rules import IssueRule, IssueRules
from .wanted import UNWANTED, Wanted

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


class Place(Protocol):
    """A stream in which occurrences stand."""

    number: int
    """Of the file."""
    path: str

    def line_at(self, offset: int) -> int:
        """The number of the line at an offset in it, from 1."""

    def source_offset(self, offset: int) -> int:
        """The offset in the file, for one in it."""


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


Counted: TypeAlias = tuple[int, Moment | None, Moment | None, int, dict[int, int], list[Source]]
"""Count, first and last moment, width and buckets of the timeline, and the first sources."""


class Elsewhere(Protocol):
    """Who counts occurrences of known groups beside a grouping."""

    paths: dict[int, str]
    """Of the files, by their numbers."""

    def counted(self) -> Iterator[tuple[str, Counted]]:
        """What was counted since the last time, for each token."""

    def example(self, token: str, key: Key) -> None:
        """The first occurrence of a group is now that with ``key``: what comes before it is to be read."""


class Grouping:
    """A sink that groups. ``most`` groups are kept; occurrences of others are only counted.

    With ``span``, only what starts between these two offsets of a stream counts.
    """

    def __init__(
        self,
        most: int,
        wanted: Wanted,
        clock: Clock,
        *,
        contexts: bool = False,
        span: tuple[int, int] | None = None,
        rules: IssueRules | None = None,
    ) -> None:
        self.most = most
        self.rules = rules
        self.wanted = wanted
        self.detailed = contexts
        self.span = span
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
        if not self._spans(offset):
            return True
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
        read = self._moment(moment)
        key = (UNDATED if read is None else read[0], place.number, place.source_offset(offset))
        if key < tally.first:
            return False
        self.traces += 1
        tally.seen(moment, self._clock)
        if tally.keeps(key):
            self.paths[place.number] = place.path
            tally.keep((*key, place.line_at(offset)))
        return True

    def _spans(self, offset: int) -> bool:
        return self.span is None or self.span[0] <= offset < self.span[1]

    def _take_counts(self) -> None:
        for repeats in self.elsewhere:
            self.paths.update(repeats.paths)
            for token, (count, earliest, latest, width, buckets, sources) in repeats.counted():
                if token != UNWANTED:
                    timeline = Timeline(width, buckets)
                    self.tallies[token].add(count, earliest, latest, sources, timeline, self._clock)
                    self.traces += count

    def _moment(self, moment: Moment | Stamp | None) -> Moment | None:
        return self._clock.of_stamp(moment) if isinstance(moment, bytes) else moment

    def trace(self, trace: Trace, moment: Moment | None, position: Position) -> str | None:
        """An occurrence that was read; gives a token where the message does not matter, else ``None``."""
        if not self.wanted.of(trace):
            return UNWANTED
        explanation = explain(trace.error, trace.runtime)
        name, rule, by_message = explanation.fingerprint, None, _needs_message(explanation.part)
        if self.rules is not None:
            rule = self.rules.match(trace.error, trace.runtime, name)
            by_message = by_message or self.rules.needs_message(trace.error, trace.runtime, name)
            name = rule.fingerprint(name) if rule is not None else name
        if self.wanted.at(moment) and self._spans(position[1]):
            self._count(name, trace, moment, position, rule)
        return None if by_message else name

    def _count(
        self,
        name: str,
        trace: Trace,
        moment: Moment | None,
        position: Position,
        rule: IssueRule | None,
    ) -> None:
        self.traces += 1
        key = (UNDATED if moment is None else moment[0], *position)
        tally = self.tallies.get(name)
        if tally is None:
            if len(self.tallies) >= self.most:
                self.beyond += 1
                return
            tally = self.tallies[name] = Tally(name, trace.error, trace.format, key, trace.runtime)
            tally.rule = rule.told if rule is not None else None
        elif key < tally.first:
            tally.first, tally.error, tally.format = key, trace.error, trace.format
            for each in self.elsewhere:
                each.example(name, key)
        tally.seen(moment, self._clock)
        if self.detailed:
            count_context(tally.contexts, trace.context)
        if tally.keeps(key):
            self.paths[position[0]] = trace.origin.path or ""
            tally.keep((*key, trace.origin.line or 0))

    def snapshot(self, snapshot: Snapshot, moment: Moment | None, position: Position, origin: Origin) -> None:
        """A snapshot: each thread that has a fatal error counts as an occurrence of it."""
        self.snapshots += self._spans(position[1])
        for trace in fatal_traces(snapshot, origin):
            self.trace(trace, moment, position)

    def merge(self, others: Iterable[Tally]) -> None:
        """Add groups that were counted elsewhere."""
        for other in others:
            known = self.tallies.get(other.fingerprint)
            if known is not None:
                known.merge(other, self._clock)
            elif len(self.tallies) < self.most:
                self.tallies[other.fingerprint] = other
            else:
                self.beyond += other.count

    def shift_lines(self, number: int, lines: int) -> None:
        """Let the lines of places in the file ``number`` be so many more."""
        if lines == 0:
            return
        self._take_counts()
        for tally in self.tallies.values():
            tally.sources = [
                (*each[:3], each[3] + lines) if each[1] == number and each[3] else each
                for each in tally.sources
            ]

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
        return sorted(self.tallies.values(), key=lambda each: (each.first, each.fingerprint))


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
