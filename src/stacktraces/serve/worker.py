"""Takes what waits in the spool, groups and judges it, and stores it: one thread, many entries at a time."""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from datetime import UTC, datetime
from typing import NamedTuple, TypeAlias

from sqlalchemy import Connection

from ..errors import StacktracesError
from ..known import Labelled, Run, Sighting, label, sightings, times
from ..model import Group
from ..scrubbing import Scrubber, default_rules
from ..signatures.culprit import culprit
from ..signatures.issue_rules import IssueRules, named
from .intake import Occurrence, reader
from .metrics import Metrics
from .portions import portions
from .remembering import RememberingMatcher
from .spool import Entry, Spool
from .store import SiteStore, StoredOccurrence
from .store.keeping import Keeping
from .store.limits import Limits
from .store.room import Room

_PATIENCE = 1.0
"""Seconds between two looks at the spool, unless it is told of an entry."""
_GATHERING = 0.1
"""Seconds in which entries gather behind the first one: a transaction costs the same for one as for many."""
_AFTER_FAILURE = 5.0
_MOST_ENTRIES = 500
_MOST_BYTES = 8 << 20
"""Of the entries that are taken at a time."""
MOST_AT_ONCE = 5000
"""Occurrences that are stored in one transaction: each takes some 10 kB of memory until then."""
_LOGGER = logging.getLogger(__name__)


Hear: TypeAlias = Callable[[Connection, Sequence[Labelled], Sequence[StoredOccurrence]], None]
"""Hears of verdicts and what they are on, in the transaction that stores it and that it may write to."""


class _Named(NamedTuple):
    """An occurrence with what names it."""

    occurrence: Occurrence
    entry: Entry
    group: Group
    seen: str


