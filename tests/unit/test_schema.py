"""The JSON schema in ``docs/`` is that of the structures that are printed, and output keeps to it.

``UPDATE_GOLDEN=1 pytest tests/unit/test_schema.py`` writes ``docs/schema.json`` anew.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec

from stacktraces.render.report import Report, ReportOccurrence
from tests import golden
from tests.cli.support import run

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "docs" / "schema.json"
TEXT = ROOT / "docs" / "schema.md"
LOG = ROOT / "examples" / "python.log"


def schema() -> dict[str, Any]:
    (_, _), components = msgspec.json.schema_components(
        [Report, ReportOccurrence], ref_template="#/$defs/{name}"
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "stacktraces log: --format json (Report), and a line of --each --format jsonl (ReportOccurrence)",
        "anyOf": [{"$ref": "#/$defs/Report"}, {"$ref": "#/$defs/ReportOccurrence"}],
        "$defs": components,
    }


def test_schema_is_that_of_the_structures() -> None:
    text = msgspec.json.format(msgspec.json.encode(schema()), indent=1).decode() + "\n"
    if golden.UPDATE:
        SCHEMA.write_text(text)
    assert SCHEMA.read_text() == text


def test_every_key_is_explained() -> None:
    explained = set(re.findall(r"^\| `(\w+)`", TEXT.read_text(), re.MULTILINE))
    keys = {key for each in schema()["$defs"].values() for key in each["properties"]}
    assert keys <= explained, f"not explained: {sorted(keys - explained)}"


def test_output_keeps_to_it() -> None:
    report = msgspec.json.decode(run("stacktraces", "log", LOG, "--format", "json").out, type=Report)
    assert report.stats.traces == 10
    for line in run("stacktraces", "log", LOG, "--each", "--format", "jsonl").out.splitlines():
        assert msgspec.json.decode(line, type=ReportOccurrence).error.type
