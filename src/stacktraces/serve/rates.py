"""How many requests a project may send: a bucket each, which fills at an even rate."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

_SECONDS = 10
"""Of the rate that a project may save up for a burst."""


class Rates:
    """Used by the event loop alone."""

    def __init__(self, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = per_second
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}
        """What is left for each project, and when that was so."""

    def wait(self, project: str) -> int:
        """Seconds until ``project`` may send; 0 where it may now, which is counted."""
        now, most = self._clock(), self._rate * _SECONDS
        left, then = self._buckets.get(project, (most, now))
        left = min(most, left + (now - then) * self._rate)
        if left < 1:
            self._buckets[project] = left, now
            return math.ceil((1 - left) / self._rate)
        self._buckets[project] = left - 1, now
        return 0
