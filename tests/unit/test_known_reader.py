"""An SQLite store that is only asked answers as a whole one does, and without SQLAlchemy."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from stacktraces.errors import StoreError
from stacktraces.known import Sighting, Store, StoreMatcher, open_store
from stacktraces.known._plain import INDEXES, TABLES
from stacktraces.known._sqlite_reader import SCHEMA_VERSION, SqliteReader
from stacktraces.known.exemplar import reduce
from stacktraces.known.migrations import STEPS
from stacktraces.known.schema import METADATA
from stacktraces.known.store import sql_store
from stacktraces.model import Error
from stacktraces.signatures.fingerprint import fingerprint
from tests.known_support import error, sighting

JUDGED = """
import json, sys
from stacktraces.cli._root import stacktraces
stacktraces(["log", sys.argv[1], "--known", sys.argv[2], "--format", "json"], standalone_mode=False)
print()
print(json.dumps([name for name in sys.modules if name.startswith("sqlalchemy")]))
"""


def seen_of(found: Error) -> Sighting:
    """A sighting of that error of Python."""
    return sighting(fingerprint(found, "python"), error=reduce(found, "python"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store of three issues."""
    found = tmp_path / "known.db"
    store = open_store(found, create=True)
    for frames in (("a", "b", "c"), ("a", "b", "d"), ("x", "y", "z")):
        seen = error(*frames)
        store.record([seen_of(seen)])
    store.close()
    return found


def test_its_names_are_those_of_the_schema() -> None:
    tables = {name: tuple(table.columns.keys()) for name, table in METADATA.tables.items()}
    assert tables == TABLES
    indexes = {str(index.name) for table in METADATA.tables.values() for index in table.indexes}
    assert indexes == set(INDEXES)
    assert len(STEPS) == SCHEMA_VERSION


def test_a_log_is_judged_without_sqlalchemy(path: Path, tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    frames = "".join(f'  File "/srv/app/{each}.py", line 1, in {each}\n    x()\n' for each in "pqr")
    log.write_text(f"Traceback (most recent call last):\n{frames}ValueError: new\n")
    code = [sys.executable, "-c", JUDGED, str(log), str(path)]
    done = subprocess.run(code, capture_output=True, text=True, check=True)
    assert '"verdict":"new"' in done.stdout
    assert json.loads(done.stdout.splitlines()[-1]) == []


def asked(store: Store) -> list[object]:
    """What a store answers."""
    matcher = StoreMatcher(store)
    errors = [error("a", "b", "c"), error("x", "y"), error("n", "m")]
    names = [fingerprint(each, "python") for each in errors]
    found = [matcher.match(each, "python", name) for each, name in zip(errors, names, strict=True)]
    headings = [store.heading(names[0]), store.heading("1-none")]
    return [found, store.find(names), [store.owners(each) for each in names], headings, store.outdated()]


def test_it_answers_as_the_whole_store_does(path: Path) -> None:
    reader, whole = open_store(path), sql_store(path, create=False)
    assert isinstance(reader, SqliteReader)
    assert asked(reader) == asked(whole)


def test_it_sees_what_others_and_itself_record(path: Path) -> None:
    reader, other = open_store(path), open_store(path, create=True)
    seen = error("k", "l", "m")
    name = fingerprint(seen, "python")
    assert reader.find([name]) == {}
    other.record([seen_of(seen)])
    assert reader.find([name])[name].id == name
    second = error("o", "p", "q")
    reader.record([seen_of(second)])
    assert len(other.ids()) == 5
    assert asked(reader) == asked(other)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER t AFTER INSERT ON stacktraces_issue BEGIN SELECT 1; END",
        "DROP TABLE stacktraces_alias",
        "ALTER TABLE stacktraces_stack DROP COLUMN document",
    ],
)
def test_what_is_not_as_it_should_be_is_told_by_the_whole_store(path: Path, statement: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(statement)
    with pytest.raises(StoreError) as whole:
        sql_store(path, create=False)
    with pytest.raises(StoreError) as found:
        asked(open_store(path))
    assert str(found.value) == str(whole.value)


def test_another_programs_table_beside_it_changes_nothing(path: Path) -> None:
    expected = asked(open_store(path))
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE notes (id INTEGER, text TEXT DEFAULT (random()))")
    assert asked(open_store(path)) == expected
