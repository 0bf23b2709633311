"""Known issues in an SQL database: SQLite by default, PostgreSQL by URL."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Collection, Iterator
from pathlib import Path

import sqlalchemy
from sqlalchemy import Connection, Engine, select

from ..errors import StoreError
from ..model import KnownIssue, Status
from ..signatures.search import Found, Query
from . import _engine, _index, _lookup, _rows, _sightings, _sqlite, _tables, migrations
from ._record import record
from .issue import Issue, Sighting
from .schema import FINGERPRINT, ISSUE
from .store import LOCK_SECONDS, owned

_MIGRATION_LOCK = 0x57AC7
# A view or a row that somebody locked must not hold a reader for ever.
_SERVER_LIMITS = f"SET LOCAL statement_timeout = '60s'; SET LOCAL lock_timeout = '{LOCK_SECONDS:g}s'"


class SqlStore:
    """A database: a :class:`~stacktraces.known.store.Store`."""

    counts = True

    def __init__(
        self,
        engine: Engine,
        name: str,
        *,
        create: bool | None,
        password: str | None = None,
        path: Path | None = None,
    ) -> None:
        """Take ``engine``'s database, bring its schema up to date, make it where ``create``.

        ``path`` is that of an SQLite file, of which a copy is kept where its schema is an older one.
        Where ``create`` is ``None``, the database is taken as it is, to be examined. Otherwise raises
        ``StoreError`` where it holds no known issues, or those of a newer stacktraces, or is damaged.
        """
        self.name = name
        self._engine = engine
        self._password = password
        self._path = path
        self._frequency: dict[str, int] = {}
        self._months: set[str] = set()
        self._shared = _Shared()
        try:
            if create is not None:
                self._prepare(create)
        except StoreError:
            self.close()
            raise

    @classmethod
    def at_path(
        cls,
        path: Path,
        *,
        create: bool | None = False,
        lock_seconds: float = LOCK_SECONDS,
        own: bool = False,
    ) -> SqlStore:
        """The SQLite store in the file ``path``. Another writer is waited for ``lock_seconds``.

        A file of a program's ``own`` is trusted, and may be asked by many threads at a time.
        """
        if not create and not path.exists():
            raise StoreError(
                f"{path} does not exist; create it with --update, or with `stacktraces known add`."
            )
        engine = _sqlite.engine(path, create=bool(create), lock_seconds=lock_seconds, own=own)
        return cls(engine, str(path), create=create, path=path)

    @classmethod
    def at_url(cls, text: str, *, create: bool | None = False, own: bool = False) -> SqlStore:
        """The store at an SQL URL; for ``own`` see :meth:`at_path`."""
        url = _engine.parse_url(text)
        if url.get_backend_name() == "sqlite":
            if not url.database or url.database == ":memory:":
                raise StoreError("An sqlite URL has to name a file, such as sqlite:///known.db.")
            return cls.at_path(Path(url.database), create=create, own=own)
        name = _engine.public_name(url)
        return cls(_engine.server(url, name), name, create=create, password=url.password)

    def _prepare(self, create: bool) -> None:
        with self._reading() as connection:
            found = migrations.version(connection)
            migrations.refuse_newer(found, self.name)
            strange = next(_tables.strange(connection, migrations.tables(found)), None)
        if strange is not None:
            raise _engine.damaged(self.name, strange.what)
        if found == 0 and not create:
            raise StoreError(
                f"{self.name} holds no known issues; create them with --update, "
                "or with `stacktraces known add`."
            )
        if found < len(migrations.STEPS):
            if found and self._path is not None:
                with _engine.explained(self.name):
                    _sqlite.copy(self._engine, self._path, f".schema-{found}")
            with self._writing() as connection:
                if connection.dialect.name == "postgresql":
                    connection.execute(select(sqlalchemy.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
                migrations.upgrade(connection, self.name)
        if self._engine.dialect.name == "sqlite":
            with _engine.explained(self.name):
                _sqlite.use_write_ahead_log(self._engine)

    @contextlib.contextmanager
    def connection(self, *, writes: bool) -> Iterator[Connection]:
        """A transaction, undone by an exception within. Raises ``StoreError`` where the database fails.

        Within :meth:`together` it is that one.
        """
        if self._shared.connection is not None:
            yield self._shared.connection
            return
        with _engine.explained(self.name, self._password), self._engine.connect() as connection:
            is_server = connection.dialect.name == "postgresql"
            if writes:
                self._frequency.clear()
                connection = connection.execution_options(writes=True)
            elif is_server:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin() as transaction:
                if is_server:
                    connection.exec_driver_sql(_SERVER_LIMITS)
                yield connection
                if not writes:
                    transaction.rollback()  # SQLite refuses to commit where it met damage

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """All that this thread does within is one transaction that writes; see :meth:`connection`."""
        if self._shared.connection is not None:
            yield
            return
        with self.connection(writes=True) as connection:
            self._shared.connection = connection
            try:
                yield
            finally:
                self._shared.connection = None

    def _reading(self) -> contextlib.AbstractContextManager[Connection]:
        return self.connection(writes=False)

    def _writing(self) -> contextlib.AbstractContextManager[Connection]:
        return self.connection(writes=True)

    def _lock(self, connection: Connection, mode: str) -> None:
        """SQLite locks the file; a server's recorders share the table, editors have it alone."""
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"LOCK TABLE {ISSUE.name} IN {mode} MODE")

    def issue(self, key: str) -> Issue | None:
        with self._reading() as connection:
            return _rows.issue(connection, key)

    def issues(self) -> Iterator[Issue]:
        with self._reading() as connection:
            yield from _rows.issues(connection)

    def ids(self) -> list[str]:
        with self._reading() as connection:
            return _rows.ids(connection)

    def latest(self, statuses: Collection[Status], most: int | None, skip: int = 0) -> list[Issue]:
        with self._reading() as connection:
            return _rows.latest(connection, statuses, most, skip)

    def find(self, fingerprints: Collection[str]) -> dict[str, KnownIssue]:
        with self._reading() as connection:
            return _lookup.find(_rows.rows_of(connection), list(fingerprints))

    def owners(self, fingerprint: str) -> list[KnownIssue]:
        with self._reading() as connection:
            return _lookup.owners(_rows.rows_of(connection), fingerprint)

    def heading(self, issue_id: str) -> KnownIssue | None:
        with self._reading() as connection:
            return _lookup.headings_of(_rows.rows_of(connection), [issue_id]).get(issue_id)

    def outdated(self) -> bool:
        with self._reading() as connection:
            return _lookup.holds_outdated(_rows.rows_of(connection))

    def search(self, query: Query) -> Found | None:
        with self._reading() as connection:
            return _lookup.look_up(_rows.rows_of(connection), query, self._frequency)

    def record(self, sightings: Collection[Sighting]) -> None:
        if sightings:
            self._make_partitions(sightings)
            with self._writing() as connection:
                self.record_within(connection, sightings)

    def record_within(self, connection: Connection, sightings: Collection[Sighting]) -> list[str]:
        """:meth:`record` within a transaction of :meth:`connection`, which writes; the issue of each."""
        if not sightings:
            return []
        self._lock(connection, "ROW EXCLUSIVE")
        return record(connection, sightings)

    def owners_within(self, connection: Connection, fingerprints: Collection[str]) -> dict[str, list[str]]:
        """The ids of the issues of each fingerprint that is known, the one seen most often first."""
        return _lookup.owners_of_fingerprints(_rows.rows_of(connection), fingerprints)

    def headings_within(self, connection: Connection, ids: Collection[str]) -> dict[str, KnownIssue]:
        """Those of the issues ``ids`` that are there, without their stacks."""
        return _lookup.headings_of(_rows.rows_of(connection), ids)

    def issues_within(self, connection: Connection, ids: Collection[str]) -> list[Issue]:
        """Those of the issues ``ids`` that are there, in that order."""
        found = {
            each.id: each for chunk in _lookup.chunks(sorted(ids)) for each in _rows.load(connection, chunk)
        }
        return [found[each] for each in ids if each in found]

    def _make_partitions(self, sightings: Collection[Sighting]) -> None:
        """A server's partitions for months that are new, in a transaction of its own: it locks the table.

        Where that cannot be done, the months share one.
        """
        if self._engine.dialect.name != "postgresql":
            return
        missing = [each for each in _sightings.months(sightings) if each not in self._months]
        for month in missing[: _sightings.MOST_MONTHS]:
            with contextlib.suppress(StoreError), self._writing() as connection:
                _sightings.make_partition(connection, month)
        self._months.update(missing)

    def days(self, fingerprints: Collection[str]) -> dict[str, int]:
        with self._reading() as connection:
            return _sightings.days(_rows.rows_of(connection), fingerprints)

    def forget_days(self, before: str) -> int:
        self._months.clear()
        with self._writing() as connection:
            return _sightings.forget(connection, before)

    @contextlib.contextmanager
    def edit(self) -> Iterator[_Edit]:
        with self._writing() as connection, self.edit_within(connection) as edit:
            yield edit

    @contextlib.contextmanager
    def edit_within(self, connection: Connection) -> Iterator[_Edit]:
        """:meth:`edit` within a transaction of :meth:`connection`, which writes."""
        self._lock(connection, "SHARE ROW EXCLUSIVE")
        edit = _Edit(connection, self.name)
        yield edit
        edit.finish()

    def close(self) -> None:
        self._engine.dispose()


