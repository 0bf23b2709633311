"""Corpus files: NAME.txt beside NAME.json, what reading it must give.

``UPDATE_GOLDEN=1 pytest …`` writes the expected files anew; look at the difference before committing it.
"""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

CORPUS = Path(__file__).parent / "corpus"
UPDATE = os.environ.get("UPDATE_GOLDEN") == "1"


def inputs(folder: str) -> list[Path]:
    """The input files of a corpus folder, sorted."""
    return sorted((CORPUS / folder).glob("*.txt"))


def check(source: Path, result: Any) -> None:
    """Assert that ``result`` (model data) is what the ``.json`` beside ``source`` says."""
    expected = source.with_suffix(".json")
    got = msgspec.json.format(msgspec.json.encode(result), indent=1).decode() + "\n"
    if UPDATE:
        expected.write_text(got)
    assert expected.exists(), f"{expected} is missing: write it with UPDATE_GOLDEN=1 and look at it"
    wanted = expected.read_text()
    if msgspec.json.decode(got) != msgspec.json.decode(wanted):
        difference = difflib.unified_diff(
            wanted.splitlines(), got.splitlines(), expected.name, "what was read", lineterm="", n=4
        )
        pytest.fail("\n".join([f"{source} is read differently:", *difference]), pytrace=False)
