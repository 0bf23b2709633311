"""Writing what is moved into an empty database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Table, func, select

from ...errors import InputError
from ...known import _index, _sightings
from ...known.schema import SIGHTING, STATE
from ..store import SiteStore
from .records import ROWS, Origin, Rows, tables


def fill(store: SiteStore, rows: Callable[[Origin], Iterable[Rows]]) -> int:
    """Write ``rows`` into ``store``, which has to be empty, all or nothing; gives how many they are.

    ``rows`` are asked for by what the store is. Raises ``InputError`` where it is not empty or a row does
    not fit, and ``StoreError``.
    """
    count = 0
    with store.known.connection(writes=True) as connection:
        for table in tables():
            if table is not STATE and connection.execute(select(table).limit(1)).first() is not None:
                raise InputError(f"{store.known.name} is not empty: import into a new database.")
        connection.execute(STATE.delete())
        months: set[str] = set()
        for each in _gathered(rows(Origin.of(connection))):
            if each.table is SIGHTING and connection.dialect.name == "postgresql":
                _make_partitions(connection, each, months)
            connection.execute(each.table.insert(), each.rows)
            count += len(each.rows)
        for table in tables():
            _go_on_counting(connection, table)
        _index.rebuild(connection)
    return count


def _gathered(rows: Iterable[Rows]) -> Iterator[Rows]:
    """``rows`` in portions that are worth a statement."""
    table: Table | None = None
    found: list[dict[str, Any]] = []
    for each in rows:
        if table is not None and (each.table is not table or len(found) >= ROWS):
            yield Rows(table, found)
            found = []
        table = each.table
        found += each.rows
    if table is not None and found:
        yield Rows(table, found)


def _make_partitions(connection: Connection, rows: Rows, known: set[str]) -> None:
    """Those of the months of sightings, which nothing can make once their rows stand elsewhere."""
    for month in sorted({row["day"][:7] for row in rows.rows} - known)[: _sightings.MOST_MONTHS]:
        if _sightings.is_month(month):
            _sightings.make_partition(connection, month)
        known.add(month)


def _go_on_counting(connection: Connection, table: Table) -> None:
    """A server's own numbers go on behind those that were written."""
    column = table.autoincrement_column
    if column is None or connection.dialect.name != "postgresql":
        return
    last = connection.scalar(select(func.max(column)))
    sequence = func.pg_get_serial_sequence(table.name, column.name)
    if last is not None and connection.scalar(select(sequence)) is not None:
        connection.execute(select(func.setval(sequence, last)))
