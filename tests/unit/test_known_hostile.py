"""A store is input: whatever stands in it, the answer is a result or one sentence, and no program of its runs."""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from stacktraces.errors import StoreError
from stacktraces.known import Issue, _sqlite_file, damage, open_store, operations, transfer
from stacktraces.known import check as known_check
from stacktraces.known._sound import MOST_BYTES
from tests.cli.support import refused
from tests.cli.within import run
from tests.known_support import error, ids, issue, put, sighting

TRACE = b'Traceback (most recent call last):\n  File "/a.py", line 1, in f\n    g()\nKeyError: 1\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store of two issues, one of which has all that an issue may have."""
    path = tmp_path / "known.db"
    store = open_store(path, create=True)
    full = issue("4-aa", "4-aa", "4-ab")
    full.aliases, full.link, full.note = ["4-xx"], "https://example.org/1", "a note"
    full.status, full.resolved_at, full.resolved_in = "resolved", "2026-01-31", "1.2"
    full.stacks[0].versions = ["1.0"]
    put(store, full, issue("4-bb"))
    store.close()
    return path


def found_in(path: Path, key: str) -> Issue:
    """The issue that ``key`` names."""
    with contextlib.closing(open_store(path)) as store:
        found = store.issue(key)
    assert found is not None
    return found


def ids_in(path: Path) -> list[str]:
    with contextlib.closing(open_store(path)) as store:
        return ids(store.issues())


