"""Keeps a site's tables within their limits, and says what is kept."""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec
from sqlalchemy import Connection, func, select

from ...known import times
from ...known.sql import SqlStore
from ..accounts.tables import AUDIT
from . import forgetting, limits, thinning
from .limits import Limits
from .tables import ACTIVITY, DROPPED, OCCURRENCE

_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0
_FULL = 10
"""Where less than one in so many of a project's issues is left, old ones go."""

_MOST_SUMMED = 10_000
"""Rows that are read to say how many occurrences of an issue are kept."""


class Kept(msgspec.Struct, frozen=True):
    """What a site keeps."""

    counted: int
    """Occurrences there ever were."""
    occurrences: int
    """Those that are kept, by rows: one may stand for several."""
    dropped: dict[str, int]
    """Those that were forgotten, by why."""
    issues: dict[str, int]
    """By project."""


class Keeping:
    """Used by one thread. Every method raises ``StoreError`` where the database fails."""

    def __init__(self, known: SqlStore, most: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._known = known
        self._limits = most
        self._clock = clock
        work = ((self._thin_out, _MINUTE), (self._forget_old, _HOUR), (self._forget_counts, _DAY))
        self._due = [(each, span, -span) for each, span in work]

    def look(self) -> None:
        """Do what is due: to be called often."""
        for index, (work, span, last) in enumerate(self._due):
            if (now := self._clock()) >= last + span:
                self._due[index] = work, span, now
                work()

    def now(self) -> None:
        """Do all of it."""
        for work, _, _ in self._due:
            work()

    def _thin_out(self) -> None:
        with self._known.connection(writes=False) as connection:
            portions, keep = thinning.crowded(connection, self._limits.of_issue, self._limits.occurrences)
        for issues in portions:
            with self._known.connection(writes=True) as connection:
                forgetting.tell(connection, "count", thinning.thin_out(connection, issues, keep))

    def _forget_old(self) -> None:
        now = times.now()
        before = times.days_before(now, self._limits.days)
        self._repeat(
            lambda connection: self._told("age", connection, forgetting.occurrences(connection, before))
        )
        old = times.days_before(now, limits.NAME_DAYS)
        self._repeat(lambda connection: forgetting.names(connection, old, limits.NAMES))
        self._repeat(lambda connection: forgetting.audited(connection, limits.AUDITED))
        for project, number in issues_by_project(self._known).items():
            if number > self._limits.issues - self._limits.issues // _FULL:
                self._forget_issues(project, before)

    def _told(self, reason: str, connection: Connection, number: int) -> int:
        forgetting.tell(connection, reason, number)
        return number

    def _forget_issues(self, project: str, before: str) -> None:
        """Make room for new issues in ``project``."""
        most = max(1, self._limits.issues // _FULL)
        with self._known.connection(writes=True) as connection, self._known.edit_within(connection) as edit:
            issues = forgetting.untouched_issues(connection, before, project, most)
            for each in issues:
                edit.remove(each)
            forgetting.tell(connection, "age", forgetting.all_of(connection, issues))
            if issues:
                row = {"at": times.now(), "account": "the site", "subject": project}
                told = f"forgot {len(issues):,} issues that nobody touched, to make room"
                connection.execute(AUDIT.insert().values(**row, action=told))

    def _forget_counts(self) -> None:
        now = times.now()
        self._known.forget_days(times.days_before(now, limits.COUNT_DAYS)[:10])
        before = times.days_before(now, limits.HOUR_DAYS)
        self._repeat(lambda connection: forgetting.hours(connection, before))

    def _repeat(self, work: Callable[[Connection], int]) -> None:
        """Do ``work`` in one transaction after the other, until it finds nothing more to do."""
        found = 1
        while found:
            with self._known.connection(writes=True) as connection:
                found = work(connection)


def kept(known: SqlStore) -> Kept:
    """What is kept in the site's database. Raises ``StoreError``."""
    with known.connection(writes=False) as connection:
        return Kept(
            counted=int(connection.scalar(select(func.sum(ACTIVITY.c["count"]))) or 0),
            # Told by an index; the rows themselves are large.
            occurrences=connection.scalar(select(func.count()).select_from(OCCURRENCE)) or 0,
            dropped={
                row[0]: row[1] for row in connection.execute(select(DROPPED.c.reason, DROPPED.c["count"]))
            },
            issues=_issues(connection),
        )


def issues_by_project(known: SqlStore) -> dict[str, int]:
    """How many issues each project has. Raises ``StoreError``."""
    with known.connection(writes=False) as connection:
        return _issues(connection)


def _issues(connection: Connection) -> dict[str, int]:
    column = ACTIVITY.c
    statement = select(column.project, func.count(column.issue.distinct())).group_by(column.project)
    return {row[0]: row[1] for row in connection.execute(statement.order_by(column.project))}


def kept_of(known: SqlStore, issue: str) -> int | None:
    """How many occurrences of ``issue`` are kept; ``None`` where it takes long to sum up so many.

    Raises ``StoreError``.
    """
    kept = select(OCCURRENCE.c["count"]).where(OCCURRENCE.c.issue == issue).limit(_MOST_SUMMED + 1).subquery()
    with known.connection(writes=False) as connection:
        number, total = connection.execute(select(func.count(), func.sum(kept.c["count"]))).one()
    return int(total or 0) if number <= _MOST_SUMMED else None
