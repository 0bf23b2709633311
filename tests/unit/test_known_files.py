"""Files beside a store belong to others: no link, pipe or name that somebody put there is used."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from stacktraces.errors import StoreError
from stacktraces.known import _atomic, baseline, open_store, transfer
from stacktraces.known._place import place_of
from tests.cli.within import run
from tests.known_support import ids, issue, put, sighting

OTHER_USER = 65534
NAMES = ("known.toml", "known.db")


@pytest.fixture(params=NAMES)
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    return folder / str(request.param)


@pytest.fixture
def precious(tmp_path: Path) -> Path:
    """A file of the user's that no store has anything to do with."""
    precious = tmp_path / "precious"
    precious.write_text("# mine\n")
    return precious


def as_other_user(link: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root, to give a link to another user")
    os.lchown(link, OTHER_USER, OTHER_USER)


def record(target: Path, *, create: bool) -> None:
    with contextlib.closing(open_store(target, create=create)) as store:
        store.record([sighting("1-zz")])


def refused(target: Path, *words: str, create: bool = True) -> None:
    """Recording in ``target`` is refused with a sentence that holds ``words``."""
    with pytest.raises(StoreError) as caught:
        record(target, create=create)
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize("suffix", [".new", ".lock"])
def test_a_link_under_the_name_of_a_file_of_ours_is_not_followed(
    suffix: str, tmp_path: Path, precious: Path
) -> None:
    path = tmp_path / "known.toml"
    put(open_store(path, create=True), issue("1-aa"))
    beside = path.with_name(f".{path.name}{suffix}")
    beside.symlink_to(precious)
    store = open_store(path)
    with contextlib.suppress(StoreError):
        store.record([sighting("1-bb")])
    assert precious.read_text() == "# mine\n"
    assert beside.is_symlink()


@pytest.mark.parametrize("target", ["precious", "missing"])
def test_a_lock_that_is_a_link_is_refused(tmp_path: Path, precious: Path, target: str) -> None:
    path = tmp_path / "known.toml"
    path.with_name(".known.toml.lock").symlink_to(tmp_path / target)
    refused(path, ".known.toml.lock beside it is a symbolic link")
    assert not (tmp_path / "missing").exists()
    assert not path.exists()


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_a_lock_that_is_no_file_is_refused(tmp_path: Path, make) -> None:
    path = tmp_path / "known.toml"
    make(tmp_path / ".known.toml.lock")
    refused(path, ".known.toml.lock beside it is a ", "not a regular file")


def test_a_hard_link_for_a_lock_harms_nothing(tmp_path: Path, precious: Path) -> None:
    path = tmp_path / "known.toml"
    os.link(precious, tmp_path / ".known.toml.lock")
    put(open_store(path, create=True), issue("1-aa"))
    assert precious.read_text() == "# mine\n"


def test_a_hard_link_for_a_baseline_is_parted_from_the_other_file(tmp_path: Path) -> None:
    path, other = tmp_path / "known.toml", tmp_path / "other"
    put(open_store(path, create=True), issue("1-aa"))
    os.link(path, other)
    before = other.read_bytes()
    put(open_store(path), issue("1-bb"))
    assert other.read_bytes() == before
    assert ids(open_store(path).issues()) == ["1-aa", "1-bb"]


def test_the_name_of_an_unfinished_file_cannot_be_foretold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "known.toml"
    store = open_store(path, create=True)
    seen: list[set[str]] = []
    replaced = os.replace

    def replace(*arguments, **more) -> None:
        seen.append({each.name for each in tmp_path.iterdir()} - {path.name, ".known.toml.lock"})
        replaced(*arguments, **more)

    monkeypatch.setattr(os, "replace", replace)
    put(store, issue("1-aa"))
    put(store, issue("1-bb"))
    assert [len(each) for each in seen] == [1, 1]
    assert seen[0] != seen[1]
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_link_to_nothing_is_refused(path: Path, tmp_path: Path) -> None:
    path.symlink_to(tmp_path / f"missing{path.suffix}")
    refused(path, "is a symbolic link to", "does not exist")
    assert not (tmp_path / f"missing{path.suffix}").exists()


@pytest.mark.parametrize("content", ["", "# aliases\n", "[issues]\n"])
def test_a_link_to_what_is_no_baseline_is_refused(tmp_path: Path, content: str) -> None:
    other, link = tmp_path / "profile", tmp_path / "known.toml"
    other.write_text(content)
    link.symlink_to(other)
    refused(link, "has no `format`; name that file itself")
    assert other.read_text() == content


def test_a_link_of_another_user_is_refused(path: Path, tmp_path: Path) -> None:
    real = tmp_path / f"real{path.suffix}"
    store = open_store(real, create=True)
    put(store, issue("1-aa"))
    store.close()
    before = real.read_bytes()
    path.symlink_to(real)
    as_other_user(path)
    refused(path, "is a symbolic link of another user", "name the file itself")
    assert real.read_bytes() == before


def test_a_folder_on_the_way_that_another_user_linked_is_refused(path: Path, tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    (real / "below").mkdir(parents=True)
    link.symlink_to("real")
    open_store(link / "below" / ".." / path.name, create=True).close()
    assert (real / path.name).exists()
    as_other_user(link)
    refused(link / path.name, "is a symbolic link of another user")


def test_a_link_that_leads_round_is_refused(path: Path) -> None:
    path.symlink_to(path.name)
    refused(path, create=False)
    refused(path)


def test_a_folder_that_is_exchanged_meanwhile_is_not_written_to(tmp_path: Path) -> None:
    folder, away = tmp_path / "folder", tmp_path / "away"
    folder.mkdir()
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "known.toml").write_text("precious")
    with place_of(folder / "known.toml") as place:
        folder.rename(away)
        folder.symlink_to(victim)
        _atomic.replace(place, "format = 1\n")
    assert (away / "known.toml").read_text() == "format = 1\n"
    assert (victim / "known.toml").read_text() == "precious"


def change_while_linked(path: Path, to: Path) -> None:
    with open_store(path, create=True).edit() as edit:
        edit.put(issue("1-aa"))
        path.unlink()
        path.symlink_to(to)


def test_a_link_that_comes_during_a_change_is_not_followed(tmp_path: Path, precious: Path) -> None:
    with pytest.raises(StoreError, match="it is a symbolic link, not a regular file"):
        change_while_linked(tmp_path / "known.toml", precious)
    assert precious.read_text() == "# mine\n"


@pytest.mark.parametrize("create", [False, True])
def test_a_pipe_is_not_waited_for(path: Path, create: bool) -> None:
    os.mkfifo(path)
    refused(path, "is a named pipe, not a regular file", create=create)


@pytest.mark.parametrize("create", [False, True])
def test_a_device_is_not_read(path: Path, create: bool) -> None:
    path.symlink_to("/dev/zero")
    refused(path, "is a device, not a regular file", create=create)


def test_a_large_baseline_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "known.toml"
    monkeypatch.setattr(baseline, "MOST_BYTES", 1 << 20)
    with open(path, "wb") as stream:
        stream.truncate((1 << 20) + 1)
    refused(path, "it has more than 1 MiB")


def test_a_written_file_has_no_more_permissions_than_a_file_needs(tmp_path: Path) -> None:
    path = tmp_path / "known.toml"
    open_store(path, create=True)
    path.chmod(0o4640)
    put(open_store(path), issue("1-aa"))
    assert path.stat().st_mode & 0o7777 == 0o640


def test_an_export_does_not_follow_links_either(tmp_path: Path, precious: Path) -> None:
    known, target = tmp_path / "known.toml", tmp_path / "out.jsonl"
    put(open_store(known, create=True), issue("1-aa"))
    export = ("stacktraces", "known", "export", target, "--known", known)
    target.symlink_to(tmp_path / "missing")
    result = run(*export)
    assert (result.code, "does not exist; name that" in result.err) == (2, True)
    target.unlink()
    os.mkfifo(target)
    result = run(*export)
    assert (result.code, "is a named pipe" in result.err) == (2, True)
    target.unlink()
    target.symlink_to(precious)
    as_other_user(target)
    result = run(*export)
    assert (result.code, "is a symbolic link of another user" in result.err) == (2, True)
    assert precious.read_text() == "# mine\n"
    target.unlink()
    assert run(*export).code == 0
    assert b'"1-aa"' in target.read_bytes()


def test_an_export_that_fails_midway_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, target = tmp_path / "known.toml", tmp_path / "out.jsonl"
    put(open_store(known, create=True), issue("1-aa"))
    target.write_text("before")

    def fail(_: object) -> Iterator[str]:
        yield "{}"
        raise StoreError("the database went away")

    monkeypatch.setattr(transfer, "to_lines", fail)
    assert run("stacktraces", "known", "export", target, "--known", known).code == 2
    assert target.read_text() == "before"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["known.toml", "out.jsonl"]


class TestBesideSqlite:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        path = tmp_path / "known.db"
        store = open_store(path, create=True)
        put(store, issue("1-aa"))
        store.close()
        return path

    @pytest.mark.parametrize("suffix", ["-wal", "-shm", "-journal"])
    def test_a_link_or_a_pipe_beside_it_is_refused(self, path: Path, suffix: str, precious: Path) -> None:
        beside = path.with_name(path.name + suffix)
        beside.symlink_to(precious)
        refused(path, f"known.db{suffix} beside it is a symbolic link")
        beside.unlink()
        os.mkfifo(beside)
        refused(path, f"known.db{suffix} beside it is a named pipe", create=False)
        assert precious.read_text() == "# mine\n"

    def test_a_journal_that_names_another_file_does_not_make_sqlite_delete_that(
        self, tmp_path: Path, precious: Path
    ) -> None:
        path, journal = tmp_path / "q.db", tmp_path / "q.db-journal"
        making = sqlite3.connect(tmp_path / "making.db", isolation_level=None)
        making.execute("CREATE TABLE t (x)")
        making.execute("PRAGMA cache_size = 1")
        making.execute("BEGIN IMMEDIATE")
        making.executemany("INSERT INTO t VALUES (?)", [("x" * 3000,) for _ in range(100)])
        path.write_bytes((tmp_path / "making.db").read_bytes())
        name = os.fsencode(precious)
        checksum = sum(name).to_bytes(4, "big")
        named = b"\xff\xff\xff\xff" + name + len(name).to_bytes(4, "big") + checksum
        journal.write_bytes(
            (tmp_path / "making.db-journal").read_bytes() + named + bytes.fromhex("d9d505f920a163d7")
        )
        making.close()
        refused(path, "q.db-journal beside it is not its own")
        assert precious.exists()

    def test_a_folder_that_is_exchanged_meanwhile_is_not_written_to(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder, victim = tmp_path / "folder", tmp_path / "victim"
        for each in (folder, victim):
            each.mkdir()
            open_store(each / "known.db", create=True).close()
        before = (victim / "known.db").read_bytes()
        connect = sqlite3.connect

        def exchange(*arguments, **more) -> sqlite3.Connection:
            folder.rename(tmp_path / "away")
            folder.symlink_to(victim)
            return connect(*arguments, **more)

        monkeypatch.setattr(sqlite3, "connect", exchange)
        refused(folder / "known.db", "somebody puts another file in its place")
        assert (victim / "known.db").read_bytes() == before

    def test_reading_the_database_of_something_else_leaves_it_as_it_is(self, tmp_path: Path) -> None:
        other = tmp_path / "other.db"
        with contextlib.closing(sqlite3.connect(other)) as connection:
            connection.execute("CREATE TABLE cooks (name TEXT)")
        before = other.read_bytes()
        refused(other, "holds no known issues", create=False)
        assert other.read_bytes() == before
        assert [each.name for each in tmp_path.iterdir()] == ["other.db"]
