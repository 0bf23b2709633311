"""Stores in files: baseline and SQLite, as the contract wants them, and what can go wrong with each."""

from __future__ import annotations

import errno
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from stacktraces.errors import StoreError
from stacktraces.known import _atomic, migrations, open_store
from stacktraces.known.sql import SqlStore
from tests.known_contract import StoreContract
from tests.known_support import WRITER, ids, issue, put, sighting


class TestBaseline(StoreContract):
    @pytest.fixture
    def target(self, tmp_path: Path) -> str:
        return str(tmp_path / "known.toml")


class TestSqlite(StoreContract):
    @pytest.fixture
    def target(self, tmp_path: Path) -> str:
        return str(tmp_path / "known.db")


@pytest.fixture(params=["known.toml", "known.db"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / str(request.param)


def test_a_missing_store_is_not_made_by_reading(path: Path) -> None:
    with pytest.raises(StoreError, match="does not exist; create it with --update"):
        open_store(path)
    assert not path.exists()


def test_a_missing_folder(path: Path) -> None:
    with pytest.raises(StoreError, match=r"folder"):
        open_store(path.parent / "missing" / path.name, create=True)


@pytest.mark.parametrize("target", ["known.txt", "known", ""])
def test_what_names_no_store(target: str) -> None:
    with pytest.raises(StoreError, match=r"name a \.toml file, a \.db file, or a URL"):
        open_store(target)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("foo://user:secret@host/db", "No driver for foo://user@host/db is installed"),
        ("mysql://user:secret@host/db", "No driver for mysql://user@host/db is installed"),
        ("postgresql://user:secret@:::::/db", "cannot be read"),
        ("sqlite://", "has to name a file"),
        ("postgresql://user:secret@127.0.0.1:1/db", "cannot be reached"),
        ("postgresql://user@127.0.0.1:1/db?password=secret", "cannot be reached"),
    ],
)
def test_urls_that_lead_nowhere_never_show_the_password(url: str, says: str) -> None:
    with pytest.raises(StoreError) as caught:
        open_store(url)
    assert says in str(caught.value)
    assert "secret" not in str(caught.value)


def test_an_sqlite_url(tmp_path: Path) -> None:
    path = tmp_path / "known.sqlite"
    store = open_store(f"sqlite:///{path}", create=True)
    put(store, issue("1-aa"))
    store.close()
    assert ids(open_store(path).issues()) == ["1-aa"]


