"""The database of the site: known issues, and what was taken in of them."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager

from sqlalchemy import Connection, func, select

from ...errors import StoreError
from ...known import Issue, Sighting, times
from ...known.schema import ISSUE
from ...known.sql import SqlStore
from ...known.store import Edit, sql_store
from ...model import KnownIssue, Status
from ..tokens import Bearer, TokenKind, digest
from . import adding, by_project, migrations, reading
from .by_project import Activity
from .records import Filter, Page, StoredOccurrence
from .tables import OCCURRENCE, PROJECT, TOKEN


class Editing:
    """Changes issues, as :mod:`~stacktraces.known.operations` do, and what was stored of them, together."""

    def __init__(self, known: SqlStore, connection: Connection) -> None:
        self._known = known
        self._connection = connection

    def edit(self) -> AbstractContextManager[Edit]:
        """A change of issues, a part of this one."""
        return self._known.edit_within(self._connection)

    def move(self, issue: str, target: str, fingerprints: Collection[str] | None = None) -> None:
        """Make what was stored of ``issue``, or just of its ``fingerprints``, part of ``target``."""
        adding.move(self._connection, issue, target, fingerprints)

    def activity(self, issues: Collection[str], project: str) -> dict[str, Activity]:
        """How often, and when, each of ``issues`` was seen in ``project``."""
        return by_project.activity(self._connection, issues, project)

    def show(self, occurrences: Collection[StoredOccurrence]) -> None:
        """Store occurrences whose issues are known."""
        # The worker's own belongs to its thread.
        adding.Adding().add(self._connection, occurrences)


class SiteStore:
    """Every method raises ``StoreError`` where the database fails."""

    def __init__(self, database: str) -> None:
        """Opens the database, a path of SQLite or the URL of PostgreSQL; makes it where it is missing, and
        brings one of an older version up to date."""
        known = sql_store(database, create=True, own=True)
        assert isinstance(known, SqlStore)
        self.known = known
        """The known issues: all that people say of an issue is said there."""
        self._adding = adding.Adding()
        try:
            migrations.upgrade(known)
        except StoreError:
            known.close()
            raise

    def close(self) -> None:
        """Let go of the connections."""
        self.known.close()

    def projects(self) -> dict[str, str]:
        """The names of the projects, by their ids."""
        with self.known.connection(writes=False) as connection:
            rows = connection.execute(select(PROJECT.c.id, PROJECT.c.name).order_by(PROJECT.c.name)).all()
        return {row[0]: row[1] for row in rows}

    def add_project(self, project: str, name: str) -> None:
        """Make a project, where there is none of that id."""
        with self.known.connection(writes=True) as connection:
            if connection.scalar(select(PROJECT.c.id).where(PROJECT.c.id == project)) is None:
                connection.execute(PROJECT.insert().values(id=project, name=name, created=times.now()))

    def add_token(self, project: str | None, kind: TokenKind, name: str) -> str:
        """A new token of that kind in ``project``, or in all; only its digest is kept."""
        token = secrets.token_hex(16)
        with self.known.connection(writes=True) as connection:
            values = {"digest": digest(token), "project": project or "", "kind": kind, "name": name}
            connection.execute(TOKEN.insert().values(**values, created=times.now()))
        return token

    def bearer(self, token: str) -> Bearer | None:
        """Who has ``token``; ``None`` where there is no such token."""
        statement = select(TOKEN.c.kind, TOKEN.c.project, TOKEN.c.name)
        with self.known.connection(writes=False) as connection:
            row = connection.execute(statement.where(TOKEN.c.digest == digest(token))).one_or_none()
        return Bearer(row[0], row[1] or None, row[2]) if row is not None else None

    def taken(self, names: Collection[str]) -> set[str]:
        """Those of ``names``, of entries or of occurrences, that were stored before."""
        with self.known.connection(writes=False) as connection:
            return adding.taken(connection, names)

    def take(
        self,
        names: Collection[str],
        sightings: Sequence[Sighting],
        occurrences: Collection[StoredOccurrence],
        finish: Callable[[Connection], None] = lambda _: None,
    ) -> bool:
        """Record what entries of the spool hold, all or nothing; False where one of ``names`` was before.

        The issue of an occurrence is that of the sighting with its fingerprint and release. ``finish`` is the
        last that is done in the transaction.
        """
        with self._undone_whole(), self.known.connection(writes=True) as connection:
            if adding.taken(connection, names):
                return False
            adding.mark(connection, names)
            issues = self.known.record_within(connection, sightings)
            owners = {
                (each.fingerprint, each.version): issue for each, issue in zip(sightings, issues, strict=True)
            }
            for occurrence in occurrences:
                occurrence.issue = owners[occurrence.fingerprint, occurrence.release]
            self._adding.add(connection, occurrences)
            finish(connection)
        return True

    @contextlib.contextmanager
    def _undone_whole(self) -> Iterator[None]:
        """What is remembered of the tables goes where a transaction is undone."""
        try:
            yield
        except BaseException:
            self._adding.clear()
            raise

    def record(
        self, names: Collection[str], sightings: Sequence[Sighting], occurrences: Sequence[StoredOccurrence]
    ) -> bool:
        """Record ``sightings``, each with the occurrence that stands for it; as :meth:`take`."""
        with self.known.connection(writes=True) as connection:
            if adding.taken(connection, names):
                return False
            adding.mark(connection, names)
            issues = self.known.record_within(connection, sightings)
            for occurrence, issue in zip(occurrences, issues, strict=True):
                occurrence.issue = issue
            # The worker's own belongs to its thread.
            adding.Adding().add(connection, occurrences)
        return True

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """All that this thread does within is one transaction; an exception undoes all of it."""
        with self.known.together():
            yield
        self._adding.clear()

    @contextlib.contextmanager
    def editing(self) -> Iterator[Editing]:
        """A transaction that changes issues and what was stored of them; an exception undoes all of it."""
        with self.known.connection(writes=True) as connection:
            yield Editing(self.known, connection)
        self._adding.clear()

    def issues(self, wanted: Filter, *, most: int = 50, after: int = 0) -> Page:
        """The issues that ``wanted`` describes: ``most`` of them, behind the first ``after``."""
        with self.known.connection(writes=False) as connection:
            ids, total = reading.chosen(connection, wanted, most, after)
            return Page(self.known.issues_within(connection, ids), total)

    def occurrences(
        self, issue: str, *, project: str | None = None, most: int = 50, after: int = 0
    ) -> list[StoredOccurrence]:
        """The latest occurrences of ``issue``, in ``project`` or all: ``most`` behind the first ``after``."""
        with self.known.connection(writes=False) as connection:
            return reading.occurrences(connection, issue, project, most, after)

    def has(self, issue: str, project: str | None) -> bool:
        """Whether ``issue`` was seen in ``project``, or at all."""
        return project is None or issue in self.activity([issue], project)

    def activity(self, issues: Collection[str], project: str | None = None) -> dict[str, Activity]:
        """How often, and when, each of ``issues`` was seen in ``project``, or in all."""
        with self.known.connection(writes=False) as connection:
            return by_project.activity(connection, issues, project)

    def ids(self, project: str | None, after: str, most: int) -> Sequence[str]:
        """The ids of ``most`` issues that were seen in ``project``, or at all, sorted, behind ``after``."""
        with self.known.connection(writes=False) as connection:
            return by_project.ids(connection, project, after, most)

    def seen_last(
        self, project: str | None, statuses: Collection[Status], most: int, skip: int = 0
    ) -> list[Issue]:
        """Those of these statuses, or all, that were seen in ``project``, or at all, seen last first."""
        with self.known.connection(writes=False) as connection:
            ids = by_project.latest(connection, project, statuses, most, skip)
            return self.known.issues_within(connection, ids)

    def owners(self, fingerprints: Collection[str]) -> dict[str, list[KnownIssue]]:
        """The issues that have each of ``fingerprints``, the one that was seen most often first."""
        with self.known.connection(writes=False) as connection:
            found = self.known.owners_within(connection, fingerprints)
            ids = {each for those in found.values() for each in those}
            headings = self.known.headings_within(connection, ids)
            return {name: [headings[each] for each in ids if each in headings] for name, ids in found.items()}

    def loaded(self, ids: Sequence[str]) -> list[Issue]:
        """Those of the issues ``ids`` that are there, in that order."""
        with self.known.connection(writes=False) as connection:
            return self.known.issues_within(connection, ids)

    def numbers(self) -> tuple[dict[str, int], int]:
        """How many issues there are by status, and how many occurrences are kept."""
        by_status = select(ISSUE.c.status, func.count()).group_by(ISSUE.c.status)
        with self.known.connection(writes=False) as connection:
            statuses = {row[0]: row[1] for row in connection.execute(by_status)}
            return statuses, connection.scalar(select(func.count()).select_from(OCCURRENCE)) or 0

    def hours(self, issue: str, project: str | None = None) -> dict[str, int]:
        """How often ``issue`` was seen in ``project``, or in all, by the hour."""
        with self.known.connection(writes=False) as connection:
            return by_project.hours(connection, issue, project)

    def facets(self, issue: str, project: str | None = None) -> dict[str, dict[str, int]]:
        """How often ``issue`` was seen with which environment, release, host, type, and so on.

        What is one value too many is counted under the empty one.
        """
        with self.known.connection(writes=False) as connection:
            return by_project.facets(connection, issue, project)

    def latest(self, most: int) -> Sequence[str]:
        """The ids of the issues that were seen last."""
        with self.known.connection(writes=False) as connection:
            return reading.chosen(connection, Filter(), most, 0)[0]

    def recorded(self, issues: Collection[str]) -> dict[str, int]:
        """How often each of ``issues`` was recorded."""
        with self.known.connection(writes=False) as connection:
            return reading.recorded(connection, issues)

    def trends(self, issues: Collection[Issue]) -> dict[str, dict[str, int]]:
        """How often each of ``issues`` was seen by the hour, or by the day where that is fine enough."""
        with self.known.connection(writes=False) as connection:
            return reading.trends(connection, issues)

    def counts(self, issues: Collection[str], bucket: int = 13) -> dict[str, dict[str, int]]:
        """How often each of ``issues`` was seen, by the start of the time: 13 characters for hours."""
        with self.known.connection(writes=False) as connection:
            return reading.counts(connection, issues, bucket)
