"""A store of an older schema becomes one of today's, with a copy kept."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import create_engine

from stacktraces.known import Stack, damage, open_store
from stacktraces.known._rows import encode_error
from stacktraces.known._schema_1 import METADATA
from tests.known_support import error


def write_first_schema(path: Path) -> None:
    """What the first schema held of an issue with two fingerprints."""
    engine = create_engine(f"sqlite:///{path}")
    METADATA.create_all(engine)
    rows = {
        "schema": [{"version": 1}],
        "issue": [{"id": "3-aa", "title": "pay fails", "status": "open"}],
        "alias": [{"id": "3-cc", "issue_id": "3-aa"}],
        "fingerprint": [
            {"value": "3-aa", "issue_id": "3-aa", "count": 7, "last_seen": "2026-01-31T00:00:00Z"},
            {"value": "3-bb", "issue_id": "3-aa", "count": 0, "last_seen": None},
        ],
        "exemplar": [{"fingerprint": "3-aa", "position": 0, "error": encode_error(error("pay", "serve"))}],
        "version": [{"fingerprint": "3-aa", "version": "1.2"}],
    }
    with engine.begin() as connection:
        for name, found in rows.items():
            connection.execute(METADATA.tables[f"stacktraces_{name}"].insert(), found)
    engine.dispose()


def test_an_older_store_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "known.db"
    write_first_schema(path)
    assert damage.examine(path) == []
    store = open_store(path)
    (found,) = store.issues()
    assert (found.id, found.aliases) == ("3-aa", ["3-cc"])
    assert found.stacks == [
        Stack("3-aa", error("pay", "serve"), 7, last_seen="2026-01-31T00:00:00Z", versions=["1.2"]),
        Stack("3-bb"),
    ]
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
    write_first_schema(path)
    copy.write_text("mine", encoding="utf-8")
    open_store(path).close()
    assert copy.read_text(encoding="utf-8") == "mine"