def execute(path: Path, *statements: str, values: tuple[object, ...] = ()) -> None:
    """Run ``statements`` on the database as somebody else may have."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for each in statements:
            connection.execute(each, values)


def every_command(path: Path) -> Iterator[tuple[str, ...]]:
    """Each way to read and to change the store."""
    known = ("--known", str(path))
    yield "known", "list", *known
    yield "known", "show", "4-aa", *known
    yield "known", "note", "4-aa", "text", *known
    yield "known", "prune", "--resolved", *known
    yield "known", "merge", "4-bb", "4-aa", *known
    yield "known", "export", *known
    yield "log", *known, "--update", "--fail-on", "new", "-"


def all_end_with_a_sentence(path: Path, *commands: tuple[str, ...]) -> None:
    """Every command either does what it should or says in one sentence why it cannot."""
    for command in commands or every_command(path):
        result = run("stacktraces", *command, stdin=TRACE)
        assert '  File "' not in result.err, command
        assert result.code in (0, 1, 2, 3), command
        if result.code == 2:
            assert str(path) in result.err or "No issue is called" in result.err
            assert result.err.count("\n") == 1, result.err


COLUMNS = {
    "issue": ("id", "title", "status", "resolved_at", "resolved_in", "link", "note"),
    "alias": ("id", "issue_id"),
    "fingerprint": ("value", "issue_id", "count", "first_seen", "last_seen"),
    "exemplar": ("fingerprint", "position", "error"),
    "version": ("fingerprint", "version"),
}
VALUES = [b"\xff\xfe", "", "x\x00y", "not what it should be", -1, 2.5, 9e18, "CAST(x'66ff' AS TEXT)", None]


@pytest.mark.parametrize("value", VALUES, ids=repr)
@pytest.mark.parametrize("table", COLUMNS)
def test_a_wrong_value_in_any_column(path: Path, table: str, value: object) -> None:
    original = path.read_bytes()
    commands = itertools.cycle(every_command(path))
    for column, _ in itertools.product(COLUMNS[table], range(2)):
        for beside in path.parent.iterdir():
            beside.unlink()
        path.write_bytes(original)
        set_to = value if str(value).startswith("CAST") else "?"
        values = () if set_to == value else (value,)
        with contextlib.suppress(sqlite3.IntegrityError):
            execute(
                path, f"UPDATE stacktraces_{table} SET {column} = {set_to} WHERE rowid = 1", values=values
            )
        all_end_with_a_sentence(path, next(commands))
        if found := damage.examine(path):
            assert damage.repair(path) == [], found
            assert damage.examine(path) == []
            assert ids_in(path)


@pytest.mark.parametrize("version", ["x", "", -1, 0, 2.5, b"1", "two", "none", "null"])
def test_a_wrong_schema_version_is_told_and_repaired(path: Path, version: object) -> None:
    execute(path, "DROP TABLE stacktraces_schema", "CREATE TABLE stacktraces_schema (version INTEGER)")
    rows = {"two": (1, 2), "none": (), "null": (None,)}.get(version, (version,))  # type: ignore[call-overload]
    for each in rows:
        execute(path, "INSERT INTO stacktraces_schema VALUES (?)", values=(each,))
    for command in every_command(path):
        refused(
            run("stacktraces", *command, stdin=TRACE), "known.db is damaged: the version of its tables is"
        )
    check = ("stacktraces", "known", "check", "--known", path)
    assert (run(*check).code, "damaged  the version of its tables" in run(*check).out) == (1, True)
    assert "repaired  the version of its tables" in run(*check, "--repair").out
    assert damage.examine(path) == []
    assert ids_in(path) == ["4-aa", "4-bb"]


def test_a_newer_schema_is_told_before_anything_that_is_strange_in_it(path: Path) -> None:
    execute(
        path,
        "UPDATE stacktraces_schema SET version = 99",
        "ALTER TABLE stacktraces_issue ADD COLUMN owner TEXT CHECK (owner <> '')",
    )
    before = path.read_bytes()
    for command in (*every_command(path), ("known", "check", "--repair", "--known", str(path))):
        refused(run("stacktraces", *command, stdin=TRACE), "newer stacktraces (schema 99")
    assert path.read_bytes() == before


LOOP = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT"
ALL = "CAST(n AS TEXT), 't', 'open', NULL, NULL, NULL, NULL FROM r"
STRANGE = {
    "a view that never ends": (
        "DROP TABLE stacktraces_issue",
        f"CREATE VIEW stacktraces_issue (id, title, status, resolved_at, resolved_in, link, note) AS {LOOP} {ALL}",
    ),
    "a view that never begins": (
        "DROP TABLE stacktraces_schema",
        f"CREATE VIEW stacktraces_schema (version) AS {LOOP} n FROM r WHERE n < 0",
    ),
    "a trigger that never ends": (
        f"CREATE TRIGGER t AFTER INSERT ON stacktraces_fingerprint BEGIN SELECT count(*) FROM ({LOOP} n FROM r); END",
    ),
    "a trigger that undoes": (
        "CREATE TRIGGER t AFTER UPDATE ON stacktraces_issue BEGIN DELETE FROM stacktraces_issue; END",
    ),
    "a trigger behind a reference": (
        "CREATE TABLE z (i TEXT REFERENCES stacktraces_issue (id) ON DELETE CASCADE)",
        "INSERT INTO z VALUES ('4-aa')",
        f"CREATE TRIGGER t AFTER DELETE ON z BEGIN SELECT count(*) FROM ({LOOP} n FROM r); END",
    ),
    "a condition": (
        "DROP TABLE stacktraces_version",
        "CREATE TABLE stacktraces_version (fingerprint TEXT, version TEXT CHECK (version LIKE '%a%a%a%a%a%'))",
    ),
    "a computed column": (
        "DROP TABLE stacktraces_version",
        "CREATE TABLE stacktraces_version (fingerprint TEXT, version TEXT AS (hex(zeroblob(1000000))))",
    ),
    "a default": (
        "DROP TABLE stacktraces_version",
        "CREATE TABLE stacktraces_version (fingerprint TEXT, version TEXT DEFAULT (hex(zeroblob(1000000))))",
    ),
    "a computed index": ("CREATE INDEX i ON stacktraces_issue (hex(title || zeroblob(1000000)))",),
    "a virtual table": (
        "DROP TABLE stacktraces_alias",
        "CREATE VIRTUAL TABLE stacktraces_alias USING fts5 (id, issue_id)",
    ),
    "a missing table": ("DROP TABLE stacktraces_exemplar",),
    "a missing column": ("ALTER TABLE stacktraces_issue DROP COLUMN note",),
}


@pytest.mark.parametrize("statements", STRANGE.values(), ids=STRANGE)
def test_no_program_in_a_database_runs(path: Path, statements: tuple[str, ...]) -> None:
    execute(path, "PRAGMA foreign_keys = OFF", *statements)
    for command in every_command(path):
        refused(run("stacktraces", *command, stdin=TRACE), "known.db", "damaged")
    found = damage.examine(path)
    assert found
    left = damage.repair(path)
    if all(each.can_be_repaired for each in found):
        assert left == []
        assert damage.examine(path) == []
        store = open_store(path)
        store.record([sighting("4-zz")])
        assert "4-zz" in ids(store.issues())
        store.close()
    else:
        assert left == found


def test_what_somebody_else_keeps_beside_a_store_does_no_harm(path: Path) -> None:
    execute(
        path,
        "CREATE TABLE cooks (name TEXT CHECK (name <> ''))",
        "CREATE TRIGGER t AFTER INSERT ON cooks BEGIN DELETE FROM cooks; END",
        "CREATE VIEW titles AS SELECT title FROM stacktraces_issue",
        "CREATE INDEX mine ON stacktraces_issue (title DESC)",
    )
    store = open_store(path)
    store.record([sighting("4-zz")])
    assert ids(store.issues()) == ["4-aa", "4-bb", "4-zz"]
    store.close()
    assert damage.examine(path) == []


DEEP = '{"cause":' * 100_000
EXEMPLARS = {
    "no JSON": "{",
    "no object": "[]",
    "other types": '{"frames":[{"line":"1"}]}',
    "unended nesting": DEEP,
    "nesting": '{"cause":' * 300 + "{}" + "}" * 300,
    "nesting that recursion cannot follow": '{"cause":' * 5000 + "{}" + "}" * 5000,
    "children": '{"children":[' * 70 + "{}" + "]}" * 70,
    "length": '{"message":"' + "x" * MOST_BYTES + '"}',
    "surrogates": '{"message":"\\ud800"}',
    "a long number": '{"frames":[{"line":' + "9" * 5000 + "}]}",
}


@pytest.mark.parametrize("encoded", EXEMPLARS.values(), ids=EXEMPLARS)
def test_an_exemplar_that_cannot_be_read(path: Path, encoded: str) -> None:
    execute(path, "UPDATE stacktraces_exemplar SET error = ? WHERE fingerprint = '4-aa'", values=(encoded,))
    for command in every_command(path):
        if command[0] == "known" and "prune" not in command:
            refused(run("stacktraces", *command), "known.db is damaged: the fingerprint 4-aa: an exemplar")
    assert damage.repair(path) == []
    assert found_in(path, "4-aa").exemplars == issue("4-aa", "4-ab").exemplars


def test_a_value_that_is_too_large_for_memory(path: Path) -> None:
    execute(path, "UPDATE stacktraces_issue SET note = CAST(zeroblob(20000000) AS TEXT)")
    refused(
        run("stacktraces", "known", "list", "--known", path), "known.db: it holds a value that is too large"
    )


MISSING = {
    "issue": "DELETE FROM stacktraces_issue WHERE id = '4-aa'",
    "every issue": "DELETE FROM stacktraces_issue",
    "fingerprint": "DELETE FROM stacktraces_fingerprint WHERE value = '4-aa'",
    "every fingerprint": "DELETE FROM stacktraces_fingerprint WHERE value <> '4-ab'",
}


@pytest.mark.parametrize("statement", MISSING.values(), ids=MISSING)
def test_missing_rows(path: Path, statement: str) -> None:
    exemplars = found_in(path, "4-aa").exemplars
    execute(path, "PRAGMA foreign_keys = OFF", statement)
    before = path.read_bytes()
    all_end_with_a_sentence(path)
    path.write_bytes(before)
    assert damage.examine(path)
    assert damage.repair(path) == []
    assert damage.examine(path) == []
    assert all(each in found_in(path, "4-aa").exemplars for each in exemplars)


def test_a_fingerprint_whose_issue_is_missing_gets_one_again(path: Path) -> None:
    execute(path, "PRAGMA foreign_keys = OFF", "DELETE FROM stacktraces_issue WHERE id = '4-aa'")
    result = run("stacktraces", "known", "check", "--repair", "--known", path)
    assert "repaired  the fingerprint 4-aa: its issue 4-aa is missing" in result.out
    found = found_in(path, "4-ab")
    assert (found.id, found.fingerprints, found.status) == ("4-aa", ["4-aa", "4-ab"], "open")
    assert found.title == "KeyError in f_4_aa"


def test_counts_do_not_overflow(path: Path) -> None:
    most = (1 << 63) - 1
    execute(path, "UPDATE stacktraces_fingerprint SET count = ?", values=(most,))
    store = open_store(path)
    store.record([sighting("4-aa", 5)])
    found = store.issue("4-aa")
    assert found is not None
    assert found.stacks[0].count == most
    store.close()
    assert run("stacktraces", "known", "merge", "4-aa", "4-bb", "--known", path).code == 0
    assert run("stacktraces", "known", "show", "4-aa", "--known", path).code == 0


def page_of(path: Path, name: str) -> int:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    return int(found[0])


def index_page(child: int | None) -> bytes:
    """A page of an index that leads 100 times to the page ``child``, or a leaf with 100 entries."""
    record = bytes([3, 13 + 2 * 4, 1]) + b"4-aa" + b"\x01"
    lead = b"" if child is None else child.to_bytes(4, "big")
    cell = lead + bytes([len(record)]) + record
    start = 4096 - len(cell)
    head = bytes([2 if lead else 10, 0, 0, 0, 100]) + start.to_bytes(2, "big") + b"\x00" + lead
    return (head + start.to_bytes(2, "big") * 100).ljust(start, b"\x00") + cell


def test_pages_that_name_each_other_do_not_keep_a_reader_busy(path: Path) -> None:
    with contextlib.closing(open_store(path)) as store:
        put(store, *(issue(f"2-{number:016x}") for number in range(600)))
    pages = [page_of(path, "sqlite_autoindex_stacktraces_issue_1"), *range(20, 26)]
    data = bytearray(path.read_bytes())
    for page, child in itertools.zip_longest(pages, pages[1:]):
        data[(page - 1) * 4096 : page * 4096] = index_page(child)
    path.write_bytes(data)
    refused(run("stacktraces", "known", "list", "--known", path), "known.db: to read it takes more than")
    check = run("stacktraces", "known", "check", "--known", path)
    assert (check.code, "damaged  the file: " in check.out) == (1, True)


def test_a_text_that_many_rows_share_is_not_read_for_each(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_sqlite_file, "_TEXT_ALWAYS", 100)
    monkeypatch.setattr(_sqlite_file, "_TEXT_A_BYTE", 0)
    monkeypatch.setattr(_sqlite_file, "_TEXT_A_VALUE", 0)
    refused(
        run("stacktraces", "known", "list", "--known", path), "damaged: it holds more text than a sound file"
    )


def test_a_sound_store_is_never_refused_for_what_it_costs(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without what every transaction is allowed, whatever its size."""
    monkeypatch.setattr(_sqlite_file, "_TEXT_ALWAYS", 0)
    monkeypatch.setattr(_sqlite_file, "_STEPS_ALWAYS", 50_000)
    names = [f"2-{number:016x}" for number in range(400)]
    store = open_store(path)
    put(store, *(issue(name, name, f"{name}.b") for name in names[:200]))
    store.record([sighting(name, error=error("f", name)) for name in names])
    assert len(store.find(names)) == 400
    assert sum(1 for _ in store.issues()) == 402
    prefixes = [name[2:] for name in names[20:200:10]]
    operations.merge(store, names[0], prefixes)
    assert len(operations.prune(store, lambda each: each.id > names[300])) > 50
    known_check.migrate(store)
    transfer.add(list(store.issues()), store)
    store.close()
    assert damage.examine(path) == []
    other = tmp_path / "other.db"
    assert run("stacktraces", "known", "export", other, "--known", path).code == 0
    assert run("stacktraces", "known", "import", other, "--known", path).code == 0


