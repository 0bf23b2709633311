"""The site on SQLite, without a network."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.serve_contract import SAMPLES, SiteContract
from tests.serve_keeping import KeepingContract
from tests.serve_migrations import MigrationContract
from tests.serve_reading import ReadingContract


class TestSiteOnSqlite(SiteContract, MigrationContract, KeepingContract, ReadingContract):
    @pytest.fixture
    def database(self, tmp_path: Path) -> str:
        return str(tmp_path / "site.db")

    @pytest.fixture
    def old_database(self, database: str) -> str:
        connection = sqlite3.connect(database)
        connection.executescript((SAMPLES / "site-1.sqlite.sql").read_text(encoding="utf-8"))
        connection.close()
        return database
