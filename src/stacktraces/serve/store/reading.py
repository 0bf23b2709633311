"""Reading issues and occurrences, within a transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, Table, false, func, select

from ...known import Issue, times
from ...known._lookup import chunks
from ...known.schema import FINGERPRINT, ISSUE
from ...model import Trace
from .records import Filter, StoredOccurrence
from .tables import ACTIVITY, FACET, HOUR, OCCURRENCE, WORD
from .words import searched

_FACETS = ("environment", "release", "host", "type", "own_file")
LONGEST_TEXT = 200
"""Characters that are searched for."""
_DAY, _HOUR = len("2026-01-31"), len("2026-01-31T12")
_DAYS_BY_HOUR = 5
_BEHIND_ALL = "\U0010ffff"
"""Sorts behind whatever continues a word."""


def chosen(connection: Connection, wanted: Filter, most: int, after: int) -> tuple[Sequence[str], int]:
    """The ids of a page of the issues that ``wanted`` describes, and the number of all of them."""
    rows = connection.execute(page_of(wanted, most, after)).all()
    if rows:
        return [row[0] for row in rows], rows[0][1]
    behind = after or most == 0
    total = connection.scalar(select(func.count()).select_from(_found(wanted).subquery())) if behind else 0
    return [], total or 0


def page_of(wanted: Filter, most: int, after: int) -> Select[Any]:
    """What gives the ids of a page, each with the number of all; both in one pass over the issues."""
    columns = ACTIVITY.c
    orders = {
        "last_seen": func.max(columns.last_seen),
        "first_seen": func.min(columns.first_seen),
        "count": func.sum(columns["count"]),
    }
    page = _found(wanted).add_columns(func.count().over())
    page = page.order_by(orders[wanted.sort or "last_seen"].desc(), columns.issue)
    return page.limit(most).offset(after)


def _found(wanted: Filter) -> Select[Any]:
    return select(ACTIVITY.c.issue).where(*_conditions(wanted)).group_by(ACTIVITY.c.issue)


def _conditions(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    issue = ACTIVITY.c.issue
    if wanted.project is not None:
        yield ACTIVITY.c.project == wanted.project
    if wanted.status is not None:
        yield issue.in_(select(ISSUE.c.id).where(ISSUE.c.status == wanted.status))
    for name in _FACETS:
        if (value := getattr(wanted, name)) is not None:
            named = FACET.c.name == name, FACET.c.value == value
            yield issue.in_(select(FACET.c.issue).where(*named, *_within(FACET, wanted)))
    if wanted.text:
        words = searched(wanted.text[:LONGEST_TEXT])
        for word in words:
            begins = WORD.c.word >= word, WORD.c.word < word + _BEHIND_ALL
            yield issue.in_(select(WORD.c.issue).where(*begins, *_within(WORD, wanted)))
        if not words:
            yield false()


def _within(table: Table, wanted: Filter) -> list[ColumnElement[bool]]:
    return [table.c.project == wanted.project] if wanted.project is not None else []


def occurrences(
    connection: Connection, issue: str, project: str | None, most: int, after: int
) -> list[StoredOccurrence]:
    """The latest occurrences of ``issue``, in ``project`` or all: ``most`` behind the first ``after``."""
    names = [name for name in StoredOccurrence.__struct_fields__ if name != "trace"]
    columns = OCCURRENCE.c
    statement = (
        select(columns.trace, *(columns[name] for name in names))
        .where(columns.issue == issue, *([columns.project == project] if project is not None else []))
        .order_by(columns.seen.desc(), columns.number.desc())
        .limit(most)
        .offset(after)
    )
    return [
        StoredOccurrence(
            trace=msgspec.json.decode(row[0], type=Trace), **dict(zip(names, row[1:], strict=True))
        )
        for row in connection.execute(statement)
    ]


def recorded(connection: Connection, issues: Collection[str]) -> dict[str, int]:
    """How often each of ``issues`` was recorded."""
    column, found = FINGERPRINT.c, {}
    for chunk in chunks(sorted(issues)):
        summed = select(column.issue_id, func.sum(column["count"])).where(column.issue_id.in_(chunk))
        for issue, number in connection.execute(summed.group_by(column.issue_id)):
            found[issue] = int(number)
    return found


def trends(connection: Connection, issues: Collection[Issue]) -> dict[str, dict[str, int]]:
    """How often each of ``issues`` was seen: by the hour, or by the day where they span some days."""
    first = min((each.first_seen for each in issues if each.first_seen), default="")
    last = max((each.last_seen for each in issues if each.last_seen), default="")
    is_short = bool(first) and times.days_before(last, _DAYS_BY_HOUR) <= first
    return counts(connection, [each.id for each in issues], _HOUR if is_short else _DAY)


def counts(connection: Connection, issues: Collection[str], bucket: int) -> dict[str, dict[str, int]]:
    """How often each of ``issues`` was seen, by the first ``bucket`` characters of the hour."""
    start = func.substr(HOUR.c.hour, 1, bucket)
    found: dict[str, dict[str, int]] = {}
    for chunk in chunks(sorted(issues)):
        statement = (
            select(HOUR.c.issue, start, func.sum(HOUR.c.count))
            .where(HOUR.c.issue.in_(chunk))
            .group_by(HOUR.c.issue, start)
        )
        for issue, at, number in connection.execute(statement).all():
            found.setdefault(issue, {})[at] = int(number)
    return found
