"""Forgetting what is old, a portion at a time, so that no writer waits for long; totals stay exact."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, func, select

from ...known._lookup import chunks
from ...known._rows import insert_into
from ...known.schema import ISSUE
from ..accounts.tables import AUDIT, COMMENT
from .adding import sum_up
from .tables import ACTIVITY, DROPPED, FACET, HOUR, OCCURRENCE, PROJECT, TAKEN, WORD

PORTION = 5000
"""Rows that are forgotten in one transaction."""
_DAY = len("2026-01-31")


def occurrences(connection: Connection, before: str) -> int:
    """Forget some of the occurrences that were seen ``before``; gives how many, 0 where none is left."""
    forgotten = 0
    for project in connection.scalars(select(PROJECT.c.id).order_by(PROJECT.c.id)).all():
        old = (OCCURRENCE.c.project == project) & (OCCURRENCE.c.seen < before)
        forgotten += _first(connection, OCCURRENCE, OCCURRENCE.c.number, old, PORTION - forgotten)
        if forgotten >= PORTION:
            break
    return forgotten


def names(connection: Connection, before: str, most: int) -> int:
    """Forget some of the names of what was stored ``before``, or is not among the latest ``most``."""
    column = TAKEN.c
    latest = select(column.at).order_by(column.at.desc()).limit(1).offset(most)
    since = max(before, connection.scalar(latest) or "")
    return _first(connection, TAKEN, column.entry, column.at < since, PORTION)


def audited(connection: Connection, most: int) -> int:
    """Forget some of the entries of the audit log that are not among the latest ``most``.

    Of log-ins that failed, which anybody can cause, a tenth of that number is kept.
    """
    column, forgotten = AUDIT.c, 0
    for wanted, kept in ((column.account == "", most // 10), (column.account != "", most)):
        latest = select(column.number).where(wanted).order_by(column.number.desc()).limit(1).offset(kept)
        if (last := connection.scalar(latest)) is not None:
            forgotten += _first(connection, AUDIT, column.number, wanted & (column.number <= last), PORTION)
    return forgotten


def _first(connection: Connection, table: Table, key: Any, wanted: Any, most: int) -> int:
    keys = connection.scalars(select(key).where(wanted).limit(most)).all()
    for chunk in chunks(keys):
        connection.execute(table.delete().where(key.in_(chunk)))
    return len(keys)


def hours(connection: Connection, before: str) -> int:
    """Count by the day what was counted by the hour ``before``, of some issues; 0 where there is none."""
    hour, day = HOUR.c.hour, func.substr(HOUR.c.hour, 1, _DAY)
    fine = (hour < before) & (func.substr(hour, _DAY + 1, 3) != "T00")
    issues = connection.scalars(select(HOUR.c.issue).where(fine).distinct().limit(PORTION // 24)).all()
    for chunk in chunks(issues):
        mine = HOUR.c.issue.in_(chunk) & fine
        keys = (HOUR.c.project, HOUR.c.issue, HOUR.c.fingerprint)
        summed = select(*keys, day.label("day"), func.sum(HOUR.c.count)).where(mine).group_by(*keys, day)
        rows = connection.execute(summed).all()
        connection.execute(HOUR.delete().where(mine))
        names = ("project", "issue", "fingerprint", "hour", "count")
        named = ((project, issue, name, f"{day}T00", int(count)) for project, issue, name, day, count in rows)
        sum_up(connection, HOUR, (dict(zip(names, each, strict=True)) for each in named))
    return len(issues)


def untouched_issues(connection: Connection, before: str, project: str, most: int) -> Sequence[str]:
    """Issues of ``project`` that were seen last ``before`` and that nobody said or did anything about."""
    column = ACTIVITY.c
    seen = select(column.issue).group_by(column.issue).having(func.max(column.last_seen) < before)
    here = select(column.issue).where(column.project == project)
    untouched = (ISSUE.c.status == "open") & ISSUE.c.note.is_(None) & ISSUE.c.link.is_(None)
    said = select(COMMENT.c.subject).where(COMMENT.c.subject == ISSUE.c.id).exists()
    wanted = ISSUE.c.id.in_(seen) & ISSUE.c.id.in_(here) & untouched & ~said
    return connection.scalars(select(ISSUE.c.id).where(wanted).order_by(ISSUE.c.id).limit(most)).all()


def all_of(connection: Connection, issues: Sequence[str]) -> int:
    """Forget what was stored and counted of ``issues``; gives the number of occurrences."""
    forgotten = 0
    for chunk in chunks(issues):
        for table in (OCCURRENCE, ACTIVITY, HOUR, FACET, WORD):
            gone = connection.execute(table.delete().where(table.c.issue.in_(chunk))).rowcount
            forgotten += gone if table is OCCURRENCE else 0
    return forgotten


def tell(connection: Connection, reason: str, number: int) -> None:
    """Remember that ``number`` occurrences were forgotten for a ``reason``."""
    if number:
        statement = insert_into(connection, DROPPED)
        more = {"count": DROPPED.c["count"] + statement.excluded["count"]}
        row = {"reason": reason, "count": number}
        connection.execute(statement.on_conflict_do_update(index_elements=["reason"], set_=more), [row])
