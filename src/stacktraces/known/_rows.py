"""Issues as rows: the statements, which SQLite and PostgreSQL both understand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, select

from ..model import Error, KnownIssue
from .issue import Issue, Sighting, Stack, clean
from .schema import ALIAS, EXEMPLAR, FINGERPRINT, ISSUE, VERSION

_CHUNK = 500
"""Bound parameters a statement; every database takes that many."""
_ENCODER = msgspec.json.Encoder()
_decode = msgspec.json.Decoder(Error).decode
_HEADING = (
    ISSUE.c.id,
    ISSUE.c.title,
    ISSUE.c.status,
    ISSUE.c.resolved_at,
    ISSUE.c.resolved_in,
    ISSUE.c.link,
    ISSUE.c.note,
)


def chunks(values: Iterable[str]) -> Iterator[list[str]]:
    """``values`` in lists short enough for one statement."""
    iterator = iter(values)
    while chunk := list(islice(iterator, _CHUNK)):
        yield chunk


def find(connection: Connection, fingerprints: Collection[str]) -> dict[str, KnownIssue]:
    """The issue of each fingerprint that is known."""
    owner_of: dict[str, str] = {}
    for chunk in chunks(fingerprints):
        query = select(FINGERPRINT.c.value, FINGERPRINT.c.issue_id).where(FINGERPRINT.c.value.in_(chunk))
        owner_of.update((value, owner) for value, owner in connection.execute(query))
    headings: dict[str, KnownIssue] = {}
    for chunk in chunks(dict.fromkeys(owner_of.values())):
        for row in connection.execute(select(*_HEADING).where(ISSUE.c.id.in_(chunk))):
            headings[row[0]] = KnownIssue(*row)
    return {value: headings[owner] for value, owner in owner_of.items()}


def owners_of_names(connection: Connection, keys: Iterable[str]) -> dict[str, str]:
    """The id of the issue whose id or alias is the key, for each of ``keys`` that is one."""
    owners: dict[str, str] = {}
    for chunk in chunks(keys):
        aliases = select(ALIAS.c.id, ALIAS.c.issue_id).where(ALIAS.c.id.in_(chunk))
        owners.update((alias, owner) for alias, owner in connection.execute(aliases))
        ids = select(ISSUE.c.id).where(ISSUE.c.id.in_(chunk))
        owners.update((found, found) for found in connection.scalars(ids))
    return owners


def issue(connection: Connection, key: str) -> Issue | None:
    """The issue whose id, alias or fingerprint is ``key``."""
    key = clean(key)
    owner = owners_of_names(connection, [key]).get(key) or connection.scalar(
        select(FINGERPRINT.c.issue_id).where(FINGERPRINT.c.value == key)
    )
    return next(_load(connection, [owner]), None) if owner else None


def issues(connection: Connection) -> Iterator[Issue]:
    """Every issue, by id."""
    for chunk in chunks(sorted(connection.scalars(select(ISSUE.c.id)))):
        yield from _load(connection, chunk)


def _load(connection: Connection, ids: Sequence[str]) -> Iterator[Issue]:
    """The issues of the ``ids`` that exist, by id."""
    aliases: dict[str, list[str]] = defaultdict(list)
    for alias, owner in connection.execute(select(*ALIAS.c).where(ALIAS.c.issue_id.in_(ids))):
        aliases[owner].append(alias)
    seen = select(*FINGERPRINT.c).where(FINGERPRINT.c.issue_id.in_(ids)).order_by(FINGERPRINT.c.value)
    rows = connection.execute(seen).all()
    values = select(FINGERPRINT.c.value).where(FINGERPRINT.c.issue_id.in_(ids))
    versions: dict[str, list[str]] = defaultdict(list)
    for value, version in connection.execute(select(*VERSION.c).where(VERSION.c.fingerprint.in_(values))):
        versions[value].append(version)
    exemplars: dict[str, list[Error | None]] = defaultdict(list)
    stored = select(EXEMPLAR.c.fingerprint, EXEMPLAR.c.error).where(EXEMPLAR.c.fingerprint.in_(values))
    for value, error in connection.execute(stored.order_by(EXEMPLAR.c.position)):
        exemplars[value].append(_decode(error))
    stacks: dict[str, list[Stack]] = defaultdict(list)
    for value, owner, count, first, last in rows:
        first_error, *others = exemplars[value] or [None]
        stacks[owner].append(Stack(value, first_error, count, first, last, sorted(versions[value])))
        stacks[owner].extend(Stack(value, error) for error in others)
    for row in sorted(connection.execute(select(*_HEADING).where(ISSUE.c.id.in_(ids))).all()):
        yield Issue(*row, sorted(aliases[row[0]]), stacks[row[0]])


def replace(connection: Connection, issue: Issue) -> None:
    """Write ``issue`` in place of what the rows of its id say."""
    heading = {column.name: getattr(issue, column.name) for column in _HEADING}
    heading = {key: clean(value) if isinstance(value, str) else value for key, value in heading.items()}
    if connection.scalar(select(ISSUE.c.id).where(ISSUE.c.id == issue.id)) is None:
        connection.execute(ISSUE.insert().values(heading))
    else:
        connection.execute(ISSUE.update().where(ISSUE.c.id == issue.id).values(heading))
    connection.execute(ALIAS.delete().where(ALIAS.c.issue_id == issue.id))
    connection.execute(FINGERPRINT.delete().where(FINGERPRINT.c.issue_id == issue.id))
    _insert(connection, ALIAS, [{"id": alias, "issue_id": issue.id} for alias in issue.aliases])
    positions: dict[str, int] = {}
    rows: dict[Table, list[dict[str, Any]]] = {FINGERPRINT: [], EXEMPLAR: [], VERSION: []}
    for stack in issue.stacks:
        position = positions[stack.fingerprint] = positions.get(stack.fingerprint, -1) + 1
        if position == 0:
            rows[FINGERPRINT].append(fingerprint_row(stack, issue.id))
        if stack.error is not None:
            error = encode_error(stack.error)
            rows[EXEMPLAR].append({"fingerprint": stack.fingerprint, "position": position, "error": error})
        rows[VERSION].extend({"fingerprint": stack.fingerprint, "version": each} for each in stack.versions)
    for table, found in rows.items():
        _insert(connection, table, found)


def encode_error(error: Error) -> str:
    """An exemplar as JSON text, which NUL and control characters only enter escaped."""
    return _ENCODER.encode(error).decode()


def fingerprint_row(stack: Stack | Sighting, owner: str) -> dict[str, Any]:
    """A row of the fingerprint table."""
    return {
        "value": stack.fingerprint,
        "issue_id": owner,
        "count": stack.count,
        "first_seen": stack.first_seen,
        "last_seen": stack.last_seen,
    }


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(table.insert(), rows)
