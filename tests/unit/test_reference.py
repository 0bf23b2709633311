"""The parts of the documents that are made from the code are up to date, and each runtime says what it reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from stacktraces.runtimes import Runtime
from tools.reference import PARTS, documents, read_runtimes, renewed


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_made_parts_are_up_to_date(path: Path) -> None:
    text = path.read_text()
    assert renewed(text) == text, f"{path.name}: run 'make reference'"


def test_each_part_stands_somewhere() -> None:
    texts = "".join(path.read_text() for path in documents())
    assert all(f"<!-- begin {name} -->" in texts for name in PARTS)


@pytest.mark.parametrize("runtime", read_runtimes(), ids=lambda runtime: runtime.name)
def test_each_runtime_says_what_is_read(runtime: Runtime) -> None:
    assert runtime.versions
    assert runtime.reads
