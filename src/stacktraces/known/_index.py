"""The index of likeness in a database: the stacks of known issues, found by what they hold.

It is made from the exemplars and grows with them, so that one stack is looked up without reading all. The
search is that of :mod:`stacktraces.signatures.search`.
"""

from __future__ import annotations

import bisect
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, delete, func, select

from ..signatures.document import StackDocument, document
from ..signatures.fingerprint import VERSION as SIGNATURES
from ..signatures.search import Owned, keys, token_number
from ..signatures.similarity import Weights
from ._rows import chunks, insert_into, load
from ._sound import UnsoundError
from .issue import MOST, Issue
from .older import exemplar_today, fingerprint_today
from .schema import FINGERPRINT, ISSUE, POSTING, STACK, STATE, TOKEN

MAKE = SIGNATURES * 1000 + 1
"""Of what the index is made: the version of the fingerprints, and that of the documents. Whatever changes the
document of a stack raises it."""
MOST_STACKS = 64
"""Stacks of an issue that are compared."""
ENOUGH_RECORDINGS = 100
"""Sightings from which on their order tells how likely an issue is to come back."""
_MADE, _ISSUES, _RECORDINGS = "made", "issues", "recordings"
_HASH_BITS = 20
"""The lowest bits of a stack's number tell those apart that two writers add at the same time."""
_ENCODER = msgspec.json.Encoder()


class _Stored(msgspec.Struct, omit_defaults=True):
    """A document as it is stored."""

    runtime: str | None = None
    frames: tuple[str, ...] = ()
    addresses: list[int] = []
    error_type: str | None = None
    causes: tuple[str, ...] = ()
    message: str | None = None
    raised: bool = False
    truncated: bool = True


_decode = msgspec.json.Decoder(_Stored).decode


class _Row(NamedTuple):
    """A stack of the index."""

    issue: str
    fingerprint: str
    document: str


def is_current(connection: Connection) -> bool:
    """Whether the index is there and was made by this version."""
    return _state(connection, _MADE) == MAKE


def numbers(connection: Connection, moments: Sequence[str | None]) -> list[int]:
    """The numbers of sightings that are recorded together, which took place at these ``moments``.

    Sightings are numbered in the order in which they were recorded, and those of one recording by time. Where
    that is the same they have one number, in the middle of theirs.
    """
    last = _state(connection, _RECORDINGS)
    times = sorted(each or "" for each in moments)
    middles = {
        each: (bisect.bisect_left(times, each) + 1 + bisect.bisect_right(times, each)) // 2
        for each in set(times)
    }
    return [min(last + middles[each or ""], MOST) for each in moments]


def add_recording(connection: Connection, sightings: int) -> None:
    """A recording of so many ``sightings`` took place. The last thing that is done in a transaction."""
    _add_to_state(connection, _RECORDINGS, sightings)


def _state(connection: Connection, name: str) -> int:
    return connection.scalar(select(STATE.c.value).where(STATE.c.name == name)) or 0


def _add_to_state(connection: Connection, name: str, change: int) -> None:
    value = func.coalesce(STATE.c.value, 0) + change
    found = connection.execute(STATE.update().where(STATE.c.name == name).values(value=value))
    if not found.rowcount:
        connection.execute(STATE.insert().values(name=name, value=change))


def refresh(connection: Connection, touched: Collection[str]) -> None:
    """Bring the index up to date with the exemplars of the issues ``touched``, some of which may be gone."""
    if not touched:
        return
    if not is_current(connection):
        rebuild(connection)
        return
    for chunk in chunks(sorted(touched)):
        _refresh(connection, chunk)


def rebuild(connection: Connection) -> None:
    """Make the index anew from all exemplars."""
    recordings = connection.scalar(select(func.max(FINGERPRINT.c.recording))) or 0
    state = {_MADE: MAKE, _ISSUES: 0, _RECORDINGS: max(recordings, _state(connection, _RECORDINGS))}
    for table in (POSTING, TOKEN, STACK, STATE):
        connection.execute(delete(table))
    connection.execute(STATE.insert(), [{"name": name, "value": value} for name, value in state.items()])
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
        _add_to_state(connection, _ISSUES, issues)


def _rows_of(issue: Issue) -> Iterator[_Row]:
    for stack in issue.stacks[:MOST_STACKS]:
        exemplar = exemplar_today(stack)
        if exemplar is not None:
            made = document(exemplar, exemplar.runtime)
            fields = {name: getattr(made, name) for name in made.__struct_fields__}
            stored = _Stored(**fields | {"addresses": made.addresses.tolist()})
            yield _Row(issue.id, fingerprint_today(stack), _ENCODER.encode(stored).decode())


