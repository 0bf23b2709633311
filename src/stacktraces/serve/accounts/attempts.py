"""How often somebody may fail."""

from __future__ import annotations

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

    def may_try(self, name: str) -> bool:
        """Whether fewer than ``MOST_FAILURES`` were made within ``SPAN``."""
        return len(self._recent(name)) < MOST_FAILURES

    def failed(self, name: str) -> None:
        """Count a failure."""
        recent = [*self._recent(name), self._clock()]
        self._failures.pop(name, None)
        self._failures[name] = recent[-MOST_FAILURES:]
        if len(self._failures) > _MOST_NAMES:
            del self._failures[next(iter(self._failures))]

    def _recent(self, name: str) -> list[float]:
        since = self._clock() - SPAN
        return [each for each in self._failures.get(name, []) if each > since]
