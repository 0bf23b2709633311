"""How often fingerprints were seen each day, for as long as somebody wants to know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from sqlalchemy import Connection, delete, func, select

from .._regex import regex
from ._lookup import Rows, chunks
from ._rows import insert_into
from .issue import MOST, Sighting
from .schema import SIGHTING

MOST_MONTHS = 24
"""Months that one recording makes partitions of; the others of a log with wrong times share one."""
_DAY = regex(r"\d{4}-(?:0[1-9]|1[0-2])-\d\d")


def months(sightings: Iterable[Sighting]) -> list[str]:
    """The months of ``sightings``, as ``2026-01``, the latest first."""
    return sorted({day[:7] for day in map(_day, sightings) if day is not None}, reverse=True)


def _day(sighting: Sighting) -> str | None:
    """The day in UTC on which it was seen last."""
    found = _DAY.match(sighting.last_seen or sighting.first_seen or "")
    return found.group() if found is not None else None


def add(connection: Connection, sightings: Iterable[Sighting]) -> None:
    """Count ``sightings``; rows are touched in one order by every writer."""
    counts: Counter[tuple[str, str]] = Counter()
    for each in sightings:
        day = _day(each)
        if day is not None:
            counts[day, each.fingerprint] += each.count
    rows = [
        {"day": day, "fingerprint": fingerprint, "count": min(counts[day, fingerprint], MOST >> 1)}
        for day, fingerprint in sorted(counts)
    ]
    if rows:
        statement = insert_into(connection, SIGHTING)
        # Half of the largest number each: their sum is one that every database can hold.
        old = func.min if connection.dialect.name == "sqlite" else func.least
        total = old(SIGHTING.c.count, MOST >> 1) + statement.excluded.count
        summed = statement.on_conflict_do_update(
            index_elements=[SIGHTING.c.day, SIGHTING.c.fingerprint], set_={"count": total}
        )
        connection.execute(summed, rows)


def is_month(text: str) -> bool:
    """Whether ``text`` is a month, such as ``2026-01``."""
    return _DAY.fullmatch(f"{text}-01") is not None


def make_partition(connection: Connection, month: str) -> None:
    """Make a server's partition for ``month``, such as ``2026-01``, where it is missing."""
    year, number = map(int, month.split("-"))
    following = f"{year + number // 12:04}-{number % 12 + 1:02}"
    connection.exec_driver_sql(
        f"CREATE TABLE IF NOT EXISTS {_partition(month)} PARTITION OF {SIGHTING.name} "
        f"FOR VALUES FROM ('{month}') TO ('{following}')"
    )


def _partition(month: str) -> str:
    return f"{SIGHTING.name}_{month.replace('-', '_')}"


def days(rows: Rows, fingerprints: Collection[str]) -> dict[str, int]:
    """How often any of ``fingerprints`` was seen, by day."""
    found: Counter[str] = Counter()
    for chunk in chunks(sorted(fingerprints)):
        marks = ", ".join("?" * len(chunk))
        statement = f"SELECT day, count FROM {SIGHTING.name} WHERE fingerprint IN ({marks})"
        for day, count in rows(statement, chunk):
            found[str(day)] += int(count)
    return dict(sorted(found.items()))


def forget(connection: Connection, before: str) -> int:
    """Forget the days before ``before``, such as ``2026-01-31``; gives how many counts that were."""
    number = connection.scalar(select(func.count()).where(SIGHTING.c.day < before)) or 0
    if connection.dialect.name == "postgresql":
        ours = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass"
        for (name,) in connection.exec_driver_sql(ours, (SIGHTING.name,)).all():
            month = name.removeprefix(f"{SIGHTING.name}_").replace("_", "-")
            if month < before[:7] and name == _partition(month):
                connection.exec_driver_sql(f"DROP TABLE {name}")
    connection.execute(delete(SIGHTING).where(SIGHTING.c.day < before))
    return number
