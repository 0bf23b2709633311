"""Recording what was seen: batches of upserts, beside any number of other writers."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, case, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from . import times
from ._rows import chunks, encode_error, fingerprint_row, owners_of_fingerprints, owners_of_names
from .issue import MOST, Sighting, clean
from .schema import EXEMPLAR, FINGERPRINT, ISSUE, VERSION


def record(connection: Connection, sightings: Collection[Sighting]) -> None:
    """Add ``sightings``; the issues of those that are unknown are created.

    Rows are touched in one order by every writer, so that none waits for one that waits for it.
    """
    summed = sorted(_sum(sightings), key=lambda each: each.fingerprint)
    known = owners_of_fingerprints(connection, [each.fingerprint for each in summed])
    unknown = [each for each in summed if each.fingerprint not in known]
    owners, created = _owners(connection, unknown)
    _create(connection, [each for each in unknown if owners[each.fingerprint] in created], owners)
    rows = [fingerprint_row(each, known.get(each.fingerprint) or owners[each.fingerprint]) for each in summed]
    _execute(connection, _count(connection), rows)
    exemplars = [
        {"fingerprint": each.fingerprint, "position": 0, "error": encoded}
        for each in unknown
        if each.error is not None and (encoded := encode_error(each.error)) is not None
    ]
    _execute(connection, _add(connection, EXEMPLAR), exemplars)
    versions = {(each.fingerprint, clean(each.version)) for each in sightings if each.version}
    rows = [{"fingerprint": value, "version": version} for value, version in sorted(versions)]
    _execute(connection, _add(connection, VERSION), rows)
    _forget_orphans(connection, created)


def _sum(sightings: Iterable[Sighting]) -> Iterable[Sighting]:
    sums: dict[str, Sighting] = {}
    for each in sightings:
        total = sums.get(each.fingerprint)
        if total is None:
            sums[each.fingerprint] = Sighting(
                each.fingerprint,
                each.title,
                each.error,
                each.count,
                times.normalise(each.first_seen),
                times.normalise(each.last_seen),
                issue_id=each.issue_id,
            )
            continue
        total.count += each.count
        first, last = times.normalise(each.first_seen), times.normalise(each.last_seen)
        total.first_seen = min(filter(None, (total.first_seen, first)), default=None)
        total.last_seen = max(filter(None, (total.last_seen, last)), default=None)
    return sums.values()


def _owners(connection: Connection, unknown: Collection[Sighting]) -> tuple[dict[str, str], set[str]]:
    """The issue of each unknown fingerprint, and which of these issues are to be created."""
    names = {name for each in unknown for name in (each.fingerprint, each.issue_id) if name}
    issues = owners_of_names(connection, names)
    owners: dict[str, str] = {}
    created: set[str] = set()
    for each in unknown:
        owner = issues.get(each.issue_id or "") or issues.get(each.fingerprint)
        if owner is None:
            owner = each.fingerprint
            created.add(owner)
        owners[each.fingerprint] = owner
    return owners, created


def _create(connection: Connection, sightings: Iterable[Sighting], owners: dict[str, str]) -> None:
    rows = [
        {"id": owners[each.fingerprint], "title": clean(each.title), "status": "open"} for each in sightings
    ]
    _execute(connection, _add(connection, ISSUE), rows)


def _forget_orphans(connection: Connection, created: Iterable[str]) -> None:
    """Another writer may have given the fingerprint of an issue that was created to another issue."""
    for chunk in chunks(sorted(created)):
        owned = select(FINGERPRINT.c.issue_id).where(FINGERPRINT.c.issue_id.in_(chunk))
        connection.execute(delete(ISSUE).where(ISSUE.c.id.in_(chunk), ISSUE.c.id.not_in(owned)))


def _execute(connection: Connection, statement: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(statement, rows)


def _insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def _add(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """What is there already stays."""
    return _insert(connection, table).on_conflict_do_nothing()


def _count(connection: Connection) -> sqlite.Insert | postgresql.Insert:
    statement = _insert(connection, FINGERPRINT)
    column, new = FINGERPRINT.c, statement.excluded
    return statement.on_conflict_do_update(
        index_elements=[column.value],
        set_={
            "count": case((column.count > MOST - new.count, MOST), else_=column.count + new.count),
            "first_seen": _choose(column.first_seen, new.first_seen, new.first_seen < column.first_seen),
            "last_seen": _choose(column.last_seen, new.last_seen, new.last_seen > column.last_seen),
        },
    )


def _choose(old: Column[Any], new: ColumnElement[Any], is_better: ColumnElement[bool]) -> ColumnElement[Any]:
    return case((old.is_(None), new), (is_better, new), else_=old)
