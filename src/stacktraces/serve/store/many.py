"""Writing many rows by one statement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Table, bindparam, func, select

from ...known._rows import Insert, insert_into


def insert(
    connection: Connection,
    table: Table,
    rows: Sequence[dict[str, Any]],
    conflicts: Callable[[Insert], Insert] = lambda statement: statement,
) -> None:
    """Insert ``rows``, which have the same columns; ``conflicts`` says what to do about those that are there.

    To a server go arrays, one a column, which it takes ten times as fast as a statement for each row.
    """
    if not rows:
        return
    if connection.dialect.name != "postgresql":
        connection.execute(conflicts(insert_into(connection, table)), rows)
        return
    from sqlalchemy.dialects.postgresql import ARRAY

    names = list(rows[0])
    arrays = {name: bindparam(name, type_=ARRAY(table.c[name].type)) for name in names}
    columns = [func.unnest(array).label(name) for name, array in arrays.items()]
    statement = insert_into(connection, table).from_select(names, select(*columns))
    values = {name: [row[name] for row in rows] for name in names}
    connection.execute(conflicts(statement), values)
