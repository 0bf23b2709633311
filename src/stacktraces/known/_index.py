"""The index of likeness in a database: the stacks of known issues, found by what they hold.

It is made from the exemplars and grows with them, so that one stack is looked up without reading all. The
search is that of :mod:`stacktraces.signatures.search`.
"""

from __future__ import annotations

import bisect
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, select

from ..signatures.document import document
from ..signatures.search import keys, token_number
from . import _stored_documents
from ._lookup import ISSUES, MADE, MAKE, RECORDINGS, chunks, is_current, state
from ._rows import insert_into, load, rows_of
from .issue import MOST, Issue
from .older import exemplar_today, fingerprint_today
from .schema import FINGERPRINT, ISSUE, POSTING, STACK, STATE, TOKEN

MOST_STACKS = 64
"""Stacks of an issue that are compared."""
_HASH_BITS = 20
"""The lowest bits of a stack's number tell those apart that two writers add at the same time."""


class _Row(NamedTuple):
    """A stack of the index."""

    issue: str
    fingerprint: str
    document: str


def numbers(connection: Connection, moments: Sequence[str | None]) -> list[int]:
    """The numbers of sightings that are recorded together, which took place at these ``moments``.

    Sightings are numbered in the order in which they were recorded, and those of one recording by time. Where
    that is the same they have one number, in the middle of theirs.
    """
    last = _state(connection, RECORDINGS)
    times = sorted(each or "" for each in moments)
    middles = {
        each: (bisect.bisect_left(times, each) + 1 + bisect.bisect_right(times, each)) // 2
        for each in set(times)
    }
    return [min(last + middles[each or ""], MOST) for each in moments]


def add_recording(connection: Connection, sightings: int) -> None:
    """A recording of so many ``sightings`` took place. The last thing that is done in a transaction."""
    _add_to_state(connection, RECORDINGS, sightings)


def _state(connection: Connection, name: str) -> int:
    return state(rows_of(connection), name)


def _add_to_state(connection: Connection, name: str, change: int) -> None:
    value = func.coalesce(STATE.c.value, 0) + change
    found = connection.execute(STATE.update().where(STATE.c.name == name).values(value=value))
    if not found.rowcount:
        connection.execute(STATE.insert().values(name=name, value=change))


def refresh(connection: Connection, touched: Collection[str]) -> None:
    """Bring the index up to date with the exemplars of the issues ``touched``, some of which may be gone."""
    if not is_current(rows_of(connection)):
        rebuild(connection)
        return
    for chunk in chunks(sorted(touched)):
        _refresh(connection, chunk)


def rebuild(connection: Connection) -> None:
    """Make the index anew from all exemplars."""
    recordings = connection.scalar(select(func.max(FINGERPRINT.c.recording))) or 0
    values = {MADE: MAKE, ISSUES: 0, RECORDINGS: max(recordings, _state(connection, RECORDINGS))}
    for table in (POSTING, TOKEN, STACK, STATE):
        connection.execute(delete(table))
    connection.execute(STATE.insert(), [{"name": name, "value": value} for name, value in values.items()])
    for chunk in chunks(sorted(connection.scalars(select(ISSUE.c.id)))):
        _refresh(connection, chunk)


def _refresh(connection: Connection, ids: Sequence[str]) -> None:
    if connection.dialect.name == "postgresql":
        # Two writers that teach one issue come one after the other.
        rows = select(ISSUE.c.id).where(ISSUE.c.id.in_(ids)).order_by(ISSUE.c.id)
        connection.execute(rows.with_for_update(key_share=True))
    old = list(connection.execute(select(*STACK.c).where(STACK.c.issue_id.in_(ids))))
    new = {row for issue in load(connection, ids) for row in _rows_of(issue)}
    kept = {_Row(issue, name, text) for _, issue, name, text in old} & new
    gone = [(number, _Row(*row)) for number, *row in old if _Row(*row) not in kept]
    before, after = _tokens(row for _, *row in map(tuple, old)), _tokens(new)
    _forget(connection, gone)
    _learn(connection, sorted(new - kept))
    changes = Counter[int]()
    for tokens in after.values():
        changes.update(tokens)
    for tokens in before.values():
        changes.subtract(tokens)
    _count(connection, {token: change for token, change in changes.items() if change})
    issues = len(after) - len(before)
    if issues:
        _add_to_state(connection, ISSUES, issues)


def _rows_of(issue: Issue) -> Iterator[_Row]:
    for stack in issue.stacks[:MOST_STACKS]:
        exemplar = exemplar_today(stack)
        if exemplar is not None:
            text = _stored_documents.encode(document(exemplar, exemplar.runtime))
            yield _Row(issue.id, fingerprint_today(stack), text)


def _tokens(rows: Iterable[Sequence[str]]) -> dict[str, set[int]]:
    """The numbers of the tokens of each issue."""
    tokens: defaultdict[str, set[int]] = defaultdict(set)
    for issue, _, text in rows:
        tokens[issue].update(map(token_number, _stored_documents.decode(text).frames))
    return tokens


def _postings(rows: Iterable[tuple[int, _Row]]) -> list[dict[str, int]]:
    return [
        {"token": key, "stack": number}
        for number, row in rows
        for key in sorted(set(map(token_number, keys(_stored_documents.decode(row.document)))))
    ]


def _forget(connection: Connection, rows: Sequence[tuple[int, _Row]]) -> None:
    if rows:
        for each in _postings(rows):
            found = POSTING.c.token == each["token"], POSTING.c.stack == each["stack"]
            connection.execute(delete(POSTING).where(*found))
        connection.execute(delete(STACK).where(STACK.c.number.in_([number for number, _ in rows])))


def _learn(connection: Connection, rows: Sequence[_Row]) -> None:
    if not rows:
        return
    last = (connection.scalar(select(func.max(STACK.c.number))) or 0) >> _HASH_BITS
    numbers = [
        (last + place << _HASH_BITS) | (token_number("\0".join(row)) & ((1 << _HASH_BITS) - 1))
        for place, row in enumerate(rows, start=1)
    ]
    values = [
        {"number": number, "issue_id": row.issue, "fingerprint": row.fingerprint, "document": row.document}
        for number, row in zip(numbers, rows, strict=True)
    ]
    connection.execute(STACK.insert(), values)
    postings = _postings(zip(numbers, rows, strict=True))
    if postings:
        connection.execute(POSTING.insert(), postings)


def _count(connection: Connection, changes: Mapping[int, int]) -> None:
    """Add to the numbers of issues that tokens occur in, in one order: no writer waits for one that waits."""
    if not changes:
        return
    statement = insert_into(connection, TOKEN)
    summed = statement.on_conflict_do_update(
        index_elements=[TOKEN.c.token], set_={"issues": TOKEN.c.issues + statement.excluded.issues}
    )
    connection.execute(summed, [{"token": token, "issues": changes[token]} for token in sorted(changes)])
