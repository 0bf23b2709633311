"""How many requests a project or an address may send: a bucket each, which fills at an even rate."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

_SECONDS = 10
"""Of the rate that may be saved up for a burst, unless told otherwise."""
_MOST_NAMES = 10_000
"""That are remembered; those that asked last."""


class Rates:
    """Used by the event loop alone."""

    def __init__(
        self, per_second: float, burst: float | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate = per_second
        self._most = burst if burst is not None else per_second * _SECONDS
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}
        """What is left for each name, and when that was so."""

    def wait(self, name: str) -> int:
        """Seconds until ``name`` may send; 0 where it may now, which is counted."""
        now = self._clock()
        left, then = self._buckets.pop(name, (self._most, now))
        left = min(self._most, left + (now - then) * self._rate)
        may = left >= 1
        self._buckets[name] = left - may, now
        if len(self._buckets) > _MOST_NAMES:
            del self._buckets[next(iter(self._buckets))]
        return 0 if may else math.ceil((1 - left) / self._rate)
