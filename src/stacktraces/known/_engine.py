"""SQL engines for stores, and sentences for what goes wrong with them."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import sqlalchemy
from sqlalchemy import URL, Engine, event
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from ..errors import StoreError

CONNECT_SECONDS = 10
_DRIVERS = {"postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}


def parse_url(text: str) -> URL:
    """The URL that ``text`` spells. Raises ``StoreError``, without the text, which may hold a password."""
    try:
        url = sqlalchemy.make_url(text)
    except (ArgumentError, ValueError) as error:
        raise StoreError(
            "The URL of the store of known issues cannot be read; "
            "it looks like postgresql://user:password@host:5432/database."
        ) from error
    return url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))


def public_name(url: URL) -> str:
    """``url`` without its password and its options."""
    shown = URL.create(
        url.drivername.partition("+")[0],
        username=url.username,
        host=url.host,
        port=url.port,
        database=url.database,
    )
    return shown.render_as_string()


def server(url: URL, name: str) -> Engine:
    """An engine for a database server; connects only when used. Raises ``StoreError``: no driver."""
    try:
        driver = url.get_dialect().import_dbapi()
        options = {"connect_timeout": CONNECT_SECONDS} if url.get_backend_name() == "postgresql" else {}
        return sqlalchemy.create_engine(
            url, module=driver, connect_args=options, pool_pre_ping=True, hide_parameters=True
        )
    except (NoSuchModuleError, ModuleNotFoundError, ArgumentError) as error:
        hint = "pip install 'stacktraces-py[postgresql]'"
        if url.get_backend_name() != "postgresql":
            hint = "stores are SQLite files (.db) or postgresql:// URLs"
        raise StoreError(f"No driver for {name} is installed: {hint}.") from error


def sqlite(path: Path, *, create: bool, lock_seconds: float) -> Engine:
    """An engine for the SQLite file at ``path``, read-only where it cannot be written."""
    path = path.absolute()
    mode = "rwc" if create else "rw"
    if path.exists() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        # Even to read, WAL needs a file beside the database, unless nothing can change it.
        mode = "ro" if path.with_name(f"{path.name}-wal").exists() else "ro&immutable=1"
    uri = f"file:{quote(os.fspath(path))}?mode={mode}"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            uri, uri=True, timeout=lock_seconds, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA foreign_keys = ON")
        if not mode.startswith("ro"):
            connection.execute("PRAGMA journal_mode = WAL")
        return connection

    engine = sqlalchemy.create_engine(
        "sqlite://", creator=connect, poolclass=QueuePool, pool_size=1, hide_parameters=True
    )
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: sqlalchemy.Connection) -> None:
    """A writer takes the lock at once: upgrading a reader's lock could only fail."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


_REASONS = (
    (r"database is locked|lock timeout", "it is locked by another writer; wait until it has ended"),
    (r"readonly database|read-only", "it is read-only; check its permissions, or name another store"),
    (r"disk is full|No space left|could not extend file", "the disk is full; free some space"),
    (r"disk I/O error", "the disk fails, or its folder went away; check the disk"),
    (r"not a database", "it is not an SQLite database; name another file"),
    (r"malformed", "it is damaged; restore it from a copy, or `sqlite3 FILE .recover`"),
    (r"unable to open database file", "it cannot be opened; check its folder and its permissions"),
    (r"password authentication failed|no password supplied", "the server refuses the user or the password"),
    (r"permission denied", "the user has no permission; grant it, or name another user"),
    (r'database "[^"]*" does not exist', "the server has no such database; create it first"),
    (
        r"connection (?:to server )?.*failed|could not connect|Connection refused|timeout expired|"
        r"could not translate host|failed to resolve host|Name or service not known",
        "the server cannot be reached; check its address, and that it runs",
    ),
    (r"server closed the connection|terminating connection", "the server ended the connection; try again"),
)


@contextlib.contextmanager
def explained(name: str, password: str | None = None) -> Iterator[None]:
    """Turn what SQLAlchemy raises into a ``StoreError`` about the store called ``name``."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        message = str(error.orig if isinstance(error, DBAPIError) else error)
        raise StoreError(f"{name}: {_reason(message, password)}. Nothing was changed.") from error


def _reason(message: str, password: str | None) -> str:
    for pattern, reason in _REASONS:
        if re.search(pattern, message, re.IGNORECASE):
            return reason
    first = message.strip().partition("\n")[0].rstrip(".")
    return f"the database refuses ({first.replace(password, '***') if password else first})"
