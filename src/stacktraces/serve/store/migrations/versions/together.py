"""Sums of an issue stand together, and issues are found by their words."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from alembic import op
from sqlalchemy import BigInteger, Column, Connection, Index, MetaData, Table, Text, select, union_all

from stacktraces.serve.store.words import words_of

revision = "together"
down_revision = ("dropped", "notices")

_C_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
_MOST_WORDS = 1000
_ROWS = 5000
_KEYS = {
    "activity": ("issue", "project", "fingerprint"),
    "hour": ("issue", "hour", "project", "fingerprint"),
    "facet": ("issue", "name", "value", "project", "fingerprint"),
}


def upgrade() -> None:
    """Write the sums anew in the order of their issues, and the words."""
    connection = op.get_bind()
    for name, keys in _KEYS.items():
        more = ("first_seen", "last_seen") if name == "activity" else ()
        _write_anew(connection, f"site_{name}", keys, more)
    op.create_index("site_hour_by_hour", "site_hour", ["hour"])
    op.create_index("site_facet_of_value", "site_facet", ["name", "value", "issue", "project"])
    word = Table(
        "site_word",
        MetaData(),
        *(
            Column(key, _C_TEXT if key == "word" else Text, primary_key=True)
            for key in ("word", "issue", "project")
        ),
        Index("site_word_of_issue", "issue", "project"),
        sqlite_with_rowid=False,
    )
    word.create(connection)
    _learn_words(connection, word)


def _write_anew(connection: Connection, name: str, keys: Iterable[str], more: Iterable[str]) -> None:
    old, new = (_table(each, keys, more) for each in (name, f"{name}_together"))
    new.create(connection)
    names = [column.name for column in new.columns]
    connection.execute(new.insert().from_select(names, select(*(old.c[each] for each in names))))
    op.drop_table(name)
    op.rename_table(new.name, name)
    if connection.dialect.name == "postgresql":
        op.execute(f"ALTER INDEX {new.name}_pkey RENAME TO {name}_pkey")


def _table(name: str, keys: Iterable[str], more: Iterable[str]) -> Table:
    return Table(
        name,
        MetaData(),
        *(Column(key, Text, primary_key=True) for key in keys),
        *(Column(each, Text, nullable=False) for each in more),
        Column("count", BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )


def _learn_words(connection: Connection, word: Table) -> None:
    """From the facets, and the titles of the issues."""
    facet = _table("site_facet", _KEYS["facet"], ()).c
    activity = _table("site_activity", _KEYS["activity"], ()).c
    issue = Table("stacktraces_issue", MetaData(), Column("id", Text), Column("title", Text)).c
    titles = select(activity.issue, activity.project, issue.title).where(activity.issue == issue.id)
    values = select(facet.issue, facet.project, facet.value.label("title"))
    said = union_all(titles, values.where(facet.name.in_(("type", "own_file", "message")))).subquery()
    rows = connection.execute(select(said).order_by(said.c.issue, said.c.project)).all()
    found = []
    for (owner, project), texts in groupby(rows, key=lambda row: (row[0], row[1])):
        words = sorted(words_of(row[2] for row in texts))[:_MOST_WORDS]
        found += [{"word": each, "issue": owner, "project": project} for each in words]
        if len(found) >= _ROWS:
            connection.execute(word.insert(), found)
            found = []
    if found:
        connection.execute(word.insert(), found)
