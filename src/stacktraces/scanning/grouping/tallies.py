"""Occurrences into groups: counted, dated, placed, in memory bounded by the number of groups.

What a group shows of its occurrences does not depend on the order in which they come: its example and its
places are the first ones by time, file and offset.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeAlias

from ...log_records.clock import Clock, Moment, Stamp
from ...model import Origin, Snapshot, Trace
from ...results.contexts import count_context
from ...results.timeline import Timeline
from ...signatures.fatal import fatal_traces
from ...signatures.fingerprint import Part, explain
from ...signatures.issue_rules import IssueRule, IssueRules
from .tally import UNDATED, Key, Position, Source, Tally
from .wanted import UNWANTED, Wanted


class Place(Protocol):
    """A stream in which occurrences stand."""

    number: int
    """Of the file."""
    path: str

    def line_at(self, offset: int) -> int:
        """The number of the line at an offset in it, from 1."""

    def source_offset(self, offset: int) -> int:
        """The offset in the file, for one in it."""


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
        self.detailed = contexts or bool(wanted.where)
        self._contexts = contexts
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
        self.by_message: str | None = None

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
        self.by_message = None
        if not self.wanted.of(trace):
            return UNWANTED
        explanation = explain(trace.error, trace.runtime)
        name, rule, by_message = explanation.fingerprint, None, _needs_message(explanation.part)
        needed = self.rules is not None and self.rules.needs_message(trace.error, trace.runtime, name)
        if by_message and not needed:
            self.by_message = name
        if self.rules is not None:
            rule = self.rules.match(trace.error, trace.runtime, name)
            by_message = by_message or needed
            name = rule.fingerprint(name) if rule is not None else name
            self.by_message = name if self.by_message is not None else None
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
        told = rule.told if rule is not None else None
        tally = self.tallies.get(name)
        if tally is None:
            if len(self.tallies) >= self.most:
                self.beyond += 1
                return
            tally = self.tallies[name] = Tally(name, trace.error, trace.format, key, trace.runtime)
            tally.rule = told
        elif key < tally.first:
            tally.first, tally.error, tally.format, tally.rule = key, trace.error, trace.format, told
            for each in self.elsewhere:
                each.example(name, key)
        tally.seen(moment, self._clock)
        if self._contexts:
            count_context(tally.contexts, trace.context, trace.error)
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
        """All groups, in the order of their first occurrence, behind those of which no time is known."""
        self._take_counts()
        for each in self.tallies.values():
            each.settle(self._clock)
        return sorted(
            self.tallies.values(), key=lambda each: (each.earliest is not None, each.first, each.fingerprint)
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
