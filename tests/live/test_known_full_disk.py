"""Known issues on a real disk that fills up: what was recorded before is still there."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from stacktraces.errors import StoreError
from stacktraces.known import Store, open_store
from tests.conftest import need
from tests.known_support import sighting

pytestmark = pytest.mark.live


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 300 kB."""
    need("mount")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", tmp_path], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"this user may not mount a file system: {mounted.stderr.decode().strip()}")
    yield tmp_path
    subprocess.run(["umount", tmp_path], check=True)


def refusal(store: Store, names: list[str]) -> str | None:
    """Record ``names``; what the store says when it cannot."""
    try:
        store.record([sighting(name, 2) for name in names])
    except StoreError as error:
        return str(error)
    return None


def fill(store: Store) -> int:
    """Record until the disk is full; how many issues were taken."""
    taken = 0
    while (said := refusal(store, [f"1-{taken + number:016x}" for number in range(100)])) is None:
        taken += 100
    assert "the disk is full; free some space" in said
    return taken


@pytest.mark.parametrize("name", ["known.toml", "known.db"])
def test_a_disk_that_fills_up(small_disk: Path, name: str) -> None:
    store = open_store(small_disk / name, create=True)
    taken = fill(store)
    assert taken
    assert len(list(store.issues())) == taken
    store.close()
    again = open_store(small_disk / name)
    assert len(list(again.issues())) == taken
    again.close()
    assert {each for each in os.listdir(small_disk) if not each.startswith(name)} == set()
