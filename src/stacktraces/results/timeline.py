"""How often something happened over time, in bounded memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

import msgspec

_BUCKETS = 64

Span: TypeAlias = tuple[int, int, Sequence[int]]
"""Counts from a start on, in seconds since 1970, and the seconds that each spans."""


class Timeline(msgspec.Struct):
    """Counts over time, in at most 64 buckets of a power of two of seconds, whatever order they come in.

    The buckets start at multiples of their width since 1970, so that any two timelines can be added up.
    """

    width: int = 0
    """Each bucket holds ``2 ** width`` seconds."""
    buckets: dict[int, int] = {}
    """From the seconds since 1970, shifted right by ``width``, to the count."""

    def add(self, seconds: Collection[int]) -> None:
        """Count moments, given in seconds since 1970."""
        if seconds:
            first, last = min(seconds), max(seconds)
            if first >> self.width not in self.buckets or last >> self.width not in self.buckets:
                self._widen(first, last)
            width = self.width
            self._count(Counter([each >> width for each in seconds]))

    @property
    def seconds(self) -> int | None:
        """What each bucket spans; ``None`` where there is none."""
        return 1 << self.width if self.buckets else None

    @property
    def start(self) -> int | None:
        """Where the first bucket starts, in seconds since 1970; ``None`` where there is none."""
        return min(self.buckets) << self.width if self.buckets else None

    def takes(self, start: int, seconds: int, counts: Sequence[int]) -> bool:
        """Add the counts of a span that one bucket holds, or two, as wide as they are; whether it is one."""
        width, buckets = self.width, self.buckets
        first, last = start >> width, (start + seconds * len(counts) - 1) >> width
        if last - first > 1 or seconds > 1 << width or not buckets:
            return False
        if first not in buckets or last not in buckets:
            lowest, highest = min(buckets), max(buckets)
            if max(last, highest) - min(first, lowest) >= _BUCKETS:
                return False
        cut = ((last << width) - start) // seconds if last > first else 0
        for bucket, count in ((first, sum(counts[:cut])), (last, sum(counts[cut:]))):
            if count:
                buckets[bucket] = buckets.get(bucket, 0) + count
        return True

    def merge_spans(self, spans: Sequence[Span]) -> None:
        """Add the counts of ``spans``, whose starts are multiples of their widths."""
        if not spans:
            return
        first = last = spans[0][0]
        widest = 1
        for start, seconds, counts in spans:
            end = start + seconds * len(counts) - 1
            first = start if start < first else first
            last = end if end > last else last
            widest = seconds if seconds > widest else widest
        self.width, self.buckets = self._at(max(self.width, widest.bit_length() - 1))
        if first >> self.width not in self.buckets or last >> self.width not in self.buckets:
            self._widen(first, last)
        width, buckets = self.width, self.buckets
        for start, seconds, counts in spans:
            whole = start >> width
            if (start + seconds * len(counts) - 1) >> width == whole and (total := sum(counts)):
                buckets[whole] = buckets.get(whole, 0) + total
                continue
            shift = width - seconds.bit_length() + 1
            for place, count in enumerate(counts, start // seconds):
                if count:
                    buckets[place >> shift] = buckets.get(place >> shift, 0) + count

    @classmethod
    def of(cls, counts: Sequence[int], start: int | None, seconds: int | None) -> Timeline:
        """The timeline that gives these counts, start and seconds."""
        if start is None or seconds is None:
            return cls()
        width = seconds.bit_length() - 1
        buckets = {(start >> width) + place: count for place, count in enumerate(counts) if count}
        return cls(width, buckets)

    def counts(self) -> list[int]:
        """The count of each bucket from the first to the last that has one."""
        if not self.buckets:
            return []
        return [self.buckets.get(each, 0) for each in range(min(self.buckets), max(self.buckets) + 1)]

    def merge(self, other: Timeline) -> None:
        """Add the counts of ``other``."""
        if not self.buckets:
            self.width, self.buckets = other.width, other.buckets
        elif other.buckets:
            shift = other.width
            self.width, self.buckets = self._at(max(self.width, shift))
            self._widen(min(other.buckets) << shift, ((max(other.buckets) + 1) << shift) - 1)
            self._count(other._at(self.width)[1])

    def _widen(self, first: int, last: int) -> None:
        """Make the buckets wide enough to hold moments between two more."""
        if self.buckets:
            first = min(first, min(self.buckets) << self.width)
            last = max(last, max(self.buckets) << self.width)
        width = self.width
        while (last >> width) - (first >> width) >= _BUCKETS:
            width += 1
        self.width, self.buckets = self._at(width)

    def _at(self, width: int) -> tuple[int, dict[int, int]]:
        if width == self.width:
            return width, self.buckets
        wider: dict[int, int] = {}
        for bucket, count in self.buckets.items():
            place = bucket >> (width - self.width)
            wider[place] = wider.get(place, 0) + count
        return width, wider

    def _count(self, more: Mapping[int, int]) -> None:
        buckets = self.buckets
        for bucket, count in more.items():
            buckets[bucket] = buckets.get(bucket, 0) + count
