"""What is asked of a database for each group of errors: statements that SQLite and PostgreSQL read.

Nothing here needs SQLAlchemy: to import that takes longer than to answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Protocol, TypeVar

from ..model import KnownIssue
from ..signatures.fingerprint import VERSION as SIGNATURES
from ..signatures.search import Found, Owned, Query, search, token_number
from ..signatures.similarity import Weights
from . import _sound, _stored_documents
from .older import is_outdated

_T = TypeVar("_T")

MAKE = SIGNATURES * 1000 + 2
"""Of what the index is made: the version of the fingerprints, and that of the documents. Whatever changes the
document of a stack raises it."""
ENOUGH_RECORDINGS = 100
"""Sightings from which on their order tells how likely an issue is to come back."""
MADE, ISSUES, RECORDINGS = "made", "issues", "recordings"
HEADING = ("id", "title", "status", "resolved_at", "resolved_in", "link", "note", "muted_until")
"""The columns of an issue that make its heading."""
MOST_FREQUENCIES = 100_000
"""Tokens whose frequency is remembered."""
_CHUNK = 500
"""Bound parameters a statement; every database takes that many."""


class Rows(Protocol):
    """Runs a statement within a transaction."""

    def __call__(self, statement: str, values: Sequence[str | int] = ()) -> Sequence[Sequence[Any]]:
        """The rows of ``statement``, in which each ``?`` stands for one of the ``values``."""


def chunks(values: Iterable[_T]) -> Iterator[list[_T]]:
    """``values`` in lists short enough for one statement."""
    iterator = iter(values)
    while chunk := list(islice(iterator, _CHUNK)):
        yield chunk


def _among(values: Sequence[object]) -> str:
    return f"IN ({', '.join('?' * len(values))})"


def find(rows: Rows, fingerprints: Collection[str]) -> dict[str, KnownIssue]:
    """The issue of each fingerprint that is known, seen most often of those. Raises ``UnsoundError``."""
    owners = owners_of_fingerprints(rows, fingerprints)
    headings = headings_of(rows, {each[0] for each in owners.values()})
    for value, (owner, *_) in owners.items():
        if owner not in headings:
            raise _sound.UnsoundError(f"the fingerprint {value}: its issue {owner} is missing")
    return {value: headings[owner] for value, (owner, *_) in owners.items()}


def owners(rows: Rows, fingerprint: str) -> list[KnownIssue]:
    """All issues that have ``fingerprint``, the one seen most often first. Raises ``UnsoundError``."""
    found = owners_of_fingerprints(rows, [fingerprint]).get(fingerprint, [])
    headings = headings_of(rows, found)
    return [headings[each] for each in found if each in headings]


def headings_of(rows: Rows, ids: Iterable[str]) -> dict[str, KnownIssue]:
    """The headings of those of the issues ``ids`` that are there. Raises ``UnsoundError``."""
    headings: dict[str, KnownIssue] = {}
    for chunk in chunks(ids):
        statement = f"SELECT {', '.join(HEADING)} FROM stacktraces_issue WHERE id {_among(chunk)}"
        for row in rows(statement, chunk):
            headings[row[0]] = sound_heading(row)
    return headings


def sound_heading(row: Sequence[object]) -> KnownIssue:
    """The heading in ``row``. Raises ``UnsoundError``."""
    wrong: list[str] = []
    heading = _sound.heading(row, wrong)
    _sound.refuse(wrong)
    assert heading is not None
    return heading


def owners_of_fingerprints(rows: Rows, fingerprints: Iterable[str]) -> dict[str, list[str]]:
    """The ids of the issues of each fingerprint that is known, the one seen most often first.

    Raises ``UnsoundError``.
    """
    owners: dict[str, list[str]] = {}
    wrong: list[str] = []
    for chunk in chunks(fingerprints):
        statement = (
            f"SELECT value, issue_id FROM stacktraces_fingerprint WHERE value {_among(chunk)} "
            "ORDER BY count DESC, length(issue_id), issue_id"
        )
        for value, owner in rows(statement, chunk):
            found = _sound.name(owner, f"the fingerprint {value}: its issue's id", wrong) or ""
            owners.setdefault(value, []).append(found)
    _sound.refuse(wrong)
    return owners


def holds_outdated(rows: Rows) -> bool:
    """Whether there is a fingerprint of another version: one that sorts before or behind those of today's."""
    statement = "SELECT value FROM stacktraces_fingerprint WHERE value < ? OR value >= ?"
    return any(is_outdated(value) for (value,) in rows(statement, (f"{SIGNATURES}-", f"{SIGNATURES}.")))


