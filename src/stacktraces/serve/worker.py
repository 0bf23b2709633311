"""Takes what waits in the spool, groups and judges it, and stores it: one thread, an entry at a time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from ..errors import StacktracesError
from ..known import Labelled, Run, StoreMatcher, group_traces, label, sightings, times
from ..model import Group
from ..signatures.culprit import culprit
from ..signatures.issue_rules import IssueRules, named
from .intake import Occurrence, reader
from .spool import Entry, Spool
from .store import SiteStore, StoredOccurrence

_PATIENCE = 1.0
"""Seconds between two looks at the spool, unless it is told of an entry."""
_AFTER_FAILURE = 5.0
_LOGGER = logging.getLogger(__name__)


class Worker:
    """Empties a spool into a store, until it is stopped."""

    def __init__(
        self,
        spool: Spool,
        store: SiteStore,
        rules: IssueRules | None = None,
        told: Callable[[Sequence[Labelled]], None] = lambda _: None,
    ) -> None:
        """``told`` hears of the verdicts on what was stored."""
        self._spool = spool
        self._store = store
        self._rules = rules
        self._told = told
        self._wake = threading.Event()
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """There is a new entry."""
        self._wake.set()

    def stop(self) -> None:
        """End after the entry that is being stored; what waits is stored after the next start."""
        self._ended = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._ended:
            self._wake.wait(_PATIENCE)
            self._wake.clear()
            try:
                self.empty()
            except (StacktracesError, OSError) as error:
                # The database or the disk is gone for a while: nothing is lost, and it is tried again.
                _LOGGER.warning("%s", error)
                self._wake.wait(_AFTER_FAILURE)

    def empty(self) -> None:
        """Store all that waits. Raises ``StoreError`` where the database fails."""
        for entry in self._spool.entries():
            if self._ended:
                return
            self._take(entry)
            self._spool.remove(entry.id)

    def _take(self, entry: Entry) -> None:
        try:
            found = list(reader(entry.kind)(entry.content))
        except StacktracesError as error:
            _LOGGER.warning("what was sent to %s as %s is none: %s", entry.project, entry.kind, error)
            found = []
        received = datetime.fromtimestamp(entry.received / 1e9, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        labelled = label(
            _groups(found, received, self._rules),
            self._store.known,
            matcher=StoreMatcher(self._store.known),
            run=Run(now=received),
        )
        issues = {
            each.group.fingerprint: each.judgement.issue.id
            for each in labelled
            if each.judgement.issue is not None and not each.judgement.unsure
        }
        stored = [self._stored(each, entry, received, issues) for each in found]
        to_record = sightings(labelled, self._store.known, run=Run(now=received))
        if self._store.take(entry.id, to_record, stored):
            self._told(labelled)

    def _stored(
        self, found: Occurrence, entry: Entry, received: str, issues: dict[str, str]
    ) -> StoredOccurrence:
        trace = found.trace
        name, _ = named(trace.error, trace.runtime, self._rules)
        own = culprit(trace.error, trace.runtime)
        return StoredOccurrence(
            issue=issues.get(name, ""),
            project=entry.project,
            fingerprint=name,
            seen=_seen(found, received),
            trace=trace,
            environment=found.environment,
            release=found.release,
            own_file=own.file if own is not None else None,
        )


def _seen(found: Occurrence, received: str) -> str:
    moment = times.normalise(found.trace.time)
    return moment if moment is not None and len(moment) > len("2026-01-01") else received


def _groups(found: Sequence[Occurrence], received: str, rules: IssueRules | None) -> list[Group]:
    groups = {each.fingerprint: each for each in group_traces((each.trace for each in found), rules)}
    for each in found:
        name, _ = named(each.trace.error, each.trace.runtime, rules)
        group, seen = groups[name], _seen(each, received)
        group.first_seen = min(filter(None, (group.first_seen, seen)))
        group.last_seen = max(filter(None, (group.last_seen, seen)))
    return list(groups.values())
