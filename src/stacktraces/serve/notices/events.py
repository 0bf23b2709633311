"""What happened that somebody wants to hear of, written down in the transaction that stores it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

import msgspec
from sqlalchemy import Connection, func, select

from ...known import Labelled, times
from ...known._rows import insert_into
from ...known.issue import clean
from ...model import Judgement
from ..store import StoredOccurrence
from .growth import Growth
from .tables import NOTICE, RECEIVER

Kind: TypeAlias = Literal["new", "regressed", "growing", "unmuted"]
MOST_WAITING = 100
"""New issues of a project that wait to be told by name; further ones are counted only."""
_LONGEST = 500


class Event(NamedTuple):
    """Something that is told once."""

    kind: Kind
    project: str
    issue: str
    key: str
    """What tells it from the same thing at another time: an issue can regress twice."""
    reason: str
    growth: Growth | None = None


def events(labelled: Sequence[Labelled], stored: Iterable[StoredOccurrence]) -> list[Event]:
    """What the verdicts on ``stored`` mean for each project, each once."""
    verdicts: dict[str, tuple[Kind, Judgement]] = {}
    for each in labelled:
        kind = _kind(each.judgement)
        if kind is not None:
            verdicts.setdefault(each.group.fingerprint, (kind, each.judgement))
    if not verdicts:
        return []
    found: dict[tuple[str, ...], Event] = {}
    for one in stored:
        if one.fingerprint in verdicts:
            kind, judgement = verdicts[one.fingerprint]
            event = Event(kind, one.project, one.issue, _key(kind, judgement), judgement.reason or "")
            found.setdefault(event[:4], event)
    return list(found.values())


def _kind(judgement: Judgement) -> Kind | None:
    if judgement.verdict == "new" or (judgement.verdict == "similar" and judgement.unsure):
        return "new"  # one that may be like another becomes an issue of its own
    if judgement.verdict != "regressed" or judgement.issue is None:
        return None
    return "unmuted" if judgement.issue.status == "muted" else "regressed"


def _key(kind: Kind, judgement: Judgement) -> str:
    issue = judgement.issue
    if kind == "new" or issue is None:
        return ""
    if kind == "unmuted":
        return issue.muted_until or ""
    return f"{issue.resolved_in or ''} {issue.resolved_at or ''}"


def write(connection: Connection, found: Sequence[Event]) -> None:
    """Write down those of ``found`` that were not before, for the projects in which somebody listens."""
    if not found:
        return
    listening = set(connection.scalars(select(RECEIVER.c.project).where(RECEIVER.c.paused.is_(None))))
    kept, beyond = _within_bounds(connection, [each for each in found if each.project in listening])
    new = insert_into(connection, NOTICE)
    once = ["project", "kind", "issue", "key"]
    if kept:
        rows = [_row(each, 1) for each in kept]
        connection.execute(new.on_conflict_do_nothing(index_elements=once), rows)
    if beyond:
        rows = [_row(Event("new", project, "", "", ""), number) for project, number in sorted(beyond.items())]
        total = {"count": NOTICE.c["count"] + new.excluded["count"]}
        connection.execute(new.on_conflict_do_update(index_elements=once, set_=total), rows)


def _within_bounds(connection: Connection, found: Iterable[Event]) -> tuple[list[Event], Counter[str]]:
    """Those of ``found`` for which there is room, and how many new issues of each project are beyond."""
    kept: list[Event] = []
    beyond: Counter[str] = Counter()
    room: dict[str, int] = {}
    for each in found:
        if each.kind != "new":
            kept.append(each)
            continue
        if each.project not in room:
            room[each.project] = MOST_WAITING - _waiting(connection, each.project)
        if room[each.project] > 0:
            room[each.project] -= 1
            kept.append(each)
        else:
            beyond[each.project] += 1
    return kept, beyond


def _waiting(connection: Connection, project: str) -> int:
    waiting = (NOTICE.c.project == project) & NOTICE.c.message.is_(None)
    some = select(NOTICE.c.number).where(waiting).limit(MOST_WAITING).subquery()
    return connection.scalar(select(func.count()).select_from(some)) or 0


def _row(event: Event, count: int) -> dict[str, Any]:
    """A row about ``event``; without an issue it counts those that are told without a name."""
    return {
        "project": event.project,
        "kind": event.kind,
        "issue": event.issue,
        "key": clean(event.key),
        "at": times.now(),
        "reason": clean(event.reason[:_LONGEST]),
        "growth": msgspec.json.encode(event.growth).decode() if event.growth is not None else None,
        "count": count,
    }
