"""The site on SQLite, without a network."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.serve_contract import SiteContract


class TestSiteOnSqlite(SiteContract):
    @pytest.fixture
    def database(self, tmp_path: Path) -> str:
        return str(tmp_path / "site.db")