class _Shared(threading.local):
    """The transaction of this thread that all it does is part of, for a while."""

    connection: Connection | None = None


class _Edit:
    """A transaction: an :class:`~stacktraces.known.store.Edit`."""

    def __init__(self, connection: Connection, name: str) -> None:
        self._connection = connection
        self._name = name
        self._touched: set[str] = set()

    def issue(self, key: str) -> Issue | None:
        return _rows.issue(self._connection, key)

    def issues(self) -> Iterator[Issue]:
        return _rows.issues(self._connection)

    def ids(self) -> list[str]:
        return _rows.ids(self._connection)

    def put(self, issue: Issue) -> None:
        for key, owner in _rows.owners_of_names(self._connection, (issue.id, *issue.aliases)).items():
            if owner != issue.id:
                raise owned(self._name, key, owner)
        _rows.replace(self._connection, issue)
        self._touched.add(issue.id)

    def remove(self, issue_id: str) -> None:
        children = FINGERPRINT.delete().where(FINGERPRINT.c.issue_id == issue_id)
        self._connection.execute(children)
        self._connection.execute(ISSUE.delete().where(ISSUE.c.id == issue_id))
        self._touched.add(issue_id)

    def next_recording(self) -> int | None:
        (number,) = _index.numbers(self._connection, [None])
        _index.add_recording(self._connection, 1)
        return number

    def finish(self) -> None:
        """Bring the index of likeness up to date with what was changed."""
        _index.refresh(self._connection, self._touched)
