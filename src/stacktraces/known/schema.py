"""The tables of an SQL store of known issues."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData, Table, Text

METADATA = MetaData()
PREFIX = "stacktraces_"

# Binary order everywhere: text order of times is time order.
TEXT = Text().with_variant(Text(collation="C"), "postgresql")


def _owner(target: str) -> ForeignKey:
    return ForeignKey(f"{PREFIX}{target}", ondelete="CASCADE")


SCHEMA = Table(f"{PREFIX}schema", METADATA, Column("version", Integer, nullable=False))

ISSUE = Table(
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

ALIAS = Table(
    f"{PREFIX}alias",
    METADATA,
    Column("id", TEXT, primary_key=True),
    Column("issue_id", TEXT, _owner("issue.id"), nullable=False, index=True),
)

# Sightings are kept a fingerprint, so that they go with it when issues are merged and split.
FINGERPRINT = Table(
    f"{PREFIX}fingerprint",
    METADATA,
    Column("value", TEXT, primary_key=True),
    Column("issue_id", TEXT, _owner("issue.id"), nullable=False, index=True),
    Column("count", BigInteger, nullable=False),
    Column("first_seen", TEXT),
    Column("last_seen", TEXT),
)

EXEMPLAR = Table(
    f"{PREFIX}exemplar",
    METADATA,
    Column("fingerprint", TEXT, _owner("fingerprint.value"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("error", TEXT, nullable=False),
)

VERSION = Table(
    f"{PREFIX}version",
    METADATA,
    Column("fingerprint", TEXT, _owner("fingerprint.value"), primary_key=True),
    Column("version", TEXT, primary_key=True),
)
