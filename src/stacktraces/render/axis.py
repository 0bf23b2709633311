"""Counts over time of many groups on one axis, so that they can be compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise

import msgspec

from ..model import Group

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BARS = 60
"""Equal spans of the axis."""


class Axis(msgspec.Struct, frozen=True):
    """From the first to the last moment of all groups."""

    start: datetime
    end: datetime

    def bars(self, group: Group) -> list[int]:
        """The counts of ``group`` in each span; empty where its times are not known.

        The own timeline of the group has other spans: what happened in one counts as spread evenly over it.
        """
        first, last = _moment(group.first_seen), _moment(group.last_seen)
        if first is None or last is None:
            return []
        counts = group.timeline or [group.count]
        if group.timeline_start is not None and group.timeline_width is not None:
            first = _EPOCH + timedelta(seconds=group.timeline_start)
            last = first + timedelta(seconds=group.timeline_width * len(counts))
        start, end = self._share(first), self._share(last)
        if end - start < 1 / BARS:
            bars = [0] * BARS
            bars[min(BARS - 1, max(0, int(start * BARS)))] = sum(counts)
            return bars
        until = [0, *accumulate(counts)]
        passed = [round(_reached(until, (place / BARS - start) / (end - start))) for place in range(1, BARS)]
        return [after - before for before, after in pairwise([0, *passed, until[-1]])]

    def _share(self, moment: datetime) -> float:
        """How far along the axis ``moment`` stands, from 0 to 1."""
        length = (self.end - self.start).total_seconds()
        return (moment - self.start).total_seconds() / length if length > 0 else 0.0


def _reached(until: Sequence[int], share: float) -> float:
    """How many have happened at ``share`` of the time; ``until`` has the sums at equally spaced moments."""
    place = min(1.0, max(0.0, share)) * (len(until) - 1)
    whole = min(int(place), len(until) - 2)
    return until[whole] + (until[whole + 1] - until[whole]) * (place - whole)


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
