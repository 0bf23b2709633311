"""What of an issue one project has sent, or all, within a transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, func, select

from ...known._lookup import chunks
from ...known.schema import FINGERPRINT, ISSUE
from ...model import Status
from .tables import ACTIVITY, FACET, HOUR


class Activity(msgspec.Struct, frozen=True):
    """How often an issue was seen, and when."""

    count: int
    first_seen: str
    """ISO 8601 in UTC, as is ``last_seen``."""
    last_seen: str


def activity(connection: Connection, issues: Collection[str], project: str | None) -> dict[str, Activity]:
    """The activity of each of ``issues`` that was seen there."""
    columns = ACTIVITY.c
    sums = func.sum(columns.count), func.min(columns.first_seen), func.max(columns.last_seen)
    found: dict[str, Activity] = {}
    for chunk in chunks(sorted(issues)):
        statement = select(columns.issue, *sums).where(columns.issue.in_(chunk), *_within(ACTIVITY, project))
        for issue, count, first, last in connection.execute(statement.group_by(columns.issue)):
            found[issue] = Activity(int(count), first, last)
    return found


def hours(connection: Connection, issue: str, project: str | None) -> dict[str, int]:
    """How often ``issue`` was seen there, by the hour in UTC: ``2026-03-01T10``."""
    columns = HOUR.c
    statement = select(columns.hour, func.sum(columns.count)).where(columns.issue == issue)
    statement = statement.where(*_within(HOUR, project)).group_by(columns.hour).order_by(columns.hour)
    return {hour: int(count) for hour, count in connection.execute(statement)}


def facets(connection: Connection, issue: str, project: str | None) -> dict[str, dict[str, int]]:
    """How often ``issue`` was seen there with which value of each facet, the most frequent first."""
    columns, total = FACET.c, func.sum(FACET.c.count)
    statement = select(columns.name, columns.value, total).where(columns.issue == issue)
    statement = statement.where(*_within(FACET, project)).group_by(columns.name, columns.value)
    found: dict[str, dict[str, int]] = {}
    for name, value, count in connection.execute(
        statement.order_by(columns.name, total.desc(), columns.value)
    ):
        found.setdefault(name, {})[value] = int(count)
    return found


def _within(table: Table, project: str | None) -> list[ColumnElement[Any]]:
    return [table.c.project == project] if project is not None else []


def ids(connection: Connection, project: str | None, after: str, most: int) -> Sequence[str]:
    """The ids of ``most`` issues that were seen there, sorted, of those behind ``after``."""
    statement = select(ISSUE.c.id).where(ISSUE.c.id > after, *_seen_in(project))
    return connection.scalars(statement.order_by(ISSUE.c.id).limit(most)).all()


def latest(
    connection: Connection, project: str | None, statuses: Collection[Status], most: int, skip: int
) -> Sequence[str]:
    """The ids of ``most`` issues of those statuses, or all, that were seen there, seen last first."""
    seen = func.coalesce(func.max(FINGERPRINT.c.last_seen), "")
    query = select(ISSUE.c.id).outerjoin(FINGERPRINT, FINGERPRINT.c.issue_id == ISSUE.c.id)
    query = query.where(*_seen_in(project), *([ISSUE.c.status.in_(sorted(statuses))] if statuses else []))
    query = query.group_by(ISSUE.c.id).order_by(seen.desc(), ISSUE.c.id).limit(most).offset(skip)
    return connection.scalars(query).all()


def _seen_in(project: str | None) -> list[ColumnElement[Any]]:
    if project is None:
        return []
    return [ISSUE.c.id.in_(select(ACTIVITY.c.issue).where(ACTIVITY.c.project == project))]
