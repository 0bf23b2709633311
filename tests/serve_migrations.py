"""What holds of a site's tables on every database: they are brought up to date once, or not at all."""

from __future__ import annotations

import importlib
import multiprocessing
import pkgutil
import shutil
from collections.abc import Iterator
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, inspect

from stacktraces import serve
from stacktraces.errors import StoreError
from stacktraces.serve.accounts import Accounts
from stacktraces.serve.store import Filter, SiteStore, migrations

_STEP = """
from alembic import op
from sqlalchemy import Column, Text
revision = "added"
down_revision = "first"
def upgrade() -> None:
    op.create_table("site_added", Column("name", Text, primary_key=True))
"""


def _tables() -> Iterator[MetaData]:
    """The tables of all modules of the site."""
    for module in pkgutil.walk_packages(serve.__path__, f"{serve.__name__}."):
        if not module.name.startswith(migrations.__name__) and not module.name.endswith("._limited"):
            found = getattr(importlib.import_module(module.name), "METADATA", None)
            if isinstance(found, MetaData):
                yield found


def _is_of_the_program(name: str | None, kind: str, _: object) -> bool:
    return kind != "table" or ((name or "").startswith("site_") and name not in ("site_schema",))


def _has(store: SiteStore, table: str) -> bool:
    with store.known.connection(writes=False) as connection:
        return inspect(connection).has_table(table)


def _open(database: str, together: Barrier) -> None:
    together.wait()
    SiteStore(database).close()


class MigrationContract:
    """A subclass has the fixtures ``database``, of no tables, and ``old_database``, of the first version."""

    @pytest.fixture
    def steps(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A folder of steps, those of today, which may be added to."""
        folder = tmp_path / "migrations"
        shutil.copytree(migrations.FOLDER, folder)
        monkeypatch.setattr(migrations, "FOLDER", folder)
        return folder / "versions"

    def test_steps_lead_to_the_tables_of_the_program(self, database: str) -> None:
        store = SiteStore(database)
        with store.known.connection(writes=False) as connection:
            options = {"version_table": migrations.TABLE, "include_name": _is_of_the_program}
            context = MigrationContext.configure(connection, opts=options)
            assert compare_metadata(context, list(_tables())) == []
        store.close()

    def test_an_older_database_is_brought_up_to_date_and_keeps_its_data(self, old_database: str) -> None:
        for _ in range(2):
            store = SiteStore(old_database)
            page = store.issues(Filter(project="shop"))
            assert [each.title for each in page.issues] == [
                "KeyError: 'x' in stock",
                "KeyError: 'x' in cart",
            ]
            first = page.issues[0].id
            assert [each.seen for each in store.occurrences(first)] == [
                "2026-03-02T10:00:00Z",
                "2026-03-01T10:00:00Z",
            ]
            assert store.counts([first], 10) == {first: {"2026-03-01": 1, "2026-03-02": 1}}
            assert store.facets(first)["own_file"] == {"/srv/shop/stock.py": 2}
            people = Accounts(store.known)
            assert people.log_in("anna", "correct horse battery") is not None
            assert [each.text for each in people.comments([first])] == ["Since the price list moved."]
            store.close()

    def test_a_step_that_somebody_adds_is_found(self, old_database: str, steps: Path) -> None:
        (steps / "added.py").write_text(_STEP, encoding="utf-8")
        (steps / "another.py").write_text(_STEP.replace("added", "another"), encoding="utf-8")
        store = SiteStore(old_database)
        assert _has(store, "site_added")
        assert _has(store, "site_another")
        assert store.issues(Filter()).total == 2
        store.close()

    def test_a_newer_database_is_refused(self, database: str, steps: Path) -> None:
        (steps / "added.py").write_text(_STEP, encoding="utf-8")
        SiteStore(database).close()
        (steps / "added.py").unlink()
        with pytest.raises(StoreError, match="newer stacktraces"):
            SiteStore(database)

    def test_steps_are_made_all_or_none(self, old_database: str, steps: Path) -> None:
        (steps / "added.py").write_text(_STEP, encoding="utf-8")
        broken = (
            _STEP.replace("added", "broken").replace('"first"', '"added"') + "    op.drop_table('none')\n"
        )
        (steps / "broken.py").write_text(broken, encoding="utf-8")
        with pytest.raises(StoreError, match="Nothing was changed"):
            SiteStore(old_database)
        (steps / "broken.py").unlink()
        (steps / "added.py").unlink()
        store = SiteStore(old_database)
        assert not _has(store, "site_added")
        assert store.issues(Filter()).total == 2
        store.close()

    def test_sites_that_start_at_once_make_the_steps_once(self, old_database: str, steps: Path) -> None:
        (steps / "added.py").write_text(_STEP, encoding="utf-8")
        fork = multiprocessing.get_context("fork")
        together = fork.Barrier(3)
        sites = [fork.Process(target=_open, args=(old_database, together)) for _ in range(3)]
        for site in sites:
            site.start()
        for site in sites:
            site.join()
        assert [site.exitcode for site in sites] == [0, 0, 0]
        store = SiteStore(old_database)
        assert _has(store, "site_added")
        store.close()

    def test_steps_name_themselves_within_the_column(self) -> None:
        for step in ScriptDirectory(str(migrations.FOLDER)).walk_revisions():
            assert len(step.revision) <= 32
            assert step.doc
