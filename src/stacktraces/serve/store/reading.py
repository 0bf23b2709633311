"""Reading issues and occurrences, within a transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec
from sqlalchemy import ColumnElement, Connection, func, or_, select

from ...known._lookup import chunks
from ...known.schema import ISSUE
from ...model import Trace
from .records import Filter, StoredOccurrence
from .tables import ACTIVITY, FACET, HOUR, OCCURRENCE

_FACETS = ("environment", "release", "host", "type", "own_file")
_SEARCHED = ("type", "own_file", "message")
LONGEST_TEXT = 200
"""Characters that are searched for."""


def chosen(connection: Connection, wanted: Filter, most: int, after: int) -> tuple[Sequence[str], int]:
    """The ids of a page of the issues that ``wanted`` describes, those seen last first, and their number."""
    columns = ACTIVITY.c
    conditions = [ISSUE.c.id == columns.issue]
    if wanted.project is not None:
        conditions.append(columns.project == wanted.project)
    if wanted.status is not None:
        conditions.append(ISSUE.c.status == wanted.status)
    for name in _FACETS:
        if (value := getattr(wanted, name)) is not None:
            conditions.append(_has(wanted, (FACET.c.name == name) & (FACET.c.value == value)))
    if wanted.text:
        escaped = wanted.text[:LONGEST_TEXT].replace("/", "//").replace("%", "/%").replace("_", "/_")
        pattern = f"%{escaped}%"
        in_facet = FACET.c.name.in_(_SEARCHED) & FACET.c.value.ilike(pattern, escape="/")
        conditions.append(or_(ISSUE.c.title.ilike(pattern, escape="/"), _has(wanted, in_facet)))
    latest = func.max(columns.last_seen)
    found = select(columns.issue).where(*conditions).group_by(columns.issue)
    total = connection.scalar(select(func.count(func.distinct(columns.issue))).where(*conditions)) or 0
    page = found.order_by(latest.desc(), columns.issue).limit(most).offset(after)
    return connection.scalars(page).all(), total


def _has(wanted: Filter, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The issue has such a facet, in the project that is asked for."""
    if wanted.project is not None:
        condition &= FACET.c.project == wanted.project
    return ACTIVITY.c.issue.in_(select(FACET.c.issue).where(condition))


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
        for issue, at, number in connection.execute(statement):
            found.setdefault(issue, {})[at] = int(number)
    return found
