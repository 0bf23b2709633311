"""Export and import on SQLite, and of what is no export."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from stacktraces.cli import serve
from stacktraces.cli._serve_moving import move
from stacktraces.errors import InputError, StacktracesError
from stacktraces.serve.moving import fill, records, rows_of_lines, rows_of_store
from stacktraces.serve.store import SiteStore
from tests.serve_contract import Site
from tests.serve_moving_contract import MovingContract


class TestMovingOnSqlite(MovingContract):
    @pytest.fixture
    def database(self, tmp_path: Path) -> str:
        return str(tmp_path / "site.db")

    @pytest.fixture
    def other_database(self, tmp_path: Path) -> str:
        return str(tmp_path / "other.db")

    def test_an_import_is_all_or_nothing(
        self, full: Site, database: str, other_database: str, tmp_path: Path
    ) -> None:
        whole, broken = tmp_path / "whole.jsonl", tmp_path / "broken.jsonl"
        move(database, str(whole), None)
        broken.write_bytes(whole.read_bytes()[:-9])
        with pytest.raises(InputError, match=r"broken.jsonl:\d+: this is no line of an export"):
            move(other_database, None, str(broken))
        store = SiteStore(other_database)
        with store.known.connection(writes=False) as connection:
            rows = list(rows_of_store(connection))
        assert {each.table.name for each in rows} == {"stacktraces_state"}
        store.close()

    def test_the_command(
        self,
        full: Site,
        database: str,
        other_database: str,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        lines = str(tmp_path / "site.jsonl")
        serve.command.main(["--db", database, "--export", lines], standalone_mode=False)
        serve.command.main(["--db", other_database, "--import", lines], standalone_mode=False)
        rows = Path(lines).read_bytes().count(b"\n") - 1
        assert capsys.readouterr().err.splitlines() == [
            f"Exported {database} to {lines}.",
            f"Imported {rows} rows into {other_database}.",
        ]
        for options, says in {
            ("--db", str(tmp_path / "none.db"), "--export", "-"): "does not exist; name the database",
            ("--db", database, "--export", "site.xml"): "--export takes a .jsonl file, a .db file",
            ("--db", database, "--export", database): "is there already; name a new file.",
            ("--db", database, "--export", "-", "--import", "-"): "Give one of --export and --import.",
            ("--db", database, "--import", "nothing.jsonl"): "nothing.jsonl cannot be read:",
        }.items():
            with pytest.raises(StacktracesError, match=re.escape(says)):
                serve.command.main(list(options), standalone_mode=False)

    def test_administrators_get_all_over_http(self, full: Site, tmp_path: Path) -> None:
        admin = {"Authorization": f"Bearer {full.store.add_token(None, 'admin', 'a')}"}
        assert full.client.get("/api/export", headers=full.read).status_code == 403
        assert full.client.get("/export.jsonl", follow_redirects=False).status_code == 303
        lines = full.client.get("/api/export", headers=admin).content.splitlines()
        assert any(b'"table":"site_occurrence"' in each and b'"trace":{' in each for each in lines)
        assert not any(b"site_session" in each for each in lines)
        copy = tmp_path / "downloaded.db"
        copy.write_bytes(full.client.get("/api/export.db", headers=admin).content)
        connection = sqlite3.connect(copy)
        assert connection.execute("SELECT count(*) FROM site_occurrence").fetchone() == (3,)
        connection.close()


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> SiteStore:
    return SiteStore(str(tmp_path_factory.mktemp("empty") / "site.db"))


_ORIGIN = b'{"origin":{"format":1,"written_by":"0","steps":%b}}'
_ROW = b'{"table":"site_project","row":{"id":"a","name":"A","created":"2026"}}'


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([], "x is empty; nothing was changed."),
        ([b"{}"], "x is no export of a site, or of a newer one"),
        ([_ORIGIN % b'["later"]'], "x was written by stacktraces 0, which has other tables"),
        ([None, b'{"table":"sqlite_master","row":{}}'], "x:2: this is no row of a site's table"),
        ([None, b"[" * 9999], "x:2: this is no line of an export"),
        ([None, _ROW, _ROW.replace(b'"name":"A",', b"")], "x:3: the columns are not those of site_project"),
        ([None, _ROW.replace(b'"A"', b"1")], "x:2: Expected `str`, got `int`"),
        ([None, b" " * ((16 << 20) + 1)], "x:2: this line has more than 16 MiB"),
    ],
    ids=["empty", "other", "steps", "table", "nested", "columns", "kind", "long"],
)
def test_what_is_no_export(empty: SiteStore, lines: list[bytes | None], says: str) -> None:
    def rows(origin: records.Origin) -> Iterator[records.Rows]:
        first = _ORIGIN % msgspec.json.encode(origin.steps)
        return rows_of_lines((each if each is not None else first for each in lines), "x", origin)

    with pytest.raises(InputError) as raised:
        fill(empty, rows)
    assert str(raised.value).startswith(says)
    assert empty.projects() == {}
