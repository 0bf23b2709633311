"""The one interface of the stores of known issues, and how one is chosen."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, runtime_checkable

from ..errors import ChangeError, StoreError
from ..model import Group, Judgement, KnownIssue, Status
from .issue import Issue, Sighting

if TYPE_CHECKING:
    from ..signatures.search import Found, Query
    from .judging import Run
    from .sql import SqlStore

LOCK_SECONDS = 30.0
"""For how long another writer is waited for."""
SQLITE_SUFFIXES = (".db", ".sqlite", ".sqlite3")


class Lookup(Protocol):
    """What can be asked of a store, and within a change."""

    def issue(self, key: str) -> Issue | None:
        """The issue whose id, alias or fingerprint is ``key``."""

    def issues(self) -> Iterator[Issue]:
        """Every issue, by id."""

    def ids(self) -> list[str]:
        """The ids of all issues, sorted."""


class Edit(Lookup, Protocol):
    """A change to a store: all of it happens, or nothing."""

    def put(self, issue: Issue) -> None:
        """Add ``issue``, or replace the one of its id.

        Raises ``StoreError`` where another issue owns its id as an alias, or one of its aliases.
        """

    def remove(self, issue_id: str) -> None:
        """Forget the issue of that id; nothing where there is none."""

    def next_recording(self) -> int | None:
        """The number of a recording that takes place now; ``None`` in a store that keeps no such order."""


class Editable(Protocol):
    """Something that is changed by edits."""

    def edit(self) -> AbstractContextManager[Edit]:
        """A change that no other writer comes between; an exception within it undoes it."""


class Store(Lookup, Editable, Protocol):
    """A list of known issues. Every method raises ``StoreError`` where the store fails."""

    name: str
    """What to call it in a message: a path, or a URL without its password."""
    counts: bool
    """It keeps how often and when each issue was last seen."""

    def find(self, fingerprints: Collection[str]) -> dict[str, KnownIssue]:
        """The issue that has each of ``fingerprints``; unknown ones are left out.

        Of several that have one, the one that was seen most often.
        """

    def owners(self, fingerprint: str) -> list[KnownIssue]:
        """All issues that have ``fingerprint``, the one that was seen most often first."""

    def heading(self, issue_id: str) -> KnownIssue | None:
        """The issue of that very id, without its stacks."""

    def latest(self, statuses: Collection[Status], most: int | None, skip: int = 0) -> list[Issue]:
        """Those of these statuses, or all, seen last first: ``most``, the first ``skip`` left out."""

    def outdated(self) -> bool:
        """Whether it holds fingerprints of another version of the algorithm."""

    def search(self, query: Query) -> Found | None:
        """What the store's index of likeness answers; ``None`` where it has none that is up to date."""

    def record(self, sightings: Collection[Sighting]) -> None:
        """Add what was seen, creating what is missing; many writers at once lose nothing."""

    def days(self, fingerprints: Collection[str]) -> dict[str, int]:
        """How often any of ``fingerprints`` was seen, by day in UTC; empty in a store that does not count."""

    def forget_days(self, before: str) -> int:
        """Forget how often what was seen on each day before ``before``; gives how many counts that were."""

    def close(self) -> None:
        """Let go of files and connections."""


@runtime_checkable
class JudgingStore(Protocol):
    """A store that is far away and judges by itself, by all that is known there."""

    def judge(self, groups: Collection[Group], run: Run) -> list[Judgement]:
        """The verdicts on ``groups``, in their order. Raises ``StoreError``."""


Kind: TypeAlias = Literal["baseline", "sqlite", "site", "url"]


def kind_of(target: str | os.PathLike[str]) -> Kind:
    """Which kind of store ``target`` names: ``.toml`` a baseline, ``.db`` or ``.sqlite`` SQLite, else a URL.

    An ``http`` or ``https`` one is that of a site.

    Raises ``StoreError`` where it names none.
    """
    text = os.fspath(target)
    if re.match(r"(?i:https?)://", text):
        return "site"
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text):
        return "url"
    suffix = Path(text).suffix
    if suffix == ".toml":
        return "baseline"
    if suffix in SQLITE_SUFFIXES:
        return "sqlite"
    raise StoreError(
        f"{text} is no store of known issues: name a .toml file, a .db file, "
        "or a URL such as postgresql://user@host/database or https://site/."
    )


def open_store(target: str | os.PathLike[str], *, create: bool = False) -> Store:
    """The store at ``target``: ``.toml`` a baseline file, ``.db`` or ``.sqlite`` SQLite, else a URL.

    An ``http`` or ``https`` one is that of a site, to which the token in STACKTRACES_TOKEN or in the netrc
    file is sent; any other is that of a database.

    ``create`` makes it where it is missing. Raises ``StoreError`` where it is missing, or is none.
    """
    if kind_of(target) == "baseline":
        from .baseline import Baseline

        return Baseline(Path(target), create=create)
    if kind_of(target) == "site":
        from .remote import RemoteStore

        return RemoteStore(os.fspath(target))
    if kind_of(target) == "sqlite" and not create:
        from ._sqlite_reader import SqliteReader

        return SqliteReader(Path(target), LOCK_SECONDS)
    return sql_store(target, create=create)


def sql_store(target: str | os.PathLike[str], *, create: bool | None, own: bool = False) -> SqlStore:
    """The store in the database ``target``; with ``None`` for ``create``, as it is, to be examined.

    One of a program's ``own`` is trusted, and may be asked by many threads at a time.
    """
    from .sql import SqlStore

    if kind_of(target) == "site":
        raise StoreError(f"{os.fspath(target)} is a site; name its database to do this.")
    if kind_of(target) == "url":
        return SqlStore.at_url(os.fspath(target), create=create, own=own)
    return SqlStore.at_path(Path(target), create=create, own=own)


def owned(name: str, key: str, owner: str) -> ChangeError:
    """What to tell about an id or alias that another issue has."""
    return ChangeError(
        f"{name}: {key} belongs to the issue {owner}; merge the two, or name it otherwise. "
        "Nothing was changed."
    )
