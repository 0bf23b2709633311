"""Issues as rows: the statements, which SQLite and PostgreSQL both understand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
from sqlalchemy import Connection, Table, func, select

from ..errors import ChangeError
from ..model import Error
from . import _lookup, _sound
from ._lookup import Rows, chunks, owners_of_fingerprints, sound_heading
from .issue import MOST, Issue, Sighting, Stack, clean
from .schema import ALIAS, EXEMPLAR, FINGERPRINT, ISSUE, VERSION

_ENCODER = msgspec.json.Encoder()
HEADING = tuple(ISSUE.c[each] for each in _lookup.HEADING)

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
    from sqlalchemy.dialects.sqlite import Insert as SqliteInsert

Insert: TypeAlias = "SqliteInsert | PostgresqlInsert"


def insert_into(connection: Connection, table: Table) -> Insert:
    """An insertion that may say what to do about conflicts; the other dialect is not loaded."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)


def rows_of(connection: Connection) -> Rows:
    """Runs statements of :mod:`._lookup` on ``connection``."""
    is_server = connection.dialect.name == "postgresql"

    def rows(statement: str, values: Sequence[str | int] = ()) -> Sequence[Sequence[Any]]:
        text = statement.replace("?", "%s") if is_server else statement
        return connection.exec_driver_sql(text, tuple(values)).all()

    return rows


def owners_of_names(connection: Connection, keys: Iterable[str]) -> dict[str, str]:
    """The id of the issue whose id or alias is the key, for each of ``keys`` that is one."""
    owners: dict[str, str] = {}
    wrong: list[str] = []
    for chunk in chunks(keys):
        aliases = select(ALIAS.c.id, ALIAS.c.issue_id).where(ALIAS.c.id.in_(chunk))
        for alias, owner in connection.execute(aliases):
            owners[alias] = _sound.name(owner, f"the alias {alias}: its issue's id", wrong) or ""
        ids = select(ISSUE.c.id).where(ISSUE.c.id.in_(chunk))
        owners.update((found, found) for found in connection.scalars(ids))
    _sound.refuse(wrong)
    return owners


def issue(connection: Connection, key: str) -> Issue | None:
    """The issue whose id, alias or fingerprint is ``key``."""
    key = clean(key)
    owner = owners_of_names(connection, [key]).get(key)
    owners = [owner] if owner else owners_of_fingerprints(rows_of(connection), [key]).get(key, [])
    return next(load(connection, owners[:1]), None)


def ids(connection: Connection) -> list[str]:
    """The ids of all issues, sorted. Raises ``UnsoundError``."""
    wrong: list[str] = []
    found = [
        _sound.name(each, "an issue's id", wrong) or "" for each in connection.scalars(select(ISSUE.c.id))
    ]
    _sound.refuse(wrong)
    return sorted(found)


def latest(connection: Connection, statuses: Collection[str], most: int | None, skip: int = 0) -> list[Issue]:
    """The issues of those statuses, or of all, those seen last first: ``most``, the first ``skip`` left out.

    Raises ``UnsoundError``.
    """
    seen = func.coalesce(func.max(FINGERPRINT.c.last_seen), "")
    query = select(ISSUE.c.id).outerjoin(FINGERPRINT, FINGERPRINT.c.issue_id == ISSUE.c.id)
    if statuses:
        query = query.where(ISSUE.c.status.in_(sorted(statuses)))
    query = query.group_by(ISSUE.c.id).order_by(seen.desc(), ISSUE.c.id).limit(most).offset(skip)
    order = list(connection.scalars(query))
    found = {issue.id: issue for chunk in chunks(order) for issue in load(connection, chunk)}
    return [found[each] for each in order if each in found]


def issues(connection: Connection) -> Iterator[Issue]:
    """Every issue, by id."""
    for chunk in chunks(ids(connection)):
        yield from load(connection, chunk)


