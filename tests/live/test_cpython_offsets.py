"""The table of where CPython keeps what is what the debug information of each CPython says that is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from stacktraces.collecting.cpython.offsets import offsets_by_version
from stacktraces.collecting.cpython.table import TABLE
from tests.conftest import need
from tools.cpython_offsets import TABLE as TABLE_FILE
from tools.cpython_offsets import interpreters, read_offsets, table_text

pytestmark = pytest.mark.live
FOUND = dict(interpreters())


@pytest.mark.matrix
@pytest.mark.parametrize("version", [version for version, _ in TABLE], ids=str)
def test_a_version(version: tuple[int, int]) -> None:
    if version not in FOUND:
        pytest.skip("no CPython of this version with debug information is found")
    need("gdb")
    told = read_offsets(FOUND[version])
    if not told:
        pytest.skip("it has no debug information")
    assert offsets_by_version()[version] == told


def test_the_table_is_as_the_script_writes_it() -> None:
    assert TABLE_FILE.read_text("utf-8") == table_text(offsets_by_version())


def test_interpreters_are_looked_for_where_pyenv_puts_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".pyenv/versions/3.12.1").mkdir(parents=True)
    (tmp_path / ".pyenv/versions/mine").mkdir()
    assert list(interpreters()) == [((3, 12), tmp_path / ".pyenv/versions/3.12.1")]
    assert read_offsets(tmp_path / ".pyenv/versions/3.12.1") == {}
