"""How an SQL store of an older schema becomes one of today's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from sqlalchemy import Connection, inspect, select

from ..errors import StoreError
from ._sound import UnsoundError
from .schema import METADATA, SCHEMA

Step: TypeAlias = Callable[[Connection], None]


def _first(connection: Connection) -> None:
    METADATA.create_all(connection)


STEPS: tuple[Step, ...] = (_first,)
"""The n-th step leads to schema version n. A step is never changed once it was released: where a later
one changes the tables of ``schema``, the first gets its own copy of what they were."""


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
    for step in steps[found:]:
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
