"""The SQLite file of a store as a database of SQLAlchemy, for whatever changes it."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import Engine, event
from sqlalchemy.pool import QueuePool

from ._place import place_of
from ._sqlite_file import beside, create_at, file_at

_POOL = 8
"""Connections that are kept for a database of this program alone; more threads wait for one."""


def engine(path: Path, *, create: bool, lock_seconds: float, own: bool = False) -> Engine:
    """An engine for the SQLite file at ``path``; see :func:`~._sqlite_file.file_at`."""
    file = file_at(path, create=create, lock_seconds=lock_seconds, own=own)
    allowance = file.allowance
    pool = {"pool_size": _POOL, "max_overflow": 0} if own else {"pool_size": 1}
    made = sqlalchemy.create_engine(
        "sqlite://", creator=file.connect, poolclass=QueuePool, hide_parameters=True, **pool
    )

    def begin(connection: sqlalchemy.Connection) -> None:
        allowance.renew()
        # A writer takes the lock at once: upgrading a reader's lock could only fail.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    def add(_c: Any, _u: Any, _s: str, parameters: Sequence[Any], _x: Any, many: bool) -> None:
        allowance.add(sum(map(len, parameters)) if many else len(parameters))

    event.listen(made, "begin", begin)
    if not own:
        event.listen(made, "before_cursor_execute", add)
    return made


def use_write_ahead_log(made: Engine) -> None:
    """Let others read the store while somebody writes. The file keeps that, so it has to be one of ours."""
    connection = made.raw_connection()
    try:
        cursor = connection.cursor()
        if cursor.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            # Another process is at it where the file is locked; a file that is read-only stays as it is.
            with contextlib.suppress(sqlite3.OperationalError):
                cursor.execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()


def copy(made: Engine, path: Path, suffix: str) -> None:
    """Keep a copy of the database at ``path`` beside it; one that is there already is left alone.

    Raises ``StoreError`` where it cannot be written.
    """
    with place_of(beside(path, suffix)) as place:
        if place.status() is not None:
            return
        create_at(place)
        target = sqlite3.connect(place.real)
        connection = made.raw_connection()
        try:
            source = connection.driver_connection
            assert isinstance(source, sqlite3.Connection)
            source.backup(target)
        finally:
            connection.close()
            target.close()
