"""SQL engines for stores, and sentences for what goes wrong with them."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterator

import sqlalchemy
from sqlalchemy import URL, Engine
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from ..errors import StoreError
from ._sound import UnsoundError

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


_REASONS = (
    (r"database is locked|lock timeout", "it is locked by another writer; wait until it has ended"),
    (r"readonly database|read-only", "it is read-only; check its permissions, or name another store"),
    (r"disk is full|No space left|could not extend file", "the disk is full; free some space"),
    (r"statement timeout", "it takes too long to answer; look at what else its server does"),
    (r"^interrupted$", "to read it takes more than a sound file of its size can, so it is damaged"),
    (r"string or blob too big", "it holds a value that is too large"),
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
    except UnsoundError as error:
        raise damaged(name, str(error)) from error
    except UnicodeError as error:  # what SQLite says of a damaged schema need not be text
        raise damaged(name, "it holds what is no text") from error
    except (SQLAlchemyError, sqlite3.Error) as error:
        message = str(error.orig if isinstance(error, DBAPIError) else error)
        raise StoreError(f"{name}: {_reason(message, password)}. Nothing was changed.") from error


def damaged(name: str, what: str) -> StoreError:
    """What to tell about the store called ``name``, which holds ``what`` it cannot hold."""
    return StoreError(
        f"{name} is damaged: {what}; `stacktraces known check` says what else is. Nothing was changed."
    )


def _reason(message: str, password: str | None) -> str:
    for pattern, reason in _REASONS:
        if re.search(pattern, message, re.IGNORECASE):
            return reason
    first = message.strip().partition("\n")[0].rstrip(".")
    return f"the database refuses ({first.replace(password, '***') if password else first})"
