"""Looks for issues that grow fast: from time to time, at this hour and the one before."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, select

from ...known.schema import ISSUE
from ..store.tables import ACTIVITY, HOUR
from .events import Event
from .growth import FLOOR, HISTORY, Growth, Usual, hour_of, usual
from .tables import RECEIVER

_MOST_ISSUES = 2000
"""Of one look: those with the most occurrences."""


class Watch:
    """Remembers what is usual of busy issues while their hour is looked at. One thread uses it."""

    def __init__(self) -> None:
        self._usual: dict[tuple[str, str, str], Usual | None] = {}

    def look(self, connection: Connection, now: int) -> list[Event]:
        """The open issues that grow fast ``now``, in seconds since 1970, where somebody listens."""
        at = datetime.fromtimestamp(now, UTC)
        hours = [hour_of(at), hour_of(at - timedelta(hours=1))]
        self._usual = {key: found for key, found in self._usual.items() if key[2] in hours}
        listening = connection.scalars(select(RECEIVER.c.project).where(RECEIVER.c.paused.is_(None)))
        projects = sorted(set(listening))
        if not projects:
            return []
        number = func.sum(HOUR.c["count"])
        statement = (
            select(HOUR.c.project, HOUR.c.issue, HOUR.c.hour, number)
            .join(ISSUE, ISSUE.c.id == HOUR.c.issue)
            .where(HOUR.c.hour.in_(hours), HOUR.c.project.in_(projects), ISSUE.c.status == "open")
            .group_by(HOUR.c.project, HOUR.c.issue, HOUR.c.hour)
            .having(number > FLOOR)
            .order_by(number.desc())
            .limit(_MOST_ISSUES)
        )
        found = []
        for project, issue, hour, count in connection.execute(statement).all():
            before = self._before(connection, project, issue, hour)
            if before is not None and count > before.limit:
                grown = Growth(hour, int(count), before)
                found.append(Event("growing", project, issue, hour, grown.reason, grown))
        return found

    def _before(self, connection: Connection, project: str, issue: str, hour: str) -> Usual | None:
        key = project, issue, hour
        if key not in self._usual:
            self._usual[key] = _usual(connection, project, issue, hour)
        return self._usual[key]


def _usual(connection: Connection, project: str, issue: str, hour: str) -> Usual | None:
    mine = (ACTIVITY.c.project == project) & (ACTIVITY.c.issue == issue)
    first_seen = connection.scalar(select(func.min(ACTIVITY.c.first_seen)).where(mine))
    if first_seen is None:
        return None
    start = hour_of(datetime.fromisoformat(f"{hour}:00:00+00:00") - timedelta(hours=HISTORY))
    wanted = (HOUR.c.project == project) & (HOUR.c.issue == issue) & (HOUR.c.hour >= start)
    counts: dict[str, int] = defaultdict(int)
    for name, count in connection.execute(select(HOUR.c.hour, HOUR.c["count"]).where(wanted)):
        counts[name] += int(count)
    return usual(counts, hour, first_seen)
