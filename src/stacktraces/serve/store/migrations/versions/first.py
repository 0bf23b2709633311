"""The tables as they were before there were steps; those that are there stay as they are."""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text

revision = "first"
down_revision = None

_TABLES = MetaData()
_NUMBER = BigInteger().with_variant(Integer(), "sqlite")


def _required(name: str, **options: Any) -> Column[Any]:
    return Column(name, Text, nullable=False, **options)


def _key(name: str, **options: Any) -> Column[Any]:
    return Column(name, Text, primary_key=True, **options)


# A program from before there were steps refuses a number above 1.
_SCHEMA = Table("site_schema", _TABLES, Column("version", Integer, nullable=False))
_OLD_PROGRAMS_REFUSE = 2

Table("site_project", _TABLES, _key("id"), _required("name"), _required("created"))
Table(
    "site_token",
    _TABLES,
    _key("digest"),
    _required("project", index=True),
    _required("kind"),
    _required("name"),
    _required("created"),
)
Table("site_taken", _TABLES, _key("entry"), _required("at", index=True))
Table(
    "site_occurrence",
    _TABLES,
    Column("number", _NUMBER, primary_key=True),
    *map(_required, ("issue", "project", "fingerprint", "seen")),
    *(Column(each, Text) for each in ("environment", "release", "host", "runtime", "type", "message")),
    Column("own_file", Text),
    Column("count", BigInteger, nullable=False),
    _required("trace"),
    Index("site_occurrence_of_issue", "issue", "seen"),
    Index("site_occurrence_of_project", "project", "seen"),
)


def _totals(name: str, *more: Any) -> None:
    keys = (_key("project"), _key("issue", index=True), _key("fingerprint"))
    Table(f"site_{name}", _TABLES, *keys, *more, Column("count", BigInteger, nullable=False))


_totals("activity", _required("first_seen"), _required("last_seen"))
_totals("hour", _key("hour"))
_totals("facet", _key("name"), _key("value"), Index("site_facet_of_value", "name", "value"))

Table("site_account", _TABLES, _key("name"), *map(_required, ("password", "role", "created")))
Table("site_session", _TABLES, _key("digest"), _required("account"), _required("until"))
Table(
    "site_comment",
    _TABLES,
    Column("number", _NUMBER, primary_key=True),
    _required("subject", index=True),
    *map(_required, ("account", "written", "text")),
)
Table(
    "site_audit",
    _TABLES,
    Column("number", _NUMBER, primary_key=True),
    *map(_required, ("at", "account", "action", "subject")),
)


def upgrade() -> None:
    """Make the tables."""
    connection = op.get_bind()
    _TABLES.create_all(connection)
    connection.execute(_SCHEMA.delete())
    connection.execute(_SCHEMA.insert().values(version=_OLD_PROGRAMS_REFUSE))
