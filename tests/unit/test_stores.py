"""What stores of logs, cloud services and CI systems hand out: each shape gives the trace and when it was logged."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from stacktraces.runtimes import known_trace_lines
from stacktraces.scanning import Options, group
from stacktraces.scanning.parallel.partition import Part, plan
from stacktraces.unwrapping.documents.detection import parser_for
from stacktraces.unwrapping.documents.item import Item
from stacktraces.unwrapping.documents.json_records import JsonRecords
from tests.unit.store_exports import LINES, SHAPES, TIME, TRACE, datadog_csv, entry, jsonl


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("chunk", [1 << 18, 64])
def test_the_trace_is_read_once_with_its_time(name: str, chunk: int, tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_text(SHAPES[name](), newline="")
    result = group([str(path)], Options(chunk=chunk))
    found = [
        (each.count, each.error.type, each.error.message, (each.first_seen or "")[:19])
        for each in result.groups
    ]
    assert found == [(1, "KeyError", "'sku-7'", "2026-11-01T10:00:00")]
    assert [frame.line for frame in result.groups[0].error.frames] == [42]


def found(path: Path, text: str) -> list[tuple[str | None, str | None, int]]:
    path.write_text(text)
    return [(each.error.type, each.error.message, each.count) for each in group([str(path)]).groups]


def test_a_message_ends_where_a_record_of_another_level_or_a_whole_event_follows(tmp_path: Path) -> None:
    lines = jsonl(*({"ts": TIME, "level": "error", "msg": line} for line in LINES[1:6]))
    quiet = jsonl({"ts": TIME, "level": "info", "msg": "next order"})
    event = jsonl({"ts": TIME, "level": "error", "msg": f"again\n{TRACE}"})
    assert found(tmp_path / "a", lines + quiet) == [("KeyError", "'sku-7'", 1)]
    assert found(tmp_path / "b", lines + event + lines) == [("KeyError", "'sku-7'", 3)]


def test_writers_of_records_are_told_by_what_stays_the_same(tmp_path: Path) -> None:
    """Two writers interleave, told apart by one key among others; an identifier differs in each record."""
    records = [
        {"id": f"{writer}-{number}", "shard": writer, "labels": {"app": "web"}, "message": line, "time": TIME}
        for number, line in enumerate(LINES)
        for writer in ("a", "b")
    ]
    assert found(tmp_path / "a", jsonl(*records)) == [("KeyError", "'sku-7'", 2)]


def test_a_document_that_is_cut_or_wrong_gives_what_is_sure(tmp_path: Path) -> None:
    entries = [entry(number, {"textPayload": TRACE}) for number in range(3)]
    text = json.dumps(entries, indent=2)
    cut = text[: text.rindex("KeyError")]
    assert [each[2] for each in found(tmp_path / "cut", cut) if each[0]] == [2]
    assert found(tmp_path / "log", '{\n  "port": "80\n' + "\n".join(LINES) + "\n") == [
        ("KeyError", "'sku-7'", 1)
    ]
    assert found(tmp_path / "within", '{\n  "message": "x",\n' + "\n".join(LINES) + "\n") == [
        ("KeyError", "'sku-7'", 1)
    ]
    assert found(tmp_path / "behind", text + "\n" + "\n".join(LINES) + "\n") == [("KeyError", "'sku-7'", 4)]
    assert found(tmp_path / "xml", "<testsuite><testcase>\n" + "\n".join(LINES) + "\n")[0][2] == 1


def test_a_record_that_is_too_long_is_told(tmp_path: Path) -> None:
    records = [{"timestamp": TIME, "message": TRACE}, {"timestamp": TIME, "message": TRACE + "x" * (5 << 20)}]
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"events": [*records, records[0]]}))
    result = group([str(path)])
    assert [each.count for each in result.groups] == [2]
    assert "holds more than 4 MiB" in result.unreadable[0].reason


def test_places_are_those_of_the_document(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(datadog_csv())
    origin = group([str(path)]).groups[0].sources[0]
    assert (origin.line, path.read_bytes()[origin.offset or 0 :][:5]) == (2, b'"2026')


@pytest.mark.parametrize("name", SHAPES)
def test_processes_share_a_document_as_one(name: str, tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_text(SHAPES[name](), newline="")
    assert plan([(0, str(path))], 2)[1] == [[Part(str(path), 0)]]


def test_what_pytest_reports_as_xml(tmp_path: Path) -> None:
    (tmp_path / "test_orders.py").write_text("def test_run():\n    prices = {}\n    prices['sku-7']\n")
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junitxml=report.xml"],
        cwd=tmp_path,
        check=False,
        capture_output=True,
    )
    result = group([str(tmp_path / "report.xml")])
    assert [(each.error.type, each.error.message, each.count) for each in result.groups] == [
        ("KeyError", "'sku-7'", 1)
    ]
    assert result.groups[0].first_seen is not None


@pytest.mark.parametrize(
    "text",
    [
        '{"message": "a", "data":' + "[" * 200_000,
        "time,message\n" + f'{TIME},"' + "x\n" * 200_000,
        "<?xml version='1.0'?><testsuite>" + "<a>" * 100_000,
        "---\na: 1\nb: '" + "x\n" * 100_000,
        "<?xml version='1.0'?><!DOCTYPE l [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><testsuite>&b;</testsuite>",
        "<html>" + "<a" * 100_000 + "&" * 100_000,
        '[{"message": "' + "\\" * 100_001,
    ],
    ids=lambda text: text[:12],
)
def test_a_document_that_never_ends_is_passed_over(text: str, tmp_path: Path) -> None:
    behind = "\n" + "\n".join(LINES) + "\n"
    assert found(tmp_path / "a", text) == []
    assert all(each[0] == "KeyError" for each in found(tmp_path / "b", text + behind))


CUT = '{\n  "message": "x",\n  "b": [1,\n' + "\n".join(LINES) + "\n[]\n{\n" + "\n".join(LINES) + '\n{"a": "\n'


@pytest.mark.parametrize("text", [CUT, *(SHAPES[name]() for name in SHAPES)], ids=["cut", *SHAPES])
def test_a_document_gives_the_same_however_it_is_cut_into_chunks(text: str) -> None:
    data = text.encode()

    def items(size: int) -> list[Item]:
        parser = parser_for(data, known_trace_lines()) or JsonRecords()
        chunks = [data[at : at + size] for at in range(0, len(data), size)]
        return [item for chunk in [*chunks, b""] for item in parser.feed(chunk, final=not chunk)]

    assert items(1) == items(7) == items(len(data))
