"""The tables of the site, beside those of known issues.

They are made, and changed, by the steps of ``migrations/``: what changes here wants one there.
Their statements name no table of known issues: whatever else does is taken for somebody's program there.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text

from ...known.schema import TEXT

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


def _totals(name: str, keys: tuple[str, ...], *more: Column[Any]) -> Table:
    """Sums of occurrences: exact, whichever occurrences are kept. What is of an issue stands together."""
    return Table(
        f"site_{name}",
        METADATA,
        *(Column(key, Text, primary_key=True) for key in keys),
        *more,
        Column("count", BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )


ACTIVITY = _totals(
    "activity",
    ("issue", "project", "fingerprint"),
    Column("first_seen", Text, nullable=False),
    Column("last_seen", Text, nullable=False),
)
HOUR = _totals("hour", ("issue", "hour", "project", "fingerprint"))
Index("site_hour_by_hour", HOUR.c.hour)
FACET = _totals("facet", ("issue", "name", "value", "project", "fingerprint"))
Index("site_facet_of_value", *(FACET.c[each] for each in ("name", "value", "issue", "project")))

# By which issues are searched: see words.py. Made from the facets and the titles.
WORD = Table(
    "site_word",
    METADATA,
    Column("word", TEXT, primary_key=True),
    Column("issue", Text, primary_key=True),
    Column("project", Text, primary_key=True),
    Index("site_word_of_issue", "issue", "project"),
    sqlite_with_rowid=False,
)
