"""The tables of an SQL store as they were in version 1 of the schema, where a fingerprint had one issue."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData, Table

from .schema import PREFIX, TEXT

METADATA = MetaData()


def _owner(target: str) -> ForeignKey:
    return ForeignKey(f"{PREFIX}{target}", ondelete="CASCADE")


Table(f"{PREFIX}schema", METADATA, Column("version", Integer, nullable=False))

Table(
    f"{PREFIX}issue",
    METADATA,
    Column("id", TEXT, primary_key=True),
    Column("title", TEXT, nullable=False),
    Column("status", TEXT, nullable=False),
    Column("resolved_at", TEXT),
    Column("resolved_in", TEXT),
    Column("link", TEXT),
    Column("note", TEXT),
)

Table(
    f"{PREFIX}alias",
    METADATA,
    Column("id", TEXT, primary_key=True),
    Column("issue_id", TEXT, _owner("issue.id"), nullable=False, index=True),
)

Table(
    f"{PREFIX}fingerprint",
    METADATA,
    Column("value", TEXT, primary_key=True),
    Column("issue_id", TEXT, _owner("issue.id"), nullable=False, index=True),
    Column("count", BigInteger, nullable=False),
    Column("first_seen", TEXT),
    Column("last_seen", TEXT),
)

Table(
    f"{PREFIX}exemplar",
    METADATA,
    Column("fingerprint", TEXT, _owner("fingerprint.value"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("error", TEXT, nullable=False),
)

Table(
    f"{PREFIX}version",
    METADATA,
    Column("fingerprint", TEXT, _owner("fingerprint.value"), primary_key=True),
    Column("version", TEXT, primary_key=True),
)
