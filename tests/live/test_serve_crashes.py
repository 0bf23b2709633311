"""The site on SQLite, killed under load."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.serve_crashes import kill_under_load

pytestmark = pytest.mark.live


def test_a_kill_under_load_loses_nothing_acknowledged(tmp_path: Path) -> None:
    kill_under_load(tmp_path)