class Worker:
    """Empties a spool into a store, until it is stopped."""

    def __init__(
        self,
        spool: Spool,
        store: SiteStore,
        rules: IssueRules | None = None,
        hear: Hear = lambda *_: None,
        limits: Limits | None = None,
        metrics: Metrics | None = None,
        scrubber: Scrubber | None = None,
    ) -> None:
        """``hear`` is told what is being stored; ``metrics`` counts it; secrets are scrubbed by our rules."""
        self._scrubber = scrubber or Scrubber(default_rules())
        limits = limits or Limits()
        self._keeping = Keeping(store.known, limits)
        self._room = Room(store.known, limits.issues)
        self._metrics = metrics or Metrics()
        self._spool = spool
        self._store = store
        self._rules = rules
        self._matcher = RememberingMatcher(store.known)
        self._hear = hear
        self._wake = threading.Event()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """There is a new entry."""
        self._wake.set()

    def stop(self) -> None:
        """End after what is being stored; what waits is stored after the next start."""
        self._ending.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._ending.is_set():
            if self._wake.wait(_PATIENCE):
                self._ending.wait(_GATHERING)
            self._wake.clear()
            try:
                while self._take_some():
                    self._keep_within_limits()
                self._keep_within_limits()
            except (StacktracesError, OSError) as error:
                # The database or the disk is gone for a while: nothing is lost, and it is tried again.
                _LOGGER.warning("%s", error)
                self._metrics.database_failed()
                self._wake.wait(_AFTER_FAILURE)

    def _keep_within_limits(self) -> None:
        try:
            self._keeping.look()
        except (StacktracesError, OSError):
            raise
        except Exception:
            # Nor must one here end the thread.
            _LOGGER.exception("what is kept could not be looked through")

    def empty(self) -> None:
        """Store all that waits. Raises ``StoreError`` where the database fails."""
        while self._take_some():
            pass

    def _take_some(self) -> bool:
        """Store the first of what waits; False where nothing does, or this is to end."""
        if self._ending.is_set() or not (entries := self._spool.first(_MOST_ENTRIES, _MOST_BYTES)):
            return False
        try:
            self._take(entries)
        except (StacktracesError, OSError):
            raise
        except Exception:
            # A defect of ours must not keep all that follows from being stored.
            _LOGGER.exception("what was sent could not be stored")
            self._take_each(entries)
        self._spool.remove(entries)
        return True

    def _take_each(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            try:
                self._take([entry])
            except (StacktracesError, OSError):
                raise
            except Exception:
                _LOGGER.exception("%s is set aside", entry.id)
                self._metrics.set_aside()
                self._spool.set_aside(entry)

    def _take(self, entries: Sequence[Entry]) -> None:
        """Store ``entries``, in few transactions."""
        taken = self._store.taken({entry.id for entry in entries})
        waiting = (entry for entry in entries if entry.id not in taken)
        for found, names in portions(waiting, self._read, MOST_AT_ONCE):
            if not self._store.taken(names):  # A part of an entry may be stored already.
                self._take_portion(found, names)

    def _take_portion(self, found: Sequence[_Named], names: Sequence[str]) -> None:
        """Store ``found`` under ``names``, in one transaction."""
        began = time.monotonic()
        ids = [_sent_as(each) for each in found]
        before = self._store.taken({name for name in ids if name is not None})
        fresh: dict[str, _Named] = {}
        for number, (name, each) in enumerate(zip(ids, found, strict=True)):
            if name is None or name not in before:
                fresh.setdefault(name or str(number), each)
        labelled, seen = self._judged(list(fresh.values()))
        stored = [_stored(each) for each in fresh.values() if not _is_ignored(each.group)]
        seen = self._room.fit(seen, stored)
        marks = [*names, *(name for name in fresh if "/" in name)]
        if self._store.take(marks, seen, stored, lambda each: self._hear(each, labelled, stored)):
            self._metrics.stored(sum(each.count for each in stored), time.monotonic() - began)

    def _read(self, entry: Entry) -> Iterator[_Named]:
        found = iter(reader(entry.kind)(entry.content))
        while True:
            try:
                each = next(found, None)
            except (StacktracesError, RecursionError) as error:
                _LOGGER.warning("what was sent to %s as %s is none: %s", entry.project, entry.kind, error)
                self._metrics.unreadable()
                return
            if each is None:
                return
            self._scrubber.trace(each.trace)
            yield self._named(each, entry)

    def _named(self, found: Occurrence, entry: Entry) -> _Named:
        trace = found.trace
        name, rule = named(trace.error, trace.runtime, self._rules)
        seen = _seen(found, _received(entry))
        group = Group(name, trace.error, trace.format, trace.runtime, rule=rule)
        group.count, group.first_seen, group.last_seen = found.count, seen, seen
        group.culprit = culprit(trace.error, trace.runtime)
        return _Named(found, entry, group, seen)

    def _judged(self, found: Sequence[_Named]) -> tuple[list[Labelled], list[Sighting]]:
        """The verdicts on the groups of ``found``, and what to record; by release, which may decide."""
        by_release: dict[str | None, dict[str, Group]] = defaultdict(dict)
        for each in found:
            groups, name = by_release[each.occurrence.release], each.group.fingerprint
            if name in groups:
                _add(groups[name], each)
            else:
                # A copy: the group of an occurrence stays that of the one.
                groups[name] = copy(each.group)
        known, now = self._store.known, times.now()
        self._matcher.look_up({each.group.fingerprint for each in found})
        labelled, seen = [], []
        for release, groups in by_release.items():
            run = Run(now=now, app_version=release)
            judged = label(list(groups.values()), known, matcher=self._matcher, run=run)
            labelled += judged
            seen += sightings([each for each in judged if not _is_ignored(each.group)], known, run=run)
        return labelled, seen


def _is_ignored(group: Group) -> bool:
    return group.rule is not None and group.rule.ignore


def _add(total: Group, each: _Named) -> None:
    total.count += each.occurrence.count
    total.first_seen = min(total.first_seen or each.seen, each.seen)
    total.last_seen = max(total.last_seen or each.seen, each.seen)


def _sent_as(each: _Named) -> str | None:
    """What is the same where a sender sends an occurrence again; ``None`` where it gave it no name."""
    sent = each.occurrence.id
    return f"{each.entry.project}/{sent[:200]}" if sent is not None else None


def _stored(found: _Named) -> StoredOccurrence:
    own = found.group.culprit
    return StoredOccurrence(
        issue="",  # told when it is stored
        project=found.entry.project,
        fingerprint=found.group.fingerprint,
        seen=found.seen,
        trace=found.occurrence.trace,
        environment=found.occurrence.environment,
        release=found.occurrence.release,
        own_file=own.file if own is not None else None,
        count=found.occurrence.count,
    )


def _received(entry: Entry) -> str:
    return datetime.fromtimestamp(entry.received / 1e9, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _seen(found: Occurrence, received: str) -> str:
    moment = times.normalise(found.trace.time)
    return moment if moment is not None and len(moment) > len("2026-01-01") else received
