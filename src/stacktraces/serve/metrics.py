"""What the site tells of itself to Prometheus, in its text format."""

from __future__ import annotations

import time
from collections.abc import Iterator
from threading import Lock

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from ..errors import StoreError
from .spool import Spool
from .store import SiteStore

# A series more for each counter, which few read.
disable_created_metrics()  # type: ignore[no-untyped-call]  # the library has no types there
_PATIENCE = 60.0
"""Seconds for which numbers hold that the database has to count."""
_SECONDS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)


class Metrics:
    """Counts what happens; used by the event loop and the worker at once."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        """All that is told."""
        ProcessCollector(registry=self.registry)
        self._answers = Counter(
            "stacktraces_answers",
            "Answers to programs, by operation and status: 429 and 413 are what was refused.",
            ("operation", "status"),
            registry=self.registry,
        )
        self._stored = Counter(
            "stacktraces_stored_occurrences", "Occurrences that were stored.", registry=self.registry
        )
        self._storing = Histogram(
            "stacktraces_storing_seconds",
            "Seconds that it took to group, judge and store what had gathered.",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._lost = Counter(
            "stacktraces_not_stored",
            "Requests that were acknowledged and not stored: unreadable, or set aside for a person.",
            ("why",),
            registry=self.registry,
        )
        self._failures = Counter(
            "stacktraces_database_errors", "Times that the database failed.", registry=self.registry
        )
        self._messages = Counter(
            "stacktraces_messages",
            "Tries to send a message of events, by form of the receiver and result.",
            ("form", "result"),
            registry=self.registry,
        )

    def answered(self, operation: str, status: int) -> None:
        """An operation for programs was answered."""
        self._answers.labels(operation, str(status)).inc()

    def stored(self, occurrences: int, seconds: float) -> None:
        """So many occurrences were stored, in that time."""
        self._stored.inc(occurrences)
        self._storing.observe(seconds)

    def unreadable(self) -> None:
        """What was acknowledged is not what its kind says."""
        self._lost.labels("unreadable").inc()

    def set_aside(self) -> None:
        """What was acknowledged cannot be stored."""
        self._lost.labels("set aside").inc()

    def sent(self, form: str, result: str) -> None:
        """It was tried to send a message: it was ``sent``, is tried ``again``, or is ``given up``."""
        self._messages.labels(form, result).inc()

    def database_failed(self) -> None:
        """The database did not do what was asked of it."""
        self._failures.inc()

    def watch(self, store: SiteStore, spool: Spool) -> None:
        """Tell of these, too."""
        self.registry.register(_Watched(self, store, spool))


class _Watched(Collector):
    """What is looked up when somebody asks."""

    def __init__(self, metrics: Metrics, store: SiteStore, spool: Spool) -> None:
        self._metrics = metrics
        self._store = store
        self._spool = spool
        self._lock = Lock()
        self._counted: list[GaugeMetricFamily] = []
        self._until = 0.0

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing: so the database is not asked when this is registered."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The families."""
        yield GaugeMetricFamily(
            "stacktraces_waiting", "Requests that are on the disk and not in the database.", len(self._spool)
        )
        oldest = self._spool.oldest()
        yield GaugeMetricFamily(
            "stacktraces_waiting_oldest_seconds",
            "For how long the oldest of them has waited.",
            max(0.0, time.time() - oldest / 1e9) if oldest is not None else 0.0,
        )
        with self._lock:
            try:
                if time.monotonic() >= self._until:
                    self._counted = list(self._count())
                    self._until = time.monotonic() + _PATIENCE
            except StoreError:
                self._metrics.database_failed()
                self._counted = []
            yield from self._counted

    def _count(self) -> Iterator[GaugeMetricFamily]:
        statuses, kept = self._store.numbers()
        issues = GaugeMetricFamily("stacktraces_issues", "Issues by status.", labels=["status"])
        for status, count in statuses.items():
            issues.add_metric([status], count)
        yield issues
        yield GaugeMetricFamily("stacktraces_kept_occurrences", "Occurrences that are kept.", kept)