def state(rows: Rows, name: str) -> int:
    """A number that the index of likeness keeps; 0 where there is none."""
    found = rows("SELECT value FROM stacktraces_state WHERE name = ?", (name,))
    return found[0][0] if found else 0


def is_current(rows: Rows) -> bool:
    """Whether the index is there and was made by this version."""
    return state(rows, MADE) == MAKE


def look_up(rows: Rows, query: Query, frequency: dict[str, int]) -> Found | None:
    """What the index answers; ``None`` where it is not current. ``frequency`` is kept; see StoredIndex."""
    if not is_current(rows):
        return None
    if len(frequency) > MOST_FREQUENCIES:
        frequency.clear()
    return search(StoredIndex(rows, frequency), query)


class StoredIndex:
    """The index within a transaction: a :class:`~stacktraces.signatures.search.Backing`."""

    def __init__(self, rows: Rows, frequency: dict[str, int]) -> None:
        """``frequency`` keeps in how many issues tokens occur, from one transaction to the next."""
        self._rows = rows
        self._issues = state(rows, ISSUES)
        self._recordings = state(rows, RECORDINGS)
        self._frequency = frequency

    def weights(self, tokens: Collection[str]) -> Weights:
        """See :class:`~stacktraces.signatures.search.Backing`."""
        numbers = {token_number(each): each for each in tokens if each not in self._frequency}
        self._frequency.update(dict.fromkeys(numbers.values(), 0))
        for chunk in chunks(sorted(numbers)):
            statement = f"SELECT token, issues FROM stacktraces_token WHERE token {_among(chunk)}"
            for token, issues in self._rows(statement, chunk):
                self._frequency[numbers[token]] = max(int(issues), 0)
        return Weights(self._frequency, self._issues)

    def postings(self, key: str | int, most: int) -> Sequence[int]:
        """See :class:`~stacktraces.signatures.search.Backing`."""
        statement = "SELECT stack FROM stacktraces_posting WHERE token = ? ORDER BY stack DESC LIMIT ?"
        return [stack for (stack,) in self._rows(statement, (token_number(key), most))]

    def same(self, fingerprint: str, most: int) -> Sequence[int]:
        """See :class:`~stacktraces.signatures.search.Backing`."""
        statement = "SELECT number FROM stacktraces_stack WHERE fingerprint = ? ORDER BY number DESC LIMIT ?"
        return [number for (number,) in self._rows(statement, (fingerprint, most))]

    def issues(self, numbers: Collection[int]) -> Mapping[int, str]:
        """See :class:`~stacktraces.signatures.search.Backing`."""
        owners: dict[int, str] = {}
        for chunk in chunks(sorted(numbers)):
            statement = f"SELECT number, issue_id FROM stacktraces_stack WHERE number {_among(chunk)}"
            owners.update((number, issue) for number, issue in self._rows(statement, chunk))
        return owners

    def stacks(self, numbers: Collection[int]) -> Mapping[int, Owned]:
        """See :class:`~stacktraces.signatures.search.Backing`."""
        stacks: dict[int, Owned] = {}
        for chunk in chunks(sorted(numbers)):
            statement = (
                f"SELECT number, issue_id, document FROM stacktraces_stack WHERE number {_among(chunk)}"
            )
            for number, issue, text in self._rows(statement, chunk):
                stacks[number] = Owned(issue, _stored_documents.decode(text))
        return stacks

    def ages(self, issues: Collection[str]) -> Mapping[str, int | None]:
        """See :class:`~stacktraces.signatures.search.Backing`."""
        ages: dict[str, int | None] = dict.fromkeys(issues)
        if self._recordings < ENOUGH_RECORDINGS:
            return ages
        for chunk in chunks(sorted(issues)):
            statement = (
                "SELECT issue_id, max(recording) FROM stacktraces_fingerprint "
                f"WHERE issue_id {_among(chunk)} GROUP BY issue_id"
            )
            for issue, seen in self._rows(statement, chunk):
                ages[issue] = None if seen is None else max(self._recordings - int(seen), 0)
        return ages
