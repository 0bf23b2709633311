"""The tables of the site, beside those of known issues.

They are made, and changed, by the steps of ``migrations/``: what changes here wants one there.
Their statements name no table of known issues: whatever else does is taken for somebody's program there.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text

METADATA = MetaData()
# SQLite gives out numbers by itself for columns of this very type only.
_NUMBER = BigInteger().with_variant(Integer(), "sqlite")

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

# What was stored: entries of the spool, and occurrences by their senders' names, as PROJECT/NAME. What is
# read again after a crash, or sent again, counts once.
TAKEN = Table(
    "site_taken",
    METADATA,
    Column("entry", Text, primary_key=True),
    Column("at", Text, nullable=False, index=True),
)

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
    Column("count", BigInteger, nullable=False),
    Column("trace", Text, nullable=False),
    Index("site_occurrence_of_issue", "issue", "seen"),
    Index("site_occurrence_of_project", "project", "seen"),
)

# How many occurrences were forgotten, by why.
DROPPED = Table(
    "site_dropped",
    METADATA,
    Column("reason", Text, primary_key=True),
    Column("count", BigInteger, nullable=False),
)


def _totals(name: str, *more: Column[Any]) -> Table:
    """Sums of occurrences: exact, whichever occurrences are kept."""
    return Table(
        f"site_{name}",
        METADATA,
        Column("project", Text, primary_key=True),
        Column("issue", Text, primary_key=True, index=True),
        Column("fingerprint", Text, primary_key=True),
        *more,
        Column("count", BigInteger, nullable=False),
    )


ACTIVITY = _totals(
    "activity", Column("first_seen", Text, nullable=False), Column("last_seen", Text, nullable=False)
)
HOUR = _totals("hour", Column("hour", Text, primary_key=True))
FACET = _totals("facet", Column("name", Text, primary_key=True), Column("value", Text, primary_key=True))
Index("site_hour_by_hour", HOUR.c.hour)
Index("site_facet_of_value", FACET.c.name, FACET.c.value)
