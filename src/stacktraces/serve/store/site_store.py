"""The database of the site: known issues, and what was taken in of them."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from typing import Literal, TypeAlias

from sqlalchemy import select

from ...errors import StoreError
from ...known import Sighting, times
from ...known.sql import SqlStore
from ...known.store import sql_store
from ..tokens import digest
from . import adding, migrations, reading
from .records import Filter, Page, StoredOccurrence
from .tables import OCCURRENCE, PROJECT, TAKEN, TOKEN

TokenKind: TypeAlias = Literal["read", "write"]


class SiteStore:
    """Every method raises ``StoreError`` where the database fails."""

    def __init__(self, database: str) -> None:
        """Opens the database, a path of SQLite or the URL of PostgreSQL; makes it where it is missing, and
        brings one of an older version up to date."""
        known = sql_store(database, create=True)
        assert isinstance(known, SqlStore)
        self.known = known
        """The known issues: all that people say of an issue is said there."""
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

    def add_token(self, project: str, kind: TokenKind, name: str) -> str:
        """A new token that may ``read`` or ``write`` in ``project``; only its digest is kept."""
        token = secrets.token_hex(16)
        with self.known.connection(writes=True) as connection:
            values = {"digest": digest(token), "project": project, "kind": kind, "name": name}
            connection.execute(TOKEN.insert().values(**values, created=times.now()))
        return token

    def project_of(self, token: str, kind: TokenKind) -> str | None:
        """The project in which ``token`` may do that; ``None`` where in none."""
        wanted = (TOKEN.c.digest == digest(token)) & (TOKEN.c.kind == kind)
        with self.known.connection(writes=False) as connection:
            return connection.scalar(select(TOKEN.c.project).where(wanted))

    def taken(self, names: Collection[str]) -> set[str]:
        """Those of ``names``, of entries or of occurrences, that were stored before."""
        with self.known.connection(writes=False) as connection:
            return adding.taken(connection, names)

    def take(
        self, names: Collection[str], sightings: Sequence[Sighting], occurrences: Collection[StoredOccurrence]
    ) -> bool:
        """Record what entries of the spool hold, all or nothing; False where one of ``names`` was before.

        The issue of an occurrence is filled in by its fingerprint where it is empty.
        """
        with self.known.connection(writes=True) as connection:
            if adding.taken(connection, names):
                return False
            adding.mark(connection, names)
            self.known.record_within(connection, sightings)
            nameless = sorted({each.fingerprint for each in occurrences if not each.issue})
            owners = self.known.owners_within(connection, nameless)
            for each in occurrences:
                each.issue = each.issue or owners.get(each.fingerprint, [each.fingerprint])[0]
            adding.add(connection, occurrences)
        return True

    def move(self, issue: str, target: str, fingerprints: Collection[str] | None = None) -> None:
        """Make what was stored of ``issue``, or just of its ``fingerprints``, part of ``target``."""
        with self.known.connection(writes=True) as connection:
            adding.move(connection, issue, target, fingerprints)

    def forget(self, before: str) -> int:
        """Forget the occurrences that were seen, and the names of what was stored, before that time or day.

        What was counted stays counted. Gives how many occurrences were forgotten.
        """
        with self.known.connection(writes=True) as connection:
            connection.execute(TAKEN.delete().where(TAKEN.c.at < before))
            return connection.execute(OCCURRENCE.delete().where(OCCURRENCE.c.seen < before)).rowcount

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

    def facets(self, issue: str) -> dict[str, dict[str, int]]:
        """How often ``issue`` was seen with which environment, release, host, type, and so on."""
        with self.known.connection(writes=False) as connection:
            return reading.facets(connection, issue)

    def counts(self, issues: Collection[str], bucket: int = 13) -> dict[str, dict[str, int]]:
        """How often each of ``issues`` was seen, by the start of the time: 13 characters for hours."""
        with self.known.connection(writes=False) as connection:
            return reading.counts(connection, issues, bucket)