def _document(text: str) -> StackDocument:
    """The document that is stored as ``text``. Raises ``UnsoundError``."""
    try:
        stored = _decode(text)
        fields = {name: getattr(stored, name) for name in stored.__struct_fields__}
        return StackDocument(**fields | {"addresses": array("I", stored.addresses)})
    except (msgspec.DecodeError, ValueError, OverflowError, RecursionError) as error:
        raise UnsoundError("its index of likeness holds what is no stack") from error


def _tokens(rows: Iterable[Sequence[str]]) -> dict[str, set[int]]:
    """The numbers of the tokens of each issue."""
    tokens: defaultdict[str, set[int]] = defaultdict(set)
    for issue, _, text in rows:
        tokens[issue].update(map(token_number, _document(text).frames))
    return tokens


def _postings(rows: Iterable[tuple[int, _Row]]) -> list[dict[str, int]]:
    return [
        {"token": key, "stack": number}
        for number, row in rows
        for key in sorted(set(map(token_number, keys(_document(row.document)))))
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


class StoredIndex:
    """The index within a transaction: a :class:`~stacktraces.signatures.search.Backing`."""

    def __init__(self, connection: Connection, frequency: dict[str, int]) -> None:
        """``frequency`` keeps in how many issues tokens occur, from one transaction to the next."""
        self._connection = connection
        self._issues = _state(connection, _ISSUES)
        self._recordings = _state(connection, _RECORDINGS)
        self._frequency = frequency

    def weights(self, tokens: Collection[str]) -> Weights:
        """See :class:`~stacktraces.signatures.search.Backing`."""
        numbers = {token_number(each): each for each in tokens if each not in self._frequency}
        self._frequency.update(dict.fromkeys(numbers.values(), 0))
        for chunk in _chunks(numbers):
            rows = select(TOKEN.c.token, TOKEN.c.issues).where(TOKEN.c.token.in_(chunk))
            for token, issues in self._connection.execute(rows).all():
                self._frequency[numbers[token]] = max(int(issues), 0)
        return Weights(self._frequency, self._issues)

    def postings(self, key: str | int, most: int) -> Sequence[int]:
        """See :class:`~stacktraces.signatures.search.Backing`."""
        found = select(POSTING.c.stack).where(POSTING.c.token == token_number(key))
        return self._connection.scalars(found.order_by(POSTING.c.stack.desc()).limit(most)).all()

    def same(self, fingerprint: str, most: int) -> Sequence[int]:
        """See :class:`~stacktraces.signatures.search.Backing`."""
        found = select(STACK.c.number).where(STACK.c.fingerprint == fingerprint)
        return self._connection.scalars(found.order_by(STACK.c.number.desc()).limit(most)).all()

    def issues(self, numbers: Collection[int]) -> Mapping[int, str]:
        """See :class:`~stacktraces.signatures.search.Backing`."""
        owners: dict[int, str] = {}
        for chunk in _chunks(numbers):
            rows = select(STACK.c.number, STACK.c.issue_id).where(STACK.c.number.in_(chunk))
            owners.update((number, issue) for number, issue in self._connection.execute(rows).all())
        return owners

    def stacks(self, numbers: Collection[int]) -> Mapping[int, Owned]:
        """See :class:`~stacktraces.signatures.search.Backing`."""
        stacks: dict[int, Owned] = {}
        for chunk in _chunks(numbers):
            rows = select(STACK.c.number, STACK.c.issue_id, STACK.c.document).where(STACK.c.number.in_(chunk))
            for number, issue, text in self._connection.execute(rows).all():
                stacks[number] = Owned(issue, _document(text))
        return stacks

    def ages(self, issues: Collection[str]) -> Mapping[str, int | None]:
        """See :class:`~stacktraces.signatures.search.Backing`."""
        ages: dict[str, int | None] = dict.fromkeys(issues)
        if self._recordings < ENOUGH_RECORDINGS:
            return ages
        for chunk in chunks(sorted(issues)):
            latest = func.max(FINGERPRINT.c.recording)
            rows = select(FINGERPRINT.c.issue_id, latest).where(FINGERPRINT.c.issue_id.in_(chunk))
            for issue, seen in self._connection.execute(rows.group_by(FINGERPRINT.c.issue_id)).all():
                ages[issue] = None if seen is None else max(self._recordings - int(seen), 0)
        return ages


def _chunks(numbers: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(numbers)
    for start in range(0, len(ordered), 500):
        yield ordered[start : start + 500]
