"""The tokens that were given out: seen, and taken back."""

from __future__ import annotations

import msgspec
from sqlalchemy import select

from ...errors import UsageError
from ...known.sql import SqlStore
from .tables import TOKEN

_SHOWN = 16
"""Digits of a digest that name its token."""


class GivenToken(msgspec.Struct, frozen=True):
    """What is known of a token; not the token itself."""

    id: str
    kind: str
    project: str
    """Empty for all projects."""
    name: str
    created: str
    """ISO 8601 in UTC."""


def given_tokens(known: SqlStore) -> list[GivenToken]:
    """All tokens, the latest first. Raises ``StoreError``."""
    column = TOKEN.c
    statement = select(column.digest, column.kind, column.project, column.name, column.created)
    with known.connection(writes=False) as connection:
        rows = connection.execute(statement.order_by(column.created.desc(), column.digest)).all()
    return [GivenToken(row[0][:_SHOWN], *row[1:]) for row in rows]


def take_back(known: SqlStore, token_id: str) -> GivenToken:
    """End a token. Raises ``UsageError`` where there is none of that id, and ``StoreError``."""
    found = next((each for each in given_tokens(known) if each.id == token_id), None)
    if found is None:
        raise UsageError("There is no such token; it may have been taken back already.")
    with known.connection(writes=True) as connection:
        connection.execute(TOKEN.delete().where(TOKEN.c.digest.startswith(token_id, autoescape=True)))
    return found
