"""An SQLite store that is only asked: it answers before SQLAlchemy would be imported."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import StoreError
from ..model import KnownIssue, Status
from . import _lookup
from ._plain import TABLES, is_plain
from ._sound import UnsoundError
from ._sqlite_file import File, file_at
from .issue import Issue, Sighting

if TYPE_CHECKING:
    from ..signatures.search import Found, Query
    from .sql import SqlStore
    from .store import Edit

_T = TypeVar("_T")
SCHEMA_VERSION = 4
"""How many steps :mod:`.migrations` has."""


class SqliteReader:
    """A :class:`~stacktraces.known.store.Store` that becomes a whole one when it is to do more than answer.

    So it does where the file is not just what it should be, so that one place says what is wrong.
    """

    counts = True

    def __init__(self, path: Path, lock_seconds: float) -> None:
        """The store in the file ``path``. Raises ``StoreError`` where it holds none, or is damaged."""
        self.name = str(path)
        self._path = path
        self._whole: SqlStore | None = None
        self._file: File | None = None
        self._connection: sqlite3.Connection | None = None
        self._frequency: dict[str, int] = {}
        if path.exists():
            self._file = file_at(path, create=False, lock_seconds=lock_seconds)
        if not self._is_sound():
            self._store()

    def _is_sound(self) -> bool:
        try:
            with self._reading() as rows:
                return _is_ours(rows) and [*map(tuple, rows("SELECT version FROM stacktraces_schema"))] == [
                    (SCHEMA_VERSION,)
                ]
        except (_Failed, StoreError):
            return False

    def _store(self) -> SqlStore:
        if self._whole is None:
            from .sql import SqlStore

            self._let_go()
            self._whole = SqlStore.at_path(self._path)
        return self._whole

    @contextlib.contextmanager
    def _reading(self) -> Iterator[_lookup.Rows]:
        """A transaction. Raises ``_Failed`` where the database does."""
        if self._whole is not None or self._file is None:
            raise _Failed
        try:
            if self._connection is None:
                self._connection = self._file.connect()
            self._file.allowance.renew()
            self._connection.execute("BEGIN")
            try:
                yield self._rows
            finally:
                self._connection.execute("ROLLBACK")
        except (sqlite3.Error, UnsoundError, UnicodeError) as error:
            raise _Failed from error

    def _rows(self, statement: str, values: Sequence[str | int] = ()) -> Sequence[Sequence[Any]]:
        assert self._connection is not None
        assert self._file is not None
        self._file.allowance.add(len(values))
        return self._connection.execute(statement, values).fetchall()

    def _answer(self, ask: Callable[[_lookup.Rows], _T], otherwise: Callable[[SqlStore], _T]) -> _T:
        if self._whole is None:
            with contextlib.suppress(_Failed), self._reading() as rows:
                return ask(rows)
        return otherwise(self._store())

    def find(self, fingerprints: Collection[str]) -> dict[str, KnownIssue]:
        names = list(fingerprints)
        return self._answer(lambda rows: _lookup.find(rows, names), lambda store: store.find(names))

    def owners(self, fingerprint: str) -> list[KnownIssue]:
        return self._answer(
            lambda rows: _lookup.owners(rows, fingerprint), lambda store: store.owners(fingerprint)
        )

    def heading(self, issue_id: str) -> KnownIssue | None:
        return self._answer(
            lambda rows: _lookup.headings_of(rows, [issue_id]).get(issue_id),
            lambda store: store.heading(issue_id),
        )

    def outdated(self) -> bool:
        return self._answer(_lookup.holds_outdated, lambda store: store.outdated())

    def search(self, query: Query) -> Found | None:
        return self._answer(
            lambda rows: _lookup.look_up(rows, query, self._frequency), lambda store: store.search(query)
        )

    def issue(self, key: str) -> Issue | None:
        return self._store().issue(key)

    def issues(self) -> Iterator[Issue]:
        return self._store().issues()

    def ids(self) -> list[str]:
        return self._store().ids()

    def latest(self, statuses: Collection[Status], most: int | None, skip: int = 0) -> list[Issue]:
        return self._store().latest(statuses, most, skip)

    def record(self, sightings: Collection[Sighting]) -> None:
        self._store().record(sightings)

    def days(self, fingerprints: Collection[str]) -> dict[str, int]:
        return self._store().days(fingerprints)

    def forget_days(self, before: str) -> int:
        return self._store().forget_days(before)

    def edit(self) -> AbstractContextManager[Edit]:
        return self._store().edit()

    def close(self) -> None:
        self._let_go()
        if self._whole is not None:
            self._whole.close()

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class _Failed(Exception):
    """The database has to be asked as a whole."""


def _is_ours(rows: _lookup.Rows) -> bool:
    """Whether all that stands in the schema is what stacktraces makes."""
    found = set()
    for kind, name, table, page, sql in rows("SELECT type, name, tbl_name, rootpage, sql FROM sqlite_master"):
        if kind == "table" and name in TABLES and page and is_plain(sql):
            found.add(name)
        elif kind != "index" or table not in TABLES or not (sql is None or is_plain(sql, name)):
            return False
    return found == set(TABLES)
