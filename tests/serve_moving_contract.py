"""What is exported of a site and imported into an empty one is the same on every database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from stacktraces.cli._serve_moving import move
from stacktraces.errors import InputError
from stacktraces.serve.moving import records
from stacktraces.serve.store import Filter, SiteStore
from tests.serve_api_contract import trace
from tests.serve_contract import Site


def held(store: SiteStore) -> dict[str, list[Any]]:
    """All rows of all tables, sorted."""
    with store.known.connection(writes=False) as connection:
        return {
            table.name: sorted(repr(row) for row in connection.execute(select(table)))
            for table in records.tables()
        }


class MovingContract:
    """A subclass has the fixtures ``database`` and ``other_database``, which name two of no tables."""

    @pytest.fixture
    def full(self, tmp_path: Path, database: str) -> Iterator[Site]:
        site = Site(tmp_path, database)
        for name in ("cart", "stock", "cart"):
            site.client.post("/api/text", content=trace(name), headers=site.write)
        site.settle()
        site.application.state.accounts.add("ada", "correct horse", "admin")
        first = site.store.known.ids()[0]
        site.application.state.accounts.comment(first, "ada", "hostile \x1b[31m 😀 \u202e")
        yield site
        site.store.close()

    def test_a_site_is_moved(self, full: Site, database: str, other_database: str, tmp_path: Path) -> None:
        lines, copy, again = (tmp_path / name for name in ("site.jsonl", "copy.db", "again.jsonl"))
        move(database, str(lines), None)
        move(other_database, None, str(lines))
        move(database, str(copy), None)
        move(other_database, str(again), None)
        assert sorted(again.read_bytes().splitlines()) == sorted(lines.read_bytes().splitlines())
        before = held(full.store)
        assert before["site_occurrence"]
        assert before["site_comment"]
        for moved in (other_database, str(copy)):
            store = SiteStore(moved)
            assert held(store) == before
            assert store.issues(Filter(text="cart")).total == 1
            assert list(store.known.issues()) == list(full.store.known.issues())
            store.close()
        site = Site(tmp_path / "again", other_database)
        site.client.post("/api/text", content=trace("cart"), headers=site.write)
        site.settle()
        assert sorted(each.count for each in site.store.known.issues()) == [1, 3]
        site.store.close()
        with pytest.raises(InputError, match="is not empty: import into a new database"):
            move(other_database, None, str(lines))
