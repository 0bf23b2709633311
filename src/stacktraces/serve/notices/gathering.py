"""Puts events into messages: a few each into one of its own, many into one that sums them up."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, select

from ...known._lookup import chunks
from ...known._rows import issue as issue_of
from ..store.tables import PROJECT
from . import messages, queue
from .growth import Growth
from .messages import About, Content, Named, Project
from .tables import MESSAGE, NOTICE, RECEIVER

MOST_SINGLE = 10
"""Messages about one event each that a project sends within ``SPAN``; what is more is summed up."""
SPAN = 600
"""Seconds, also between two messages that sum up."""
_MOST_AT_ONCE = 2000
_GONE = "an issue that was removed"


def ready(connection: Connection, now: int) -> list[str]:
    """The projects of which something waits that can be put into a message now, in seconds since 1970."""
    waiting = select(NOTICE.c.project).where(NOTICE.c.message.is_(None)).distinct()
    projects = connection.scalars(waiting.order_by(NOTICE.c.project)).all()
    return [each for each in projects if _is_ready(connection, each, now)]


def _is_ready(connection: Connection, project: str, now: int) -> bool:
    made = _made(connection, project, now - SPAN)
    if not made["digest"]:
        return True
    room = _room(made)
    waiting = (NOTICE.c.project == project) & NOTICE.c.message.is_(None)
    issues = connection.scalars(select(NOTICE.c.issue).where(waiting).limit(room + 1)).all()
    return len(issues) <= room and all(issues)


def _room(made: Counter[str]) -> int:
    """For messages about one event each."""
    return max(0, MOST_SINGLE - made.total() + made["digest"] + made["test"])


def gather(connection: Connection, project_id: str, now: int, site: str) -> None:
    """Put what waits in a project into messages, and these into the queue of each receiver.

    ``site`` is the address of the site.
    """
    columns = NOTICE.c
    waiting = (columns.project == project_id) & columns.message.is_(None)
    receivers = _receivers(connection, project_id)
    if not receivers:
        connection.execute(NOTICE.delete().where(waiting))
        return
    made = _made(connection, project_id, now - SPAN)
    # What the worker counts meanwhile on a server waits until this is done.
    statement = select(NOTICE).where(waiting).order_by(columns.number).limit(_MOST_AT_ONCE)
    rows = connection.execute(statement.with_for_update()).all()
    project = project_of(connection, project_id)
    if len(rows) <= _room(made) and all(row.issue for row in rows):
        for row in rows:
            _make(connection, _single(connection, row, project, site), [row], receivers, now)
    elif not made["digest"]:
        _make(connection, _digest(connection, rows, project, site), rows, receivers, now)


def _receivers(connection: Connection, project: str) -> list[tuple[str, frozenset[str]]]:
    """Those that are told of events, and of which kinds."""
    columns = RECEIVER.c
    wanted = (columns.project == project) & columns.paused.is_(None)
    rows = connection.execute(select(columns.id, columns.kinds).where(wanted).order_by(columns.id))
    return [(row[0], frozenset(row[1].split())) for row in rows]


def _made(connection: Connection, project: str, since: int) -> Counter[str]:
    """How many messages of which type were made since then."""
    wanted = (MESSAGE.c.project == project) & (MESSAGE.c.made > since)
    statement = select(MESSAGE.c.type, func.count()).where(wanted).group_by(MESSAGE.c.type)
    return Counter({row[0]: row[1] for row in connection.execute(statement)})


def project_of(connection: Connection, project: str) -> Project:
    """The project of that id, as messages have it."""
    name = connection.scalar(select(PROJECT.c.name).where(PROJECT.c.id == project))
    return Project(project, name or project)


def _about(connection: Connection, row: Row[Any], site: str) -> About:
    issue = issue_of(connection, row.issue)
    if issue is None:
        return About(row.issue, _GONE, "", 0, f"{site}/issues")
    return messages.about(issue, site)


def _single(connection: Connection, row: Row[Any], project: Project, site: str) -> Content:
    growth = msgspec.json.decode(row.growth, type=Growth) if row.growth else None
    return messages.of_event(row.kind, project, _about(connection, row, site), row.reason, growth, row.at)


def _digest(connection: Connection, rows: Sequence[Row[Any]], project: Project, site: str) -> Content:
    counts: Counter[str] = Counter()
    for row in rows:
        counts[row.kind] += row._mapping["count"]  # as an attribute it is the tuple's method
    # A flood is of new issues: what else happened must not drown in it.
    first = sorted((row for row in rows if row.issue), key=lambda row: bool(row.kind == "new"))
    named = [Named(row.kind, _about(connection, row, site)) for row in first[: messages.MOST_NAMED]]
    return messages.digest(project, dict(counts.most_common()), named, site)


def _make(
    connection: Connection,
    content: Content,
    rows: Sequence[Row[Any]],
    receivers: Sequence[tuple[str, frozenset[str]]],
    now: int,
) -> None:
    """Keep a message, queue it, and note that the events in ``rows`` are told."""
    kinds = {row.kind for row in rows}
    listening = [name for name, wanted in receivers if wanted & kinds]
    message = add(connection, content, listening, now)
    # An issue is new once, so nothing has to be remembered of it: that would grow with a flood.
    new = [row.number for row in rows if row.kind == "new"]
    others = [row.number for row in rows if row.kind != "new"]
    for chunk in chunks(new):
        connection.execute(NOTICE.delete().where(NOTICE.c.number.in_(chunk)))
    for chunk in chunks(others):
        connection.execute(NOTICE.update().where(NOTICE.c.number.in_(chunk)).values(message=message))


def add(
    connection: Connection, content: Content, receivers: Sequence[str], now: int, due: int | None = None
) -> str:
    """Keep a message, and queue it for ``receivers``, to be sent ``now`` or at ``due``; gives its id."""
    name = f"msg_{secrets.token_hex(12)}"
    row = {"id": name, "project": content.data.project.id, "type": content.type, "made": now}
    connection.execute(MESSAGE.insert().values(**row, content=messages.encode(content)))
    queue.put(connection, name, receivers, due or now)
    return name
