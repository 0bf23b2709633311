"""Whether an issue is seen much more often than usual, by its counts per hour.

The rule is a simplified form of the one that Sentry documents for escalating issues
(https://docs.sentry.io/product/issues/states-triage/escalating-issues/): the hour has to exceed what a steady
issue reaches by chance, and what an issue that comes in bursts reached before.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import msgspec

FLOOR = 20
"""Occurrences in an hour that are never many."""
HISTORY = 7 * 24
"""Hours before the one that is judged."""
LEAST_HISTORY = 24
"""Hours since it was seen first; before that nothing is usual."""
_MEANS = 5
_DEVIATIONS = 5
_BUSIEST = 2


class Usual(msgspec.Struct, frozen=True):
    """What is usual of an issue, and the limit that follows from it."""

    mean: float
    """Occurrences an hour."""
    busiest: int
    """Occurrences in the hour with the most."""
    hours: int
    """How many hours were looked at."""
    limit: float
    """The greatest of ``FLOOR``, 5 means, the mean and 5 standard deviations, and twice the busiest hour."""


class Growth(msgspec.Struct, frozen=True):
    """An hour with many more occurrences than is usual."""

    hour: str
    """ISO 8601 in UTC, as ``2026-03-01T10``."""
    count: int
    usual: Usual

    @property
    def reason(self) -> str:
        """The numbers, in words."""
        usual = self.usual
        return (
            f"seen {self.count:,} times in the hour from {self.hour[11:]}:00 UTC, "
            f"which is more than {usual.limit:,.0f}; "
            f"in the {usual.hours} hours before, {usual.mean:,.1f} an hour on average "
            f"and at most {usual.busiest:,}"
        )


def usual(counts: Mapping[str, int], hour: str, first_seen: str) -> Usual | None:
    """What is usual before ``hour`` by the counts of the hours, those without any left out.

    ``first_seen`` is the time or hour at which the issue was seen first, ISO 8601 in UTC. ``None`` where that
    is too short ago.
    """
    at = _moment(hour)
    hours = min(HISTORY, int((at - _moment(first_seen)) / timedelta(hours=1)))
    if hours < LEAST_HISTORY:
        return None
    first = hour_of(at - timedelta(hours=hours))
    before = [count for name, count in counts.items() if first <= name < hour]
    mean = sum(before) / hours
    squares = sum((count - mean) ** 2 for count in before) + mean**2 * (hours - len(before))
    busiest = max(before, default=0)
    limit = max(FLOOR, _MEANS * mean, mean + _DEVIATIONS * math.sqrt(squares / hours), _BUSIEST * busiest)
    return Usual(mean, busiest, hours, limit)


def growth(counts: Mapping[str, int], hour: str, first_seen: str) -> Growth | None:
    """The growth in ``hour``, one of ``counts``; ``None`` where it is within what :func:`usual` says."""
    found, count = usual(counts, hour, first_seen), counts.get(hour, 0)
    return Growth(hour, count, found) if found is not None and count > found.limit else None


def hour_of(moment: datetime) -> str:
    """The hour of ``moment`` as it is kept."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(f"{text[:13]}:00:00+00:00")
