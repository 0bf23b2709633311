"""Every corpus folder that is named like a runtime or a format: what reading each of its files gives.

A new folder, or a new file, is found without being listed here. ``NAME.txt`` has ``NAME.json`` beside it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from stacktraces.parsing import iterate
from stacktraces.runtimes import all_runtimes
from tests.golden import CORPUS, check

FOLDERS = {
    name
    for runtime in all_runtimes().values()
    # Python's formats have tests of their own.
    for name in (runtime.name, *(each.name for each in runtime.formats if runtime.name != "python"))
}
SOURCES = [
    path
    for name in sorted(FOLDERS)
    for path in sorted((CORPUS / name).glob("*.txt"))
    if not path.with_suffix(".truth.json").exists()
]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_is_read(source: Path) -> None:
    check(source, list(iterate(source.read_bytes())))


@pytest.mark.parametrize("folder", sorted({path.parent for path in SOURCES}), ids=lambda path: path.name)
def test_each_folder_says_where_its_files_came_from(folder: Path) -> None:
    assert (folder / "README.md").read_text().strip()