def load(connection: Connection, ids: Sequence[str]) -> Iterator[Issue]:
    """The issues of the ``ids`` that exist, by id. Raises ``UnsoundError``."""
    headings = [sound_heading(row) for row in connection.execute(select(*HEADING).where(ISSUE.c.id.in_(ids)))]
    wrong: list[str] = []
    aliases: dict[str, list[str]] = defaultdict(list)
    for alias, owner in connection.execute(select(*ALIAS.c).where(ALIAS.c.issue_id.in_(ids))):
        aliases[owner].append(_sound.name(alias, f"the issue {owner}: an alias", wrong) or "")
    stacks = _load_stacks(connection, ids, wrong)
    _sound.refuse(wrong)
    for each in sorted(headings, key=lambda heading: heading.id):
        fields = msgspec.structs.asdict(each)
        yield Issue(**fields, aliases=sorted(aliases[each.id]), stacks=stacks[each.id])


def _load_stacks(connection: Connection, ids: Sequence[str], wrong: list[str]) -> dict[str, list[Stack]]:
    """The stacks of the issues ``ids``, by issue; adds to ``wrong`` what is unsound."""
    seen = select(*FINGERPRINT.c).where(FINGERPRINT.c.issue_id.in_(ids)).order_by(FINGERPRINT.c.value)
    firsts = [_sound.stack(row, wrong) for row in connection.execute(seen).all()]
    versions: dict[tuple[str, str], list[str]] = defaultdict(list)
    told = select(VERSION.c.fingerprint, VERSION.c.issue_id, VERSION.c.version)
    for value, owner, version in connection.execute(told.where(VERSION.c.issue_id.in_(ids))).all():
        text = _sound.text(version, f"the fingerprint {value}: a version", wrong) or ""
        versions[value, owner].append(text)
    exemplars: dict[tuple[str, str], list[Error | None]] = defaultdict(list)
    stored = select(EXEMPLAR.c.fingerprint, EXEMPLAR.c.issue_id, EXEMPLAR.c.error)
    stored = stored.where(EXEMPLAR.c.issue_id.in_(ids)).order_by(EXEMPLAR.c.position)
    for value, owner, error in connection.execute(stored).all():
        exemplars[value, owner].append(_sound.exemplar(value, error, wrong))
    stacks: dict[str, list[Stack]] = defaultdict(list)
    for owner, first in firsts:
        if owner is not None and first is not None:
            first.error, *others = exemplars[first.fingerprint, owner] or [None]
            first.versions = sorted(versions[first.fingerprint, owner])
            stacks[owner].append(first)
            stacks[owner].extend(Stack(first.fingerprint, error) for error in others)
    return stacks


def replace(connection: Connection, issue: Issue) -> None:
    """Write ``issue`` in place of what the rows of its id say; the index of likeness is left as it is."""
    heading = {column.name: getattr(issue, column.name) for column in HEADING}
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
            rows[FINGERPRINT].append(fingerprint_row(stack, issue.id, stack.recording))
        if stack.error is not None:
            encoded = encode_error(stack.error)
            if encoded is None:
                raise ChangeError(f"A stack of {issue.id} is too large to be kept. Nothing was changed.")
            rows[EXEMPLAR].append(
                {
                    "fingerprint": stack.fingerprint,
                    "issue_id": issue.id,
                    "position": position,
                    "error": encoded,
                }
            )
        rows[VERSION].extend(
            {"fingerprint": stack.fingerprint, "issue_id": issue.id, "version": each}
            for each in stack.versions
        )
    for table, found in rows.items():
        _insert(connection, table, found)


def encode_error(error: Error) -> str | None:
    """An exemplar as JSON text, which NUL and control characters only enter escaped.

    ``None`` where it is larger than what is read back.
    """
    if _sound.is_too_large(error):
        return None
    encoded = _ENCODER.encode(error).decode()
    return encoded if len(encoded) <= _sound.MOST_BYTES else None


def fingerprint_row(stack: Stack | Sighting, owner: str, recording: int | None) -> dict[str, Any]:
    """A row of the fingerprint table; ``recording`` is the number of the one that saw it last."""
    return {
        "value": stack.fingerprint,
        "issue_id": owner,
        "count": min(stack.count, MOST),
        "first_seen": stack.first_seen,
        "last_seen": stack.last_seen,
        "recording": recording,
    }


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(table.insert(), rows)
