"""Writing occurrences and their totals, within a transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, func, select

from ...known import times
from ...known._lookup import chunks
from ...known._rows import insert_into
from ...known.issue import clean
from .records import StoredOccurrence
from .tables import ACTIVITY, FACET, HOUR, OCCURRENCE, TAKEN

FACETS = ("environment", "release", "host", "runtime", "type", "own_file", "message")
"""What is summed up of an issue's occurrences."""
MOST_VALUES = 100
"""Values of a facet that are kept of an issue; occurrences with further ones are summed as ``OTHER``."""
OTHER = ""
"""No value is empty."""
_LONGEST = 300
_LONGEST_MESSAGE = 1000
_TOTALS = (ACTIVITY, HOUR, FACET)


def taken(connection: Connection, names: Collection[str]) -> set[str]:
    """Those of ``names`` that were stored before."""
    return {
        found
        for chunk in chunks(sorted(names))
        for found in connection.scalars(select(TAKEN.c.entry).where(TAKEN.c.entry.in_(chunk)))
    }


def mark(connection: Connection, names: Collection[str]) -> None:
    """``names`` are being stored."""
    now = times.now()
    if names:
        connection.execute(TAKEN.insert(), [{"entry": name, "at": now} for name in names])


def add(connection: Connection, occurrences: Collection[StoredOccurrence]) -> None:
    """Store ``occurrences``, whose issues are known, and add them to the totals."""
    if not occurrences:
        return
    rows = [_row(each) for each in occurrences]
    connection.execute(OCCURRENCE.insert(), rows)
    activity: dict[tuple[str, ...], dict[str, Any]] = {}
    hours: Counter[tuple[str, ...]] = Counter()
    facets: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        key = row["project"], row["issue"], row["fingerprint"]
        seen, count = row["seen"], row["count"]
        total = activity.setdefault(key, {"count": 0, "first_seen": seen, "last_seen": seen})
        total["count"] += count
        total["first_seen"] = min(total["first_seen"], seen)
        total["last_seen"] = max(total["last_seen"], seen)
        hours[(*key, seen[:13])] += count
        for name in FACETS:
            if (value := row[name]) is not None:
                facets[(*key, name, value[:_LONGEST])] += count
    sum_up(connection, ACTIVITY, ({**_named(key), **total} for key, total in activity.items()))
    sum_up(
        connection, HOUR, ({**_named(key), "hour": key[3], "count": count} for key, count in hours.items())
    )
    sum_up(connection, FACET, _within_bounds(connection, facets))


def _row(each: StoredOccurrence) -> dict[str, Any]:
    trace = each.trace
    return {
        "issue": each.issue,
        "project": each.project,
        "fingerprint": each.fingerprint,
        "seen": each.seen,
        "environment": _clean(each.environment),
        "release": _clean(each.release),
        "host": _clean(trace.context.host),
        "runtime": trace.runtime,
        "type": _clean(trace.error.type),
        "message": _clean(trace.error.message, _LONGEST_MESSAGE),
        "own_file": _clean(each.own_file),
        "count": each.count,
        "trace": clean(msgspec.json.encode(trace).decode("utf-8", "replace")),
    }


def _clean(text: str | None, most: int = _LONGEST) -> str | None:
    return clean(text[:most]) if text else None


def _named(key: tuple[str, ...]) -> dict[str, Any]:
    return {"project": key[0], "issue": key[1], "fingerprint": key[2]}


def _within_bounds(connection: Connection, facets: Mapping[tuple[str, ...], int]) -> Iterator[dict[str, Any]]:
    """Rows of ``facets`` that are there already, or for which there is room, and the sums of the others."""
    columns = FACET.c
    issues = sorted({key[1] for key in facets})
    known: dict[tuple[str, str], set[str]] = {}
    for chunk in chunks(issues):
        found = select(columns.issue, columns.name, columns.value).where(columns.issue.in_(chunk))
        for issue, name, value in connection.execute(found):
            known.setdefault((issue, name), set()).add(value)
    others: Counter[tuple[str, ...]] = Counter()
    for key, count in facets.items():
        values = known.setdefault((key[1], key[3]), set())
        if key[4] in values or len(values) < MOST_VALUES:
            values.add(key[4])
            yield {**_named(key), "name": key[3], "value": key[4], "count": count}
        else:
            others[key[:4]] += count
    for key, count in others.items():
        yield {**_named(key), "name": key[3], "value": OTHER, "count": count}


def sum_up(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    """Add ``rows`` of totals to what is there; touched in one order by every writer."""
    keys = [column.name for column in table.primary_key]
    ordered = sorted(rows, key=lambda row: tuple(row[key] for key in keys))
    if not ordered:
        return
    statement = insert_into(connection, table)
    column, new = table.c, statement.excluded
    changes: dict[str, Any] = {"count": column["count"] + new["count"]}
    if table is ACTIVITY:
        least, greatest = _extremes(connection)
        changes["first_seen"] = least(column.first_seen, new.first_seen)
        changes["last_seen"] = greatest(column.last_seen, new.last_seen)
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changes), ordered)


def _extremes(connection: Connection) -> tuple[Any, Any]:
    """The smaller and the greater of two values, as the database calls it."""
    is_server = connection.dialect.name == "postgresql"
    return (func.least, func.greatest) if is_server else (func.min, func.max)


def move(connection: Connection, issue: str, target: str, fingerprints: Collection[str] | None) -> None:
    """Make what was stored of ``issue``, or just of its ``fingerprints``, part of ``target``."""
    for table in (OCCURRENCE, *_TOTALS):
        wanted = table.c.issue == issue
        if fingerprints is not None:
            wanted &= table.c.fingerprint.in_(list(fingerprints))
        if table is OCCURRENCE:
            connection.execute(table.update().where(wanted).values(issue=target))
            continue
        rows = [
            {**each, "issue": target} for each in connection.execute(select(table).where(wanted)).mappings()
        ]
        connection.execute(table.delete().where(wanted))
        sum_up(connection, table, rows)
