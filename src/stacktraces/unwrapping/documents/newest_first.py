"""Records that a store gives newest first: the lines of a trace stand upside down in them.

Records are put into their order as far as they may be of one trace: those that follow one another in time. Where
several have the same time, stores differ; what is known of the lines of traces tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import msgspec

from ...carriers._keys import Named
from ...log_records.clock import PRINTED, Clock
from ...trace_lines import KnownTraceLines
from .item import Item, Parser

_AT_ONCE = 10**9
"""Nanoseconds: no two lines of a trace are written further apart. Clocks that print seconds need one."""
_MOST_BYTES = 4 << 20
"""Bytes that are turned around at once."""
_MOST_RECORDS = 256
"""Records by which the order is told."""
_FEWEST_LINES = 4
_LINE_START = 96


class Times:
    """When records were logged."""

    def __init__(self) -> None:
        self._clock = Clock()

    def of(self, record: bytes) -> int | None:
        """Nanoseconds since 1970; ``None`` where the record does not say."""
        if record[:1] == b"{":
            try:
                printed = Named(msgspec.json.decode(record, type=dict)).time()
            except (ValueError, RecursionError):
                printed = None
            moment = self._clock.of_printed(printed.encode("utf-8", "replace")) if printed else None
        else:
            found = PRINTED.search(record, 0, _LINE_START)
            moment = self._clock.of_printed(found.group()) if found is not None else None
        return None if moment is None else moment[0]


def are_newest_first(records: list[bytes]) -> bool:
    """Whether the records go back in time, but where another writer's begin."""
    times = Times()
    dated = [moment for record in records[:_MOST_RECORDS] if (moment := times.of(record)) is not None]
    later = sum(second > first for first, second in pairwise(dated))
    earlier = sum(second < first for first, second in pairwise(dated))
    return earlier > 4 * later


def are_lines_newest_first(sample: bytes) -> bool:
    """Whether each line of a log says when it was written, and each an earlier time than the one before."""
    if sample.count(b"\n") < _FEWEST_LINES:
        return False
    times, last, earlier, count = Times(), None, 0, 0
    for line in sample.split(b"\n", _MOST_RECORDS)[:_MOST_RECORDS][:-1]:
        moment = times.of(line)
        if moment is None or (last is not None and moment > last):
            return False
        earlier += last is not None and moment < last
        last, count = moment, count + 1
    return count >= _FEWEST_LINES and earlier > 1


def ties_stand_in_order(records: list[bytes], known: KnownTraceLines) -> bool:
    """Whether records of the same time stand as they were written, though others stand newest first."""
    times = Times()
    escaped = tuple(msgspec.json.encode(each.decode())[1:-1] for each in known.frame_literals)
    frames = (*known.frame_literals, *escaped)
    dated = [(times.of(record), record) for record in records[:_MOST_RECORDS]]
    votes = 0
    for (first_time, first), (second_time, second) in pairwise(dated):
        if first_time == second_time is not None:
            votes += _is_header(first, known) and any(each in second for each in frames)
            votes -= _is_header(second, known) and any(each in first for each in frames)
    return votes > 0


def _is_header(record: bytes, known: KnownTraceLines) -> bool:
    return any(each in record for each in known.header_literals)


class OldestFirst:
    """Turns around what ``inner`` gives newest first."""

    def __init__(self, inner: Parser, *, ties_in_order: bool) -> None:
        self._inner = inner
        self._ties_in_order = ties_in_order
        self._times = Times()
        self._held: list[tuple[int | None, Item]] = []
        self._size = 0

    def feed(self, data: bytes, *, final: bool) -> Iterator[Item]:
        """See :class:`Parser`."""
        for item in self._inner.feed(data, final=final):
            moment = self._times.of(item.text) if item.ended else None
            if self._held and not self._belongs(moment):
                yield from self._turned()
            if not item.ended or (moment is None and not self._held):
                yield item
                continue
            self._held.append((moment, item))
            self._size += len(item.text)
        if final:
            yield from self._turned()

    def _belongs(self, moment: int | None) -> bool:
        """Whether a record may be of the same trace as the last one that is held."""
        last = self._held[-1][0]
        near = moment is not None and last is not None and 0 <= last - moment <= _AT_ONCE
        return near and self._size < _MOST_BYTES

    def _turned(self) -> Iterator[Item]:
        held, self._held, self._size = self._held, [], 0
        held.reverse()
        start = 0
        while start < len(held):
            end = start + 1
            while self._ties_in_order and end < len(held) and held[end][0] == held[start][0]:
                end += 1
            for _, item in reversed(held[start:end]):
                yield item
            start = end