def test_a_damaged_index_is_repaired(path: Path) -> None:
    root = page_of(path, "ix_stacktraces_fingerprint_issue_id")
    data = bytearray(path.read_bytes())
    data[(root - 1) * 4096 : root * 4096] = bytes([10, 0, 0, 0, 0, 16, 0, 0]).ljust(4096, b"\x00")
    path.write_bytes(data)
    check = run("stacktraces", "known", "check", "--repair", "--known", path)
    assert "repaired  the file: " in check.out
    assert damage.examine(path) == []
    assert ids_in(path) == ["4-aa", "4-bb"]


@pytest.mark.parametrize("place", range(0, 4096, 97))
def test_any_damage_to_the_first_page(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place : place + 8] = b"\xff\x00\xfe\x01\x80\x7f\x00\xff"
    path.write_bytes(data)
    for command in (*every_command(path), ("known", "check", "--repair", "--known", str(path))):
        result = run("stacktraces", *command, stdin=TRACE)
        assert '  File "' not in result.err, command
        assert result.err.count("\n") <= 2


class TestBaseline:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        path = tmp_path / "known.toml"
        put(open_store(path, create=True), issue("4-aa"))
        return path

    @pytest.mark.parametrize(
        "entry",
        [
            "stacks = [{fingerprint = 'f', count = -1}]",
            f"stacks = [{{fingerprint = 'f', count = {1 << 63}}}]",
            "stacks = [{fingerprint = ''}]",
            "stacks = [{fingerprint = 'f', " + "cause = {" * 70 + "}" * 70 + "}]",
            "stacks = [{fingerprint = 'f', " + "cause = {" * 200 + "}" * 200 + "}]",
            "stacks = [{fingerprint = 'f', " + (".".join(["cause"] * 60) + " = {") * 60 + "}" * 60 + "}]",
            "resolved_at = 0001-01-01T00:00:00",
            "aliases = ['']",
        ],
    )
    def test_what_cannot_be_kept_is_refused(self, path: Path, entry: str) -> None:
        text = path.read_text() + f"\n[issues.x]\ntitle = 't'\n{entry}\n"
        path.write_text(text)
        commands = (("list",), ("show", "x"), ("note", "x", "text"), ("export",), ("check",))
        for command in commands:
            result = run("stacktraces", "known", *command, "--known", path)
            assert '  File "' not in result.err
            if command == ("check",):
                assert (result.code, "damaged  " in result.out) == (1, True)
            else:
                refused(result, "known.toml:", "the entry of x is wrong")
        assert path.read_text() == text

    def test_check_names_all_that_is_wrong(self, path: Path) -> None:
        bad = "\n[issues.x]\ntitle = 3\n\n[issues.y]\ntitle = 't'\nstatus = 'closed'\n"
        path.write_text(path.read_text() + bad)
        result = run("stacktraces", "known", "check", "--repair", "--known", path)
        assert result.code == 1
        assert [line.partition("the entry of ")[2][:1] for line in result.out.splitlines()] == ["x", "y"]


