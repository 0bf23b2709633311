"""The tables of an SQL store of known issues."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    Table,
    Text,
    event,
)

METADATA = MetaData()
PREFIX = "stacktraces_"

# Binary order everywhere: text order of times is time order.
TEXT = Text().with_variant(Text(collation="C"), "postgresql")


def _owner(target: str) -> ForeignKey:
    return ForeignKey(f"{PREFIX}{target}", ondelete="CASCADE")


def _of_fingerprint() -> ForeignKeyConstraint:
    owner = [f"{PREFIX}fingerprint.value", f"{PREFIX}fingerprint.issue_id"]
    return ForeignKeyConstraint(["fingerprint", "issue_id"], owner, ondelete="CASCADE")


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
    Column("muted_until", TEXT),
)

ALIAS = Table(
    f"{PREFIX}alias",
    METADATA,
    Column("id", TEXT, primary_key=True),
    Column("issue_id", TEXT, _owner("issue.id"), nullable=False, index=True),
)

# Sightings are kept a fingerprint, so that they go with it when issues are merged and split. Several issues
# may hold one fingerprint: then the rest of a stack decides.
FINGERPRINT = Table(
    f"{PREFIX}fingerprint",
    METADATA,
    Column("value", TEXT, primary_key=True),
    Column("issue_id", TEXT, _owner("issue.id"), primary_key=True, index=True),
    Column("count", BigInteger, nullable=False),
    Column("first_seen", TEXT),
    Column("last_seen", TEXT),
    Column("recording", BigInteger, index=True),
)

EXEMPLAR = Table(
    f"{PREFIX}exemplar",
    METADATA,
    Column("fingerprint", TEXT, primary_key=True),
    Column("issue_id", TEXT, primary_key=True, index=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("error", TEXT, nullable=False),
    _of_fingerprint(),
)

VERSION = Table(
    f"{PREFIX}version",
    METADATA,
    Column("fingerprint", TEXT, primary_key=True),
    Column("issue_id", TEXT, primary_key=True, index=True),
    Column("version", TEXT, primary_key=True),
    _of_fingerprint(),
)

# How often a fingerprint was seen each day. A server keeps each month in a partition of its own, which goes
# at once when it is old; what has no month of its own is in the last one.
SIGHTING = Table(
    f"{PREFIX}sighting",
    METADATA,
    Column("day", TEXT, primary_key=True),
    Column("fingerprint", TEXT, primary_key=True),
    Column("count", BigInteger, nullable=False),
    postgresql_partition_by="RANGE (day)",
)


@event.listens_for(SIGHTING, "after_create")
def _create_last_partition(table: Table, connection: Connection, **_: object) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"CREATE TABLE {table.name}_other PARTITION OF {table.name} DEFAULT")


# The index of likeness: made from the exemplars, and made anew where it is missing or of another version.
STACK = Table(
    f"{PREFIX}stack",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("issue_id", TEXT, nullable=False, index=True),
    Column("fingerprint", TEXT, nullable=False, index=True),
    Column("document", TEXT, nullable=False),
)

POSTING = Table(
    f"{PREFIX}posting",
    METADATA,
    Column("token", BigInteger, primary_key=True, autoincrement=False),
    Column("stack", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

TOKEN = Table(
    f"{PREFIX}token",
    METADATA,
    Column("token", BigInteger, primary_key=True, autoincrement=False),
    Column("issues", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

STATE = Table(
    f"{PREFIX}state",
    METADATA,
    Column("name", TEXT, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
