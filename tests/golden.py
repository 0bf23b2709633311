"""Corpus files: NAME.txt beside NAME.json, what reading it must give.

``UPDATE_GOLDEN=1 pytest …`` writes the expected files anew; look at the difference before committing it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec

CORPUS = Path(__file__).parent / "corpus"
UPDATE = os.environ.get("UPDATE_GOLDEN") == "1"


def inputs(folder: str) -> list[Path]:
    """The input files of a corpus folder, sorted."""
    return sorted((CORPUS / folder).glob("*.txt"))


def check(source: Path, result: Any) -> None:
    """Assert that ``result`` (model data) is what the ``.json`` beside ``source`` says."""
    expected = source.with_suffix(".json")
    plain = msgspec.json.decode(msgspec.json.encode(result))
    if UPDATE:
        expected.write_bytes(msgspec.json.format(msgspec.json.encode(plain), indent=1) + b"\n")
    assert expected.exists(), f"{expected} is missing: write it with UPDATE_GOLDEN=1 and look at it"
    assert plain == msgspec.json.decode(expected.read_bytes())
