"""Receivers of notices, what they are told, and how sending went; hours are looked for by their time."""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text, UniqueConstraint

revision = "notices"
down_revision = "first"

_NUMBER = BigInteger().with_variant(Integer(), "sqlite")


def _texts(*names: str) -> list[Column[Any]]:
    return [Column(each, Text, nullable=False) for each in names]


def _numbers(*names: str) -> list[Column[Any]]:
    return [Column(each, BigInteger, nullable=False) for each in names]


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "site_receiver",
        Column("id", Text, primary_key=True),
        *_texts("project", "form", "target", "secret", "kinds"),
        Column("paused", Text),
        *_texts("created"),
    )
    op.create_index("ix_site_receiver_project", "site_receiver", ["project"])
    op.create_table(
        "site_notice",
        Column("number", _NUMBER, primary_key=True),
        *_texts("project", "kind", "issue", "key", "at", "reason"),
        Column("growth", Text),
        *_numbers("count"),
        Column("message", Text),
        UniqueConstraint("project", "kind", "issue", "key", name="site_notice_once"),
    )
    op.create_index("ix_site_notice_at", "site_notice", ["at"])
    op.create_index("site_notice_of_project", "site_notice", ["project", "message"])
    op.create_table(
        "site_message",
        Column("id", Text, primary_key=True),
        *_texts("project", "type"),
        *_numbers("made"),
        *_texts("content"),
    )
    op.create_index("site_message_of_project", "site_message", ["project", "made"])
    op.create_table(
        "site_delivery",
        Column("number", _NUMBER, primary_key=True),
        *_texts("message", "receiver", "state"),
        Column("tries", Integer, nullable=False),
        *_numbers("due"),
        Column("tried", BigInteger),
        Column("error", Text),
    )
    op.create_index("ix_site_delivery_message", "site_delivery", ["message"])
    op.create_index("site_delivery_of_receiver", "site_delivery", ["receiver", "number"])
    op.create_index("site_delivery_by_due", "site_delivery", ["state", "due"])
    op.create_index("site_hour_by_hour", "site_hour", ["hour"])
