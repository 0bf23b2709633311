"""The database of the site: known issues, and what was taken in of them."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Sequence
from typing import Literal, TypeAlias

import msgspec
from sqlalchemy import Connection, func, select

from ...known import Issue, Sighting, times
from ...known.schema import ISSUE
from ...known.sql import SqlStore
from ...known.store import sql_store
from ...model import Status, Trace
from .tables import METADATA, OCCURRENCE, PROJECT, SCHEMA, TAKEN, TOKEN

VERSION = 1
TokenKind: TypeAlias = Literal["read", "write"]


class StoredOccurrence(msgspec.Struct):
    """An occurrence of an issue, as it is kept."""

    issue: str
    project: str
    fingerprint: str
    seen: str
    """ISO 8601 in UTC."""
    trace: Trace
    environment: str | None = None
    release: str | None = None
    own_file: str | None = None
    """The file of the innermost frame of the user's own code."""


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Which issues are asked for; what is ``None`` does not matter."""

    project: str | None = None
    status: Status | None = None
    environment: str | None = None
    release: str | None = None
    host: str | None = None
    type: str | None = None
    own_file: str | None = None
    text: str | None = None
    """Stands in the title, the type or a message, whatever the case."""


class Page(msgspec.Struct, frozen=True):
    """Some of the issues that were asked for, those seen last first."""

    issues: list[Issue]
    total: int


class SiteStore:
    """Every method raises ``StoreError`` where the database fails."""

    def __init__(self, database: str) -> None:
        """Opens the database, a path of SQLite or the URL of PostgreSQL; makes it where it is missing."""
        known = sql_store(database, create=True)
        assert isinstance(known, SqlStore)
        self.known = known
        """The known issues: all that people say of an issue is said there."""
        with known.connection(writes=True) as connection:
            METADATA.create_all(connection)
            if connection.scalar(select(func.count()).select_from(SCHEMA)) == 0:
                connection.execute(SCHEMA.insert().values(version=VERSION))

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

    def add_token(self, project: str, kind: TokenKind, name: str) -> str:
        """A new token that may ``read`` or ``write`` in ``project``; only its digest is kept."""
        token = secrets.token_hex(16)
        with self.known.connection(writes=True) as connection:
            values = {"digest": _digest(token), "project": project, "kind": kind, "name": name}
            connection.execute(TOKEN.insert().values(**values, created=times.now()))
        return token

    def project_of(self, token: str, kind: TokenKind) -> str | None:
        """The project in which ``token`` may do that; ``None`` where in none."""
        wanted = (TOKEN.c.digest == _digest(token)) & (TOKEN.c.kind == kind)
        with self.known.connection(writes=False) as connection:
            return connection.scalar(select(TOKEN.c.project).where(wanted))

    def take(
        self, entry: str, sightings: Sequence[Sighting], occurrences: Collection[StoredOccurrence]
    ) -> bool:
        """Record what an entry of the spool holds, all or nothing; False where that was done before.

        The issue of an occurrence is filled in by its fingerprint where it is empty.
        """
        with self.known.connection(writes=True) as connection:
            if connection.scalar(select(TAKEN.c.entry).where(TAKEN.c.entry == entry)) is not None:
                return False
            connection.execute(TAKEN.insert().values(entry=entry))
            self.known.record_within(connection, sightings)
            self._add(connection, occurrences)
        return True

    def _add(self, connection: Connection, occurrences: Collection[StoredOccurrence]) -> None:
        names = sorted({each.fingerprint for each in occurrences if not each.issue})
        owners = self.known.owners_within(connection, names)
        rows = [
            {
                "issue": each.issue or owners.get(each.fingerprint, [each.fingerprint])[0],
                "project": each.project,
                "fingerprint": each.fingerprint,
                "seen": each.seen,
                "environment": each.environment,
                "release": each.release,
                "host": each.trace.context.host,
                "runtime": each.trace.runtime,
                "type": each.trace.error.type,
                "message": (each.trace.error.message or "")[:1000] or None,
                "own_file": each.own_file,
                "trace": msgspec.json.encode(each.trace).decode(),
            }
            for each in occurrences
        ]
        if rows:
            connection.execute(OCCURRENCE.insert(), rows)

    def issues(self, wanted: Filter, *, most: int = 50, after: int = 0) -> Page:
        """The issues that ``wanted`` describes: ``most`` of them, behind the first ``after``."""
        fields = ("project", "environment", "release", "host", "type", "own_file")
        conditions = [
            OCCURRENCE.c[name] == value for name in fields if (value := getattr(wanted, name)) is not None
        ]
        if wanted.text is not None:
            escaped = wanted.text.replace("/", "//").replace("%", "/%").replace("_", "/_")
            pattern = f"%{escaped}%"
            conditions.append(
                OCCURRENCE.c.message.ilike(pattern, escape="/") | OCCURRENCE.c.type.ilike(pattern, escape="/")
            )
        if wanted.status is not None:
            conditions.append(ISSUE.c.status == wanted.status)
        chosen = (
            select(OCCURRENCE.c.issue, func.max(OCCURRENCE.c.seen).label("latest"))
            .join(ISSUE, ISSUE.c.id == OCCURRENCE.c.issue)
            .where(*conditions)
            .group_by(OCCURRENCE.c.issue)
        )
        page = chosen.order_by(func.max(OCCURRENCE.c.seen).desc(), OCCURRENCE.c.issue)
        with self.known.connection(writes=False) as connection:
            total = connection.scalar(select(func.count()).select_from(chosen.subquery())) or 0
            ids = connection.scalars(page.limit(most).offset(after)).all()
            return Page(self.known.issues_within(connection, ids), total)

    def occurrences(self, issue: str, *, most: int = 50, after: int = 0) -> list[StoredOccurrence]:
        """The latest occurrences of ``issue``: ``most`` of them, behind the first ``after``."""
        columns = OCCURRENCE.c
        statement = (
            select(
                columns.issue,
                columns.project,
                columns.fingerprint,
                columns.seen,
                columns.trace,
                columns.environment,
                columns.release,
                columns.own_file,
            )
            .where(columns.issue == issue)
            .order_by(columns.seen.desc(), columns.number.desc())
        )
        with self.known.connection(writes=False) as connection:
            rows = connection.execute(statement.limit(most).offset(after)).all()
        return [
            StoredOccurrence(
                issue=row[0],
                project=row[1],
                fingerprint=row[2],
                seen=row[3],
                trace=msgspec.json.decode(row[4], type=Trace),
                environment=row[5],
                release=row[6],
                own_file=row[7],
            )
            for row in rows
        ]

    def counts(self, issues: Collection[str], bucket: int = 13) -> dict[str, dict[str, int]]:
        """How often each of ``issues`` was seen, by the start of the time: 13 characters for hours."""
        start = func.substr(OCCURRENCE.c.seen, 1, bucket)
        statement = (
            select(OCCURRENCE.c.issue, start, func.count())
            .where(OCCURRENCE.c.issue.in_(list(issues)))
            .group_by(OCCURRENCE.c.issue, start)
        )
        counts: dict[str, dict[str, int]] = {}
        with self.known.connection(writes=False) as connection:
            for issue, at, number in connection.execute(statement).all():
                counts.setdefault(issue, {})[at] = number
        return counts


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
