"""Which occurrences of an issue are kept where there are too many: a sample that shows what differs.

The first occurrence, the latest quarter, and one of each release, host and environment stay as far as there
is room; the rest is filled by those whose scattered number is smallest. That number never changes, so what is
left after many rounds still comes evenly from the whole time ("bottom-k sampling", Cohen and Kaplan, 2007).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, or_, select

from ...known._lookup import chunks
from .tables import OCCURRENCE

_LATEST = 4
"""The latest of so many."""
_SLACK = 10
"""Tenths beyond a limit are waited for: to thin out is work that should be worth it."""
_AT_ONCE = 20
"""Issues that are thinned out in one transaction."""


def crowded(connection: Connection, of_issue: int, in_all: int) -> tuple[list[list[str]], int]:
    """Issues that have too many occurrences, in portions, and how many each of them may keep."""
    counted = select(OCCURRENCE.c.issue, func.count().label("number")).group_by(OCCURRENCE.c.issue).subquery()
    number = counted.c.number
    sizes = connection.execute(select(number, func.count()).group_by(number)).all()
    total = sum(size * issues for size, issues in sizes)
    keep, above = of_issue, of_issue + of_issue // _SLACK
    if total > in_all:
        level = _level([(int(size), int(issues)) for size, issues in sizes], in_all - in_all // _SLACK)
        if level < keep:
            keep = above = level
    issues = connection.scalars(select(counted.c.issue).where(number > above).order_by(counted.c.issue)).all()
    return [list(issues[at : at + _AT_ONCE]) for at in range(0, len(issues), _AT_ONCE)], keep


def _level(sizes: Sequence[tuple[int, int]], wanted: int) -> int:
    """The largest number, at least 1, to which all sizes have to be cut so that their sum is ``wanted``."""
    left = sum(issues for _, issues in sizes)
    level, below = 0, 0
    for size, issues in sorted(sizes):
        if below + size * left > wanted:
            return max(1, (wanted - below) // left)
        level, below, left = size, below + size * issues, left - issues
    return level


def thin_out(connection: Connection, issues: Sequence[str], keep: int) -> int:
    """Forget all but ``keep`` occurrences of each of ``issues``; gives how many were forgotten."""
    column = OCCURRENCE.c
    variants = [
        _place(column.seen.desc(), of=each) for each in (column.release, column.host, column.environment)
    ]
    rank = case(
        (_place(column.seen.desc()) <= max(1, keep // _LATEST), 0),
        (_place(column.seen) == 1, 0),
        (or_(*(place == 1 for place in variants)), 1),
        else_=2,
    )
    ranked = (
        select(column.number, column.issue, rank.label("rank")).where(column.issue.in_(issues)).subquery()
    )
    # Neighbours come to lie far apart, evenly: Knuth, The Art of Computer Programming, 6.4.
    scattered = ranked.c.number % (1 << 31) * 2654435761 % (1 << 32)
    place = func.row_number().over(partition_by=ranked.c.issue, order_by=[ranked.c.rank, scattered])
    placed = select(ranked.c.number, place.label("place")).subquery()
    beyond = connection.scalars(select(placed.c.number).where(placed.c.place > keep)).all()
    for chunk in chunks(list(beyond)):
        connection.execute(OCCURRENCE.delete().where(column.number.in_(chunk)))
    return len(beyond)


def _place(*order: ColumnElement[Any], of: ColumnElement[Any] | None = None) -> ColumnElement[int]:
    """Which one it is of its issue, from 1 on."""
    apart = [OCCURRENCE.c.issue, *([of] if of is not None else [])]
    return func.row_number().over(partition_by=apart, order_by=[*order, OCCURRENCE.c.number])
