"""It is told how many occurrences were forgotten, and why."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Text

revision = "dropped"
down_revision = "first"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "site_dropped",
        Column("reason", Text, primary_key=True),
        Column("count", BigInteger, nullable=False),
    )
