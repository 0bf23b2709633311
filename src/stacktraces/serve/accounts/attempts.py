"""How often somebody may fail."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

MOST_FAILURES = 5
SPAN = 60.0
"""Seconds after which a failure no longer counts."""
_MOST_NAMES = 10_000


class Attempts:
    """Counts failures by name, in memory; the names of the oldest go first."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: dict[str, list[float]] = {}

    def failed(self, name: str) -> None:
        """Count a failure."""
        recent = [*self._recent(name), self._clock()]
        self._failures.pop(name, None)
        self._failures[name] = recent[-MOST_FAILURES:]
        if len(self._failures) > _MOST_NAMES:
            del self._failures[next(iter(self._failures))]

    def forgive(self, name: str) -> None:
        """What was counted last was none."""
        if recent := self._failures.get(name):
            recent.pop()

    def wait(self, name: str) -> int:
        """Seconds until ``name`` may try again; 0 where it may now."""
        recent = self._recent(name)
        return math.ceil(recent[0] + SPAN - self._clock()) if len(recent) >= MOST_FAILURES else 0

    def _recent(self, name: str) -> list[float]:
        since = self._clock() - SPAN
        return [each for each in self._failures.get(name, []) if each > since]
