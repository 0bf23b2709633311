"""What happened that somebody wants to hear of, written down in the transaction that stores it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

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
    rows = [_row(each) for each in found if each.project in listening]
    if not rows:
        return
    new = insert_into(connection, NOTICE)
    once = ["project", "kind", "issue", "key"]
    kept = list(_within_bounds(connection, rows))
    if kept:
        connection.execute(new.on_conflict_do_nothing(index_elements=once), kept)
    if left := _sums(rows, kept):
        total = {"count": NOTICE.c["count"] + new.excluded["count"]}
        connection.execute(new.on_conflict_do_update(index_elements=once, set_=total), left)


def _row(event: Event) -> dict[str, object]:
    growth = msgspec.json.encode(event.growth).decode() if event.growth is not None else None
    return {
        "project": event.project,
        "kind": event.kind,
        "issue": event.issue,
        "key": clean(event.key),
        "at": times.now(),
        "reason": clean(event.reason[:_LONGEST]),
        "growth": growth,
        "count": 1,
    }


def _within_bounds(connection: Connection, rows: list[dict[str, object]]) -> Iterator[dict[str, object]]:
    """Those of ``rows`` for which there is room; for others than new issues there always is."""
    room: dict[object, int] = {}
    for row in rows:
        if row["kind"] != "new":
            yield row
            continue
        project = row["project"]
        if project not in room:
            room[project] = MOST_WAITING - _waiting(connection, project)
        if room[project] > 0:
            room[project] -= 1
            yield row


def _waiting(connection: Connection, project: object) -> int:
    waiting = (NOTICE.c.project == project) & NOTICE.c.message.is_(None)
    some = select(NOTICE.c.number).where(waiting).limit(MOST_WAITING).subquery()
    return connection.scalar(select(func.count()).select_from(some)) or 0


def _sums(rows: list[dict[str, object]], kept: list[dict[str, object]]) -> list[dict[str, object]]:
    """A row without an issue for each project, which counts those of ``rows`` that are not ``kept``."""
    sums: dict[object, dict[str, object]] = {}
    kept_ids = set(map(id, kept))
    for row in rows:
        if id(row) not in kept_ids:
            total = sums.setdefault(row["project"], {**row, "issue": "", "reason": "", "count": 0})
            total["count"] = int(str(total["count"])) + 1
    return list(sums.values())