def test_a_writer_killed_in_mid_write_loses_nothing_it_was_told_is_kept(path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(path), "1", "100000", "30"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdin is not None
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        writer.stdin.write("go\n")
        writer.stdin.flush()
        for _ in range(20):
            done = int(writer.stdout.readline())
        writer.send_signal(signal.SIGKILL)
        done = max([done, *(int(line) for line in writer.stdout if line.strip().isdigit())])
    store = open_store(path)
    found = list(store.issues())
    assert len(found) == 50
    if store.counts:
        assert all(each.count >= done + 1 for each in found)
    put(store, issue("1-zz"))
    assert len(list(store.issues())) == 51
    store.close()


class TestSqliteFailures:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        path = tmp_path / "known.db"
        store = open_store(path, create=True)
        put(store, issue("1-aa"))
        store.close()
        return path

    def test_a_newer_schema(self, path: Path) -> None:
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE stacktraces_schema SET version = 99")
        connection.close()
        with pytest.raises(StoreError, match=r"newer stacktraces \(schema 99.*upgrade stacktraces"):
            open_store(path, create=True)

    def test_an_older_schema_is_brought_up_to_date(self, path: Path) -> None:
        store = SqlStore.at_path(path)

        def step(connection: object) -> None:
            connection.exec_driver_sql("ALTER TABLE stacktraces_issue ADD COLUMN owner TEXT")  # type: ignore[attr-defined]

        with store._writing() as connection:
            migrations.upgrade(connection, "x", (*migrations.STEPS, step))
            assert migrations.version(connection) == len(migrations.STEPS) + 1
            assert connection.exec_driver_sql("SELECT owner FROM stacktraces_issue").all() == [(None,)]
        store.close()

    def test_locked_by_another_writer(self, path: Path) -> None:
        store = SqlStore.at_path(path, lock_seconds=0.05)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked by another writer; wait until it has ended"):
            store.record([sighting("1-bb")])
        assert ids(store.issues()) == ["1-aa"]
        other.execute("ROLLBACK")
        other.close()
        store.record([sighting("1-bb")])
        assert ids(store.issues()) == ["1-aa", "1-bb"]
        store.close()

    def test_read_only(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "access", lambda *_: False)
        store = open_store(path)
        assert ids(store.issues()) == ["1-aa"]
        with pytest.raises(StoreError, match="read-only; check its permissions"):
            store.record([sighting("1-bb")])
        store.close()

    def test_a_full_disk(self, path: Path) -> None:
        store = SqlStore.at_path(path)
        with store._engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreError, match="the disk is full; free some space"):
            store.record([sighting(f"1-{number:016x}") for number in range(2000)])
        assert ids(store.issues()) == ["1-aa"]
        store.close()

    @pytest.mark.parametrize("content", [b"no database" * 200, b"SQLite format 3\x00" + b"\xff" * 4000])
    def test_no_database(self, path: Path, content: bytes) -> None:
        path.write_bytes(content)
        with pytest.raises(StoreError, match=r"not an SQLite database|is damaged|refuses"):
            open_store(path, create=True)
        assert path.read_bytes() == content

    def test_a_database_of_something_else(self, tmp_path: Path) -> None:
        other = tmp_path / "other.db"
        with sqlite3.connect(other) as connection:
            connection.execute("CREATE TABLE cooks (name TEXT)")
        connection.close()
        with pytest.raises(StoreError, match="holds no known issues; create them with --update"):
            open_store(other)
        open_store(other, create=True).close()
        open_store(other).close()

    def test_a_folder(self, tmp_path: Path) -> None:
        (tmp_path / "folder.db").mkdir()
        with pytest.raises(StoreError, match="cannot be opened"):
            open_store(tmp_path / "folder.db", create=True)


class TestBaselineFailures:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        path = tmp_path / "known.toml"
        put(open_store(path, create=True), issue("1-aa"))
        return path

    def test_a_full_disk(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        before = path.read_bytes()
        store = open_store(path)

        def full(_: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(StoreError, match=r"the disk is full; free some space\. Nothing was changed"):
            store.record([sighting("1-bb")])
        assert path.read_bytes() == before
        assert ids(store.issues()) == ["1-aa"]
        assert [each.name for each in path.parent.iterdir()] == [path.name]

    def test_locked_by_another_writer(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_atomic, "LOCK_SECONDS", 0.05)
        store = open_store(path)
        with _atomic.locked(path), pytest.raises(StoreError, match="locked by another writer"):
            store.record([sighting("1-bb")])
        store.record([sighting("1-bb")])
        assert ids(store.issues()) == ["1-aa", "1-bb"]
        assert [each.name for each in path.parent.iterdir()] == [path.name]

    def test_a_file_that_may_not_be_written(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object, **__: object) -> int:
            raise PermissionError(errno.EACCES, "Permission denied")

        store = open_store(path)
        monkeypatch.setattr(os, "open", refuse)
        with pytest.raises(StoreError, match="permission is denied"):
            store.record([sighting("1-bb")])

    def test_a_link_stays_one_and_permissions_stay(self, path: Path) -> None:
        link = path.with_name("link.toml")
        link.symlink_to(path)
        path.chmod(0o640)
        put(open_store(link), issue("1-bb"))
        assert link.is_symlink()
        assert ids(open_store(path).issues()) == ["1-aa", "1-bb"]
        assert path.stat().st_mode & 0o777 == 0o640
