"""A store of an older schema becomes one of today's, with a copy kept."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import create_engine

from stacktraces.known import damage, open_store, operations
from stacktraces.known.check import migrate
from stacktraces.known.mute import Mute
from tests.known_first_schema import FIRST_SCHEMA_STACKS, write_first_schema


def test_an_older_store_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "known.db"
    write_first_schema(f"sqlite:///{path}")
    assert damage.examine(path) == []
    store = open_store(path)
    (found,) = store.issues()
    assert (found.id, found.aliases, found.stacks) == ("4-aa", ["4-cc"], FIRST_SCHEMA_STACKS)
    store.close()
    assert damage.examine(path) == []
    copy = create_engine(f"sqlite:///{path}.schema-1")
    with copy.connect() as connection:
        assert connection.exec_driver_sql("SELECT count FROM stacktraces_fingerprint").first() == (7,)
    copy.dispose()
    open_store(path).close()
    assert [each.name for each in sorted(tmp_path.iterdir()) if "-wal" not in each.name] == [
        "known.db",
        "known.db.schema-1",
    ]


def test_a_copy_that_is_there_is_left_alone(tmp_path: Path) -> None:
    path, copy = tmp_path / "known.db", tmp_path / "known.db.schema-1"
    write_first_schema(f"sqlite:///{path}")
    copy.write_text("mine", encoding="utf-8")
    open_store(path).close()
    assert copy.read_text(encoding="utf-8") == "mine"


def test_a_store_of_the_second_schema_learns_to_mute(tmp_path: Path) -> None:
    path = tmp_path / "known.db"
    store = open_store(path, create=True)
    operations.add_fingerprint(store, "4-00000000000000aa", "KeyError in total")
    store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("ALTER TABLE stacktraces_issue DROP COLUMN muted_until")
        connection.execute("UPDATE stacktraces_schema SET version = 2")
    store = open_store(path)
    until = Mute("date", "2026-03-31")
    operations.change(store, "4-00000000000000aa", lambda issue: operations.mute(issue, until))
    store.close()
    store = open_store(path)
    assert [(each.status, each.muted_until) for each in store.issues()] == [("muted", "date 2026-03-31")]
    store.close()


def test_migrating_makes_an_index_of_an_older_version_anew(tmp_path: Path) -> None:
    path = tmp_path / "known.db"
    store = open_store(path, create=True)
    operations.add_fingerprint(store, "4-00000000000000aa", "KeyError in total")
    store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE stacktraces_state SET value = 1 WHERE name = 'made'")
    store = open_store(path)
    migrate(store)
    store.close()
    with sqlite3.connect(path) as connection:
        (made,) = connection.execute("SELECT value FROM stacktraces_state WHERE name = 'made'").fetchone()
    assert made > 1
