"""Counts over time of many groups on one axis, so that they can be compared."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from ...model import Group

BARS = 60
"""Equal spans of the axis."""


class Axis(msgspec.Struct, frozen=True):
    """From the first to the last moment of all groups."""

    start: datetime
    end: datetime

    def bars(self, group: Group) -> list[int]:
        """The counts of ``group`` in each span; empty where its times are not known.

        A count that the group's own timeline has for a span longer than ours stands where that begins.
        """
        first, last = _moment(group.first_seen), _moment(group.last_seen)
        if first is None or last is None:
            return []
        bars = [0] * BARS
        counts = group.timeline or [group.count]
        for number, count in enumerate(counts):
            share = number / max(1, len(counts) - 1)
            bars[self._place(first + (last - first) * share)] += count
        return bars

    def _place(self, moment: datetime) -> int:
        length = (self.end - self.start).total_seconds()
        share = (moment - self.start).total_seconds() / length if length > 0 else 0
        return min(BARS - 1, max(0, int(share * BARS)))


def common_axis(groups: Iterable[Group]) -> Axis | None:
    """The axis of ``groups``; ``None`` where no time is known. Times without a zone count as UTC."""
    moments = [
        moment
        for group in groups
        for time in (group.first_seen, group.last_seen)
        if (moment := _moment(time)) is not None
    ]
    return Axis(min(moments), max(moments)) if moments else None


def _moment(time: str | None) -> datetime | None:
    if time is None:
        return None
    try:
        moment = datetime.fromisoformat(time)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
