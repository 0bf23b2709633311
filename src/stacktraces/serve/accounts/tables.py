"""The tables of people: accounts, sessions, what they said and what they did.

They are made, and changed, by the steps of ``store/migrations/``.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

METADATA = MetaData()
_NUMBER = BigInteger().with_variant(Integer(), "sqlite")

ACCOUNT = Table(
    "site_account",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("password", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("created", Text, nullable=False),
)

SESSION = Table(
    "site_session",
    METADATA,
    Column("digest", Text, primary_key=True),
    Column("account", Text, nullable=False),
    Column("until", Text, nullable=False),
)

COMMENT = Table(
    "site_comment",
    METADATA,
    Column("number", _NUMBER, primary_key=True),
    Column("subject", Text, nullable=False, index=True),
    Column("account", Text, nullable=False),
    Column("written", Text, nullable=False),
    Column("text", Text, nullable=False),
)

AUDIT = Table(
    "site_audit",
    METADATA,
    Column("number", _NUMBER, primary_key=True),
    Column("at", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
)