@pytest.mark.parametrize("name", ["known.toml", "known.db"])
def test_the_last_day_of_the_calendar(tmp_path: Path, name: str) -> None:
    known = ("--known", str(tmp_path / name))
    assert run("stacktraces", "log", *known, "--update", "-", stdin=TRACE).code == 0
    listed = run("stacktraces", "known", "list", *known).out
    key = listed.splitlines()[1].split()[0]
    assert run("stacktraces", "known", "resolve", key, "--on", "9999-12-31", *known).code == 0
    result = run("stacktraces", "log", *known, "--fail-on", "regressed", "-", stdin=TRACE)
    assert (result.code, '  File "' in result.err) == (0, False)


def test_a_calendar_does_not_go_that_far(path: Path) -> None:
    result = run("stacktraces", "known", "prune", "--unseen-for", 10**9, "--known", path)
    assert (result.code, result.out, result.err) == (0, "", "")


def test_a_stack_that_is_too_large_is_recorded_without_its_exemplar(path: Path) -> None:
    store = open_store(path)
    store.record([sighting("4-zz", error=error("f", message="x" * MOST_BYTES))])
    found = store.issue("4-zz")
    assert found is not None
    assert found.exemplars == []
    large = issue("2-yy")
    large.stacks[0].error = error("f", message="x" * MOST_BYTES)
    with pytest.raises(StoreError, match="A stack of 2-yy is too large to be kept"):
        put(store, large)
    store.close()
