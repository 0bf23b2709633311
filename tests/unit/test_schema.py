"""The JSON schema in ``docs/`` is that of the structures that are printed, and output keeps to it.

``UPDATE_GOLDEN=1 pytest tests/unit/test_schema.py`` writes ``docs/schema.json`` anew.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from stacktraces.render.report import Report, ReportOccurrence
from stacktraces.render.snapshot_report import SnapshotReport
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


DESCRIBE_SCHEMA = ROOT / "docs" / "describe-schema.json"
DESCRIBE_TEXT = ROOT / "docs" / "describe-schema.md"


def describe_schema() -> dict[str, Any]:
    (_,), components = msgspec.json.schema_components([SnapshotReport], ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "stacktraces describe: --format json",
        "$ref": "#/$defs/SnapshotReport",
        "$defs": components,
    }


def test_schema_of_describe_is_that_of_the_structures() -> None:
    text = msgspec.json.format(msgspec.json.encode(describe_schema()), indent=1).decode() + "\n"
    if golden.UPDATE:
        DESCRIBE_SCHEMA.write_text(text)
    assert DESCRIBE_SCHEMA.read_text() == text


def test_every_key_of_describe_is_explained() -> None:
    first_cells = re.findall(r"^\| (`[^|]+`) \|", DESCRIBE_TEXT.read_text(), re.MULTILINE)
    explained = set(re.findall(r"`(\w+)`", " ".join(first_cells)))
    keys = {key for each in describe_schema()["$defs"].values() for key in each["properties"]}
    # An error's own keys stand in the text of the key that holds it.
    assert keys - explained <= {"type"}


@pytest.mark.parametrize("name", ["cartd-core.gdb.txt", "ledgers.gdb.txt", "httpd-event-child.gdb.txt"])
def test_output_of_describe_keeps_to_its_schema(name: str) -> None:
    text = run("stacktraces", "describe", ROOT / "examples" / name, "--format", "json").out
    report = msgspec.json.decode(text, type=SnapshotReport)
    printed = json.loads(text)
    assert report.schema_version == 1
    assert report.processes
    assert msgspec.to_builtins(report) == printed, (
        "a key that the schema has not, or a default that is printed"
    )


def test_what_describe_says_of_a_crash_and_of_locks() -> None:
    (crashed,) = describe_json("cartd-core.gdb.txt")
    assert crashed["crash"] == {
        "signal": "SIGSEGV",
        "message": "Segmentation fault",
        "tid": "1",
        "lwp": "14982",
        "fn": "price_of",
        "file": "cartd.c",
        "line": 9,
        "address": "0x562eaefdf17d",
    }
    assert [each["tid"] for each in crashed["threads"] if each.get("crashed")] == ["1"]
    moving, stuck = describe_json("ledgers.gdb.txt")
    assert stuck["crash"] is None
    assert [wait["tid"] for wait in stuck["deadlocks"][0]["waits"]] == ["6", "5"]
    assert (stuck["looks"], stuck["seconds"]) == (3, 2.019)
    assert {each["motion"] for each in moving["groups"]} == {"stood still", "moved"}


def describe_json(name: str) -> list[dict[str, Any]]:
    text = run("stacktraces", "describe", ROOT / "examples" / name, "--format", "json").out
    processes: list[dict[str, Any]] = json.loads(text)["processes"]
    return processes
