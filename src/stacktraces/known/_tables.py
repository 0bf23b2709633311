"""Whether the tables of a store are those that stacktraces makes.

A view in the place of a table, a trigger on one or a condition in one is a program of whoever made the
database, which would run when the store is read or changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection, MetaData, inspect, text

from .._regex import regex
from ._plain import is_plain
from .schema import METADATA, SIGHTING

TABLES = tuple(METADATA.tables)
_OURS = regex("|".join(TABLES), re.IGNORECASE)
_ON_SERVER = """
WITH ours AS (
    SELECT * FROM pg_class
    WHERE oid = ANY (SELECT to_regclass(name) FROM unnest(CAST(:names AS text[])) AS name)
        OR oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = to_regclass(:parted))
)
SELECT relname, 'is no ordinary table' FROM ours
    WHERE relkind <> CASE WHEN oid = to_regclass(:parted) THEN 'p' ELSE 'r' END
UNION SELECT relname, 'has row security' FROM ours WHERE relrowsecurity
UNION SELECT relname, 'has the trigger ' || tgname
    FROM ours JOIN pg_trigger ON tgrelid = ours.oid WHERE NOT tgisinternal
UNION SELECT relname, 'has the rule ' || rulename
    FROM ours JOIN pg_rewrite ON ev_class = ours.oid WHERE relkind = 'r'
UNION SELECT relname, 'has the condition ' || conname
    FROM ours JOIN pg_constraint ON conrelid = ours.oid WHERE contype = 'c'
UNION SELECT relname, 'has computed values' FROM ours JOIN pg_attrdef ON adrelid = ours.oid
UNION SELECT relname, 'has an index of computed values'
    FROM ours JOIN pg_index ON indrelid = ours.oid WHERE indexprs IS NOT NULL OR indpred IS NOT NULL
UNION SELECT relname, 'has the column ' || attname || ' of the type ' || format_type(atttypid, NULL)
    FROM ours JOIN pg_attribute ON attrelid = ours.oid
    WHERE attnum > 0 AND NOT attisdropped
        AND atttypid NOT IN ('text'::regtype, 'int4'::regtype, 'int8'::regtype)
"""


class Strange(NamedTuple):
    """Something that is not as stacktraces makes it."""

    what: str
    """In words."""
    remedy: str | None = ""
    """The statement that takes it away; empty where new tables do, ``None`` where it is not ours to touch."""


def strange(connection: Connection, tables: MetaData = METADATA) -> Iterator[Strange]:
    """What is not as stacktraces makes the ``tables``; nothing where the database holds no store."""
    if connection.dialect.name == "postgresql":
        return _strange_on_server(connection, tables)
    return _strange_in_file(connection, tables)


def plain(connection: Connection) -> list[str]:
    """The names of those of our tables that are there, and no program of somebody's."""
    if connection.dialect.name == "postgresql":
        return [name for name in inspect(connection).get_table_names() if name in TABLES]
    rows = connection.exec_driver_sql("SELECT name, rootpage FROM sqlite_master WHERE type = 'table'").all()
    return [name for name, page in rows if name in TABLES and page]


def columns(connection: Connection, name: str) -> set[str]:
    """The names of the columns of one of our tables."""
    return {str(column["name"]) for column in inspect(connection).get_columns(name)}


def _strange_in_file(connection: Connection, tables: MetaData) -> Iterator[Strange]:
    rows = connection.exec_driver_sql("SELECT type, name, tbl_name, rootpage, sql FROM sqlite_master").all()
    found = set()
    for kind, name, table, page, sql in rows:
        ours = {str(name).lower(), str(table).lower()} & set(TABLES)
        if not ours and (kind == "view" or not _OURS.search(str(sql))):
            continue
        if kind == "table" and name in TABLES and page and is_plain(sql):
            found.add(name)
            yield from _missing_columns(connection, name, tables)
        elif not (kind == "index" and (sql is None or is_plain(sql, str(name)))):
            what = f"the {kind} {name} is none that stacktraces makes"
            yield Strange(what, _remedy(str(kind), str(name), is_ours=bool(ours)))
    yield from _missing(found, tables)


def _remedy(kind: str, name: str, *, is_ours: bool) -> str | None:
    quoted = name.replace('"', '""')
    if kind == "trigger" or (is_ours and kind in ("view", "index")):
        return f'DROP {kind} "{quoted}"'
    return "" if is_ours else None


def _missing(found: set[str], tables: MetaData) -> Iterator[Strange]:
    if found:
        yield from (Strange(f"the table {name} is missing") for name in tables.tables if name not in found)


def _missing_columns(connection: Connection, name: str, tables: MetaData) -> Iterator[Strange]:
    present = columns(connection, name)
    for column in tables.tables[name].columns if name in tables.tables else ():
        if column.name not in present:
            yield Strange(f"the table {name} has no column {column.name}")


def _strange_on_server(connection: Connection, tables: MetaData) -> Iterator[Strange]:
    rows = connection.execute(text(_ON_SERVER), {"names": list(TABLES), "parted": SIGHTING.name}).all()
    for name, what in sorted(rows):
        yield Strange(f"the table {name} {what}", None)
    yield from _missing(set(plain(connection)), tables)
