"""Recording what was seen: batches of upserts, beside any number of other writers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Column, ColumnElement, Connection, Table, case, delete, select

from . import _index, _sightings, times
from ._lookup import chunks, owners_of_fingerprints
from ._rows import Insert, encode_error, fingerprint_row, insert_into, owners_of_names, rows_of
from .issue import MOST, Sighting, clean, unused_id
from .schema import EXEMPLAR, FINGERPRINT, ISSUE, VERSION


def record(connection: Connection, sightings: Collection[Sighting]) -> list[str]:
    """Add ``sightings``; the issues of those that are unknown are created. Gives the issue of each.

    Rows are touched in one order by every writer, so that none waits for one that waits for it.
    """
    summed = dict(sorted(_sum(sightings).items()))
    owners, learned, created = _owners(connection, summed)
    rows = [{"id": owners[key], "title": clean(summed[key].title), "status": "open"} for key in created]
    _execute(connection, _add(connection, ISSUE), rows)
    numbers = _index.numbers(connection, [each.last_seen for each in summed.values()])
    rows = [
        fingerprint_row(each, owners[key], number)
        for (key, each), number in zip(summed.items(), numbers, strict=True)
    ]
    _execute(connection, _count(connection), sorted(rows, key=lambda row: (row["value"], row["issue_id"])))
    exemplars = [
        {"fingerprint": key.fingerprint, "issue_id": owners[key], "position": 0, "error": encoded}
        for key in learned
        if (error := summed[key].error) is not None and (encoded := encode_error(error)) is not None
    ]
    _execute(connection, _add(connection, EXEMPLAR), exemplars)
    versions = {
        (each.fingerprint, owners[_key(each)], clean(each.version)) for each in sightings if each.version
    }
    names = ("fingerprint", "issue_id", "version")
    rows = [dict(zip(names, each, strict=True)) for each in sorted(versions)]
    _execute(connection, _add(connection, VERSION), rows)
    _sightings.add(connection, summed.values())
    _forget_orphans(connection, [owners[key] for key in created])
    _index.refresh(connection, {owners[key] for key in learned})
    _index.add_recording(connection, len(summed))
    return [owners[_key(each)] for each in sightings]


class _Key(NamedTuple):
    """What is one row: two writers that touch rows in this order never wait for each other."""

    fingerprint: str
    issue_id: str
    apart: str
    """The exemplar as stored, where it is to be none of the known issues."""


def _key(sighting: Sighting) -> _Key:
    apart = (encode_error(sighting.error) or "?" if sighting.error else "?") if sighting.apart else ""
    return _Key(sighting.fingerprint, sighting.issue_id or "", apart)


def _sum(sightings: Iterable[Sighting]) -> dict[_Key, Sighting]:
    sums: dict[_Key, Sighting] = {}
    for each in sightings:
        key = _key(each)
        total = sums.get(key)
        first, last = times.normalise(each.first_seen), times.normalise(each.last_seen)
        if total is None:
            sums[key] = msgspec.structs.replace(each, first_seen=first, last_seen=last)
            continue
        total.count += each.count
        total.first_seen = min(filter(None, (total.first_seen, first)), default=None)
        total.last_seen = max(filter(None, (total.last_seen, last)), default=None)
    return sums


def _owners(
    connection: Connection, sightings: Mapping[_Key, Sighting]
) -> tuple[dict[_Key, str], list[_Key], list[_Key]]:
    """The issue of each sighting, which of them are news to it, and which are to create it."""
    known = owners_of_fingerprints(rows_of(connection), {key.fingerprint for key in sightings})
    names = {name for key in sightings for name in (key.fingerprint, key.issue_id) if name}
    issues = owners_of_names(connection, names)
    owners: dict[_Key, str] = {}
    learned: list[_Key] = []
    created: list[_Key] = []
    for key in sightings:
        found = known.get(key.fingerprint, [])
        if key.apart:
            owner = _holder(connection, key)
        else:
            wanted = issues.get(key.issue_id)
            owner = wanted if wanted is not None else found[0] if found else issues.get(key.fingerprint)
        if owner is None:
            owner = key.fingerprint
            if key.apart:
                owner = unused_id(owner, lambda name: bool(owners_of_names(connection, [name])))
            if owner not in owners.values():
                created.append(key)
        owners[key] = owner
        if owner not in found:
            learned.append(key)
    return owners, learned, created


def _holder(connection: Connection, key: _Key) -> str | None:
    """The issue that holds the very exemplar."""
    held = select(EXEMPLAR.c.issue_id).where(
        EXEMPLAR.c.fingerprint == key.fingerprint, EXEMPLAR.c.error == key.apart
    )
    return connection.scalar(held.order_by(EXEMPLAR.c.issue_id).limit(1))


def _forget_orphans(connection: Connection, created: Iterable[str]) -> None:
    """Another writer may have given the fingerprint of an issue that was created to another issue."""
    for chunk in chunks(sorted(created)):
        owned = select(FINGERPRINT.c.issue_id).where(FINGERPRINT.c.issue_id.in_(chunk))
        connection.execute(delete(ISSUE).where(ISSUE.c.id.in_(chunk), ISSUE.c.id.not_in(owned)))


def _execute(connection: Connection, statement: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(statement, rows)


def _add(connection: Connection, table: Table) -> Insert:
    """What is there already stays."""
    return insert_into(connection, table).on_conflict_do_nothing()


def _count(connection: Connection) -> Insert:
    statement = insert_into(connection, FINGERPRINT)
    column, new = FINGERPRINT.c, statement.excluded
    return statement.on_conflict_do_update(
        index_elements=[column.value, column.issue_id],
        set_={
            "count": case((column.count > MOST - new.count, MOST), else_=column.count + new.count),
            "first_seen": _choose(column.first_seen, new.first_seen, new.first_seen < column.first_seen),
            "recording": new.recording,
            "last_seen": _choose(column.last_seen, new.last_seen, new.last_seen > column.last_seen),
        },
    )


def _choose(old: Column[Any], new: ColumnElement[Any], is_better: ColumnElement[bool]) -> ColumnElement[Any]:
    return case((old.is_(None), new), (is_better, new), else_=old)
