"""The flow of a team, on a baseline and in SQLite; tests/live plays it in PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.team_flow import play


@pytest.mark.parametrize("store", ["known-issues.toml", "known.db"])
def test_the_flow_of_a_team(tmp_path: Path, store: str) -> None:
    play(tmp_path, store)
