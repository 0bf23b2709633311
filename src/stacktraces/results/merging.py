"""Results added up, in any order and any nesting, to the same sum."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import msgspec

from .._garbage import few_collections
from ..model import Group, Origin, ValueCounts
from ..sources.paths import Age, age
from . import contexts
from .packed import PackedResult, unpacked
from .ranges import complete, count_lines_from
from .result import Range, Result, Stats, Unreadable
from .timeline import Span, Timeline
from .unread import added_up, placed

SOURCES_KEPT = 10
"""Places kept of one group."""
_NEVER = 1 << 64
"""Comes after every time."""
_MOST_SPANS = 16
"""Timelines that are added up at once."""

_Place: TypeAlias = tuple[int, Age, int, int]
"""Time, path, offset and line."""
_NOWHERE: _Place = (_NEVER, age(""), 0, 0)


def merged(results: Iterable[Result]) -> Result:
    """The sum of ``results``."""
    total = Sum()
    with few_collections():
        for each in results:
            total.add(each)
        return total.result()


class Sum:
    """Adds results up one after another; memory grows with the distinct groups, not with the results."""

    def __init__(self) -> None:
        self._groups: dict[str, _Total] = {}
        self._stats = Stats()
        self._unreadable: set[Unreadable] = set()
        self._ranges: list[Range] = []

    def add(self, result: Result) -> None:
        """Add ``result``, which stays as it is."""
        _add_groups(self._groups, result.groups)
        self._add_rest(result)

    def add_packed(self, result: PackedResult) -> None:
        """Add ``result``, of whose groups only those are unpacked that change more than counts."""
        totals = self._groups
        spans = zip(result.starts, result.widths, result.timelines, strict=True)
        columns = result.fingerprints, result.groups, result.counts, result.firsts, result.lasts
        for name, group, count, first, last, (start, width, counts) in zip(*columns, spans, strict=True):
            total = totals.get(name)
            if total is None or first is None or last is None or not total.is_between(first, last):
                _add_groups(totals, (unpacked(group),))
                continue
            total.alone = False
            total.count += count
            if start is not None and width is not None:
                total.add_span((start, width, counts))
        self._add_rest(result.rest)

    def _add_rest(self, result: Result) -> None:
        for field in ("bytes", "traces", "beyond", "snapshots", "files", "seconds"):
            setattr(self._stats, field, getattr(self._stats, field) + getattr(result.stats, field))
        self._stats.unread = added_up([*self._stats.unread, *result.stats.unread])
        self._unreadable.update(result.unreadable)
        self._ranges += result.ranges

    def result(self) -> Result:
        """The sum so far."""
        left, starts = complete(self._ranges)
        groups = [total.group() for total in self._groups.values()]
        for group in groups if starts else ():
            group.sources = [count_lines_from(starts, each) for each in group.sources]
        unread = self._stats.unread
        stats = msgspec.structs.replace(
            self._stats,
            unread=placed(unread, lambda each: count_lines_from(starts, each)) if starts else unread,
            groups=len(groups),
            unreadable=len(self._unreadable),
            seconds=round(self._stats.seconds, 3),
        )
        unreadable = sorted(self._unreadable, key=lambda each: (each.reason, each.path, each.detail or ""))
        return Result(sorted(groups, key=order_of), stats, unreadable, left)


def _add_groups(totals: dict[str, _Total], groups: Iterable[Group]) -> None:
    """Add ``groups``. Most of them change a count and a bucket of what is known: these take no call here."""
    find = totals.get
    for group in groups:
        total = find(group.fingerprint)
        if total is None:
            total = totals[group.fingerprint] = _Total(group)
        else:
            total.alone = False
        total.count += group.count
        first, last = group.first_seen_ns, group.last_seen_ns
        if first is None or last is None:
            total.add_places(group)
        else:
            # Most groups come behind all places that are kept: one comparison of numbers tells.
            if first <= total.worst_at:
                total.add_places(group)
                total.begin(group, first)
            if last >= total.latest_at:
                total.end(group, last)
            start, width = group.timeline_start, group.timeline_width
            if start is not None and width is not None:
                counts, shift, buckets = group.timeline, total.shift, total.buckets
                bucket, end = start >> shift, (start + width * len(counts) - 1) >> shift
                if bucket in buckets and end == bucket:
                    buckets[bucket] += sum(counts)
                elif bucket in buckets and end in buckets and end == bucket + 1 and width <= 1 << shift:
                    cut = ((end << shift) - start) // width
                    buckets[bucket] += sum(counts[:cut])
                    buckets[end] += sum(counts[cut:])
                else:
                    total.add_span((start, width, counts))
        if group.contexts:
            total.contexts = contexts.add(total.contexts, group.contexts)


class _Total:
    """The sum of groups with one fingerprint."""

    __slots__ = (
        "_earliest",
        "_earliest_at",
        "_example",
        "_first",
        "_latest",
        "_sources",
        "_spans",
        "_timeline",
        "alone",
        "buckets",
        "contexts",
        "count",
        "latest_at",
        "shift",
        "worst_at",
    )

    def __init__(self, example: Group) -> None:
        """Nothing yet, of which ``example`` is the first that will be added."""
        self._example = example
        self.alone = True
        """Nothing else was added."""
        self._earliest_at, self.latest_at = _NEVER, -_NEVER
        self._earliest = self._latest = ""
        """The same as printed."""
        self._first = _first_place(example)
        self.count = 0
        self._sources: list[Origin] = []
        self.worst_at = _NEVER
        """The time of the last place that is kept, where there is no room for more."""
        self._timeline = Timeline()
        self.shift, self.buckets = self._timeline.width, self._timeline.buckets
        """Those of the timeline: what falls into a bucket that there is may be counted there."""
        self._spans: list[Span] = []
        self.contexts: dict[str, ValueCounts] = {}

    def is_between(self, first: int, last: int) -> bool:
        """Whether what was first and last seen then has none of the first places, and not the last time."""
        return first > self.worst_at and last < self.latest_at

    def add_span(self, span: Span) -> None:
        """Add counts over time that do not fall into the buckets that there are."""
        if not self._timeline.takes(*span):
            self._spans.append(span)
            if len(self._spans) >= _MOST_SPANS:
                self._settle()

    def add_places(self, group: Group) -> None:
        """Keep the places of ``group`` that are among the first, and it as the example where it is."""
        if not group.sources:
            return
        first, example = _first_place(group), self._example
        if first <= self._first and (
            first < self._first or (group is not example and _text(group) < _text(example))
        ):
            self._example, self._first = group, first
        self._sources = sorted([*self._sources, *group.sources], key=_place)[:SOURCES_KEPT]
        if len(self._sources) == SOURCES_KEPT:
            self.worst_at = _place(self._sources[-1])[0]

    def begin(self, group: Group, first: int) -> None:
        """``group`` was perhaps seen before all others."""
        printed = group.first_seen or ""
        if (first, printed) < (self._earliest_at, self._earliest):
            self._earliest_at, self._earliest = first, printed

    def end(self, group: Group, last: int) -> None:
        """``group`` was perhaps seen after all others."""
        printed = group.last_seen or ""
        if (last, printed) > (self.latest_at, self._latest):
            self.latest_at, self._latest = last, printed

    def _settle(self) -> None:
        self._timeline.merge_spans(self._spans)
        self.shift, self.buckets = self._timeline.width, self._timeline.buckets
        self._spans = []

    def group(self) -> Group:
        """The sum."""
        if self.alone:
            return msgspec.structs.replace(self._example)
        self._settle()
        example, timeline, dated = self._example, self._timeline, self._earliest_at != _NEVER
        return Group(
            fingerprint=example.fingerprint,
            error=example.error,
            format=example.format,
            runtime=example.runtime,
            count=self.count,
            first_seen=self._earliest if dated else None,
            last_seen=self._latest if dated else None,
            first_seen_ns=self._earliest_at if dated else None,
            last_seen_ns=self.latest_at if dated else None,
            sources=self._sources,
            timeline=timeline.counts(),
            timeline_start=timeline.start,
            timeline_width=timeline.seconds,
            contexts=self.contexts,
            culprit=example.culprit,
            rule=example.rule,
        )


def order_of(group: Group) -> tuple[bool, _Place, str]:
    """The order of groups: that of their first occurrences, behind those of which no time is known."""
    place = _first_place(group)
    return place[0] != _NEVER, place, group.fingerprint


def _first_place(group: Group) -> _Place:
    return _place(group.sources[0]) if group.sources else _NOWHERE


def _place(origin: Origin) -> _Place:
    at = origin.time_ns
    return _NEVER if at is None else at, age(origin.path or ""), origin.offset or 0, origin.line or 0


def _text(group: Group) -> bytes:
    """Decides which example is shown where two inputs have the same name, and occurrences the same place."""
    try:
        return msgspec.json.encode((group.error, group.format, group.runtime))
    except UnicodeEncodeError:
        return repr((group.error, group.format, group.runtime)).encode("utf-8", "backslashreplace")
