"""The tables of notices: who is told, what happened, what is sent, and how sending went."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text, UniqueConstraint

METADATA = MetaData()
_NUMBER = BigInteger().with_variant(Integer(), "sqlite")

RECEIVER = Table(
    "site_receiver",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("project", Text, nullable=False, index=True),
    Column("form", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("kinds", Text, nullable=False),
    # Why nothing is sent to it.
    Column("paused", Text),
    Column("created", Text, nullable=False),
)

# What happened, written in the transaction that stores the occurrences. A row without a message waits to be
# put into one; a row with a message keeps the same event from being told again.
NOTICE = Table(
    "site_notice",
    METADATA,
    Column("number", _NUMBER, primary_key=True),
    Column("project", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("issue", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("at", Text, nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("growth", Text),
    Column("count", BigInteger, nullable=False),
    Column("message", Text),
    UniqueConstraint("project", "kind", "issue", "key", name="site_notice_once"),
    Index("site_notice_of_project", "project", "message"),
)

# What is sent, the same to every receiver.
MESSAGE = Table(
    "site_message",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("project", Text, nullable=False),
    Column("type", Text, nullable=False),
    # Seconds since 1970, as of DELIVERY.
    Column("made", BigInteger, nullable=False),
    Column("content", Text, nullable=False),
    Index("site_message_of_project", "project", "made"),
)

DELIVERY = Table(
    "site_delivery",
    METADATA,
    Column("number", _NUMBER, primary_key=True),
    Column("message", Text, nullable=False, index=True),
    Column("receiver", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("tried", BigInteger),
    Column("error", Text),
    Index("site_delivery_of_receiver", "receiver", "number"),
    Index("site_delivery_by_due", "state", "due"),
)
