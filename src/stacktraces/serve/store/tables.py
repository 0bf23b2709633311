"""The tables of the site, beside those of known issues.

Their statements name no table of known issues: whatever else does is taken for somebody's program there.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text

METADATA = MetaData()
# SQLite gives out numbers by itself for columns of this very type only.
_NUMBER = BigInteger().with_variant(Integer(), "sqlite")

SCHEMA = Table("site_schema", METADATA, Column("version", Integer, nullable=False))

PROJECT = Table(
    "site_project",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("created", Text, nullable=False),
)

TOKEN = Table(
    "site_token",
    METADATA,
    Column("digest", Text, primary_key=True),
    Column("project", Text, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("created", Text, nullable=False),
)

# The entries of the spool that were stored: one that is read again after a crash counts once.
TAKEN = Table("site_taken", METADATA, Column("entry", Text, primary_key=True))

OCCURRENCE = Table(
    "site_occurrence",
    METADATA,
    Column("number", _NUMBER, primary_key=True),
    Column("issue", Text, nullable=False),
    Column("project", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("seen", Text, nullable=False),
    Column("environment", Text),
    Column("release", Text),
    Column("host", Text),
    Column("runtime", Text),
    Column("type", Text),
    Column("message", Text),
    Column("own_file", Text),
    Column("trace", Text, nullable=False),
    Index("site_occurrence_of_issue", "issue", "seen"),
    Index("site_occurrence_of_project", "project", "seen"),
)
