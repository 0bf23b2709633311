"""How an SQL store of an older schema becomes one of today's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from sqlalchemy import Connection, MetaData, inspect, select

from ..errors import StoreError
from . import _index
from ._schema_1 import METADATA as FIRST
from ._schemas_between import SECOND, THIRD
from ._sound import UnsoundError, refuse
from .schema import ISSUE, METADATA, PREFIX, SCHEMA, SIGHTING

Step: TypeAlias = Callable[[Connection], None]


def _first(connection: Connection) -> None:
    """A new store is made as it is today; the steps between lead there from an older one."""
    METADATA.create_all(connection)
    _index.rebuild(connection)


def _second(connection: Connection) -> None:
    """A fingerprint may belong to several issues, and likeness has an index."""
    from ._salvage import rebuild, salvage

    issues, damages = salvage(connection)
    refuse([each.what for each in damages])
    if issues and connection.dialect.name == "postgresql":
        for table in FIRST.sorted_tables:
            copy = table.name.replace(PREFIX, f"{PREFIX}1_", 1)
            connection.exec_driver_sql(f"CREATE TABLE {copy} AS TABLE {table.name}")
    FIRST.drop_all(connection)
    rebuild(connection, issues)


def _third(connection: Connection) -> None:
    """An issue may be muted."""
    if "muted_until" not in {column["name"] for column in inspect(connection).get_columns(ISSUE.name)}:
        kind = ISSUE.c.muted_until.type.compile(connection.dialect)
        connection.exec_driver_sql(f"ALTER TABLE {ISSUE.name} ADD COLUMN muted_until {kind}")


def _fourth(connection: Connection) -> None:
    """It is kept how often a fingerprint was seen each day."""
    SIGHTING.create(connection, checkfirst=True)


STEPS: tuple[Step, ...] = (_first, _second, _third, _fourth)
"""The n-th step leads to schema version n. A step is never changed once it was released: where a later
one changes the tables of ``schema``, the first gets its own copy of what they were."""


def tables(found: int) -> MetaData:
    """The tables that a store of the version ``found`` has."""
    return {1: FIRST, 2: SECOND, 3: THIRD}.get(found, METADATA)


def version(connection: Connection) -> int:
    """The schema's version; 0 where the database holds no known issues. Raises ``UnsoundError``."""
    if not inspect(connection).has_table(SCHEMA.name):
        return 0
    found = connection.scalars(select(SCHEMA.c.version).limit(2)).all()
    if len(found) == 1 and type(found[0]) is int and found[0] > 0:
        return found[0]
    what = repr(found[0]) if len(found) == 1 else "missing" if not found else "not the only one"
    raise UnsoundError(f"the version of its tables is {what}, not a number from 1 on")


def upgrade(connection: Connection, name: str, steps: Sequence[Step] = STEPS) -> None:
    """Bring the schema up to date, within the caller's transaction.

    Raises ``StoreError`` where the schema is newer than the ``steps`` know.
    """
    found = version(connection)
    refuse_newer(found, name, steps)
    for step in steps[found:] if found else steps[:1]:
        step(connection)
    if found < len(steps):
        connection.execute(SCHEMA.delete())
        connection.execute(SCHEMA.insert().values(version=len(steps)))


def refuse_newer(found: int, name: str, steps: Sequence[Step] = STEPS) -> None:
    """Raise ``StoreError`` where ``found`` is a version that the ``steps`` do not lead to."""
    if found > len(steps):
        raise StoreError(
            f"{name} was written by a newer stacktraces (schema {found}; this one knows up to {len(steps)}); "
            "upgrade stacktraces. Nothing was changed."
        )
