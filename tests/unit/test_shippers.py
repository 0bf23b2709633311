"""A JSON record for each line of a trace: told alike with and without what known traces are told by."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stacktraces.scanning import Options, group
from tests.generate.carriers import CARRIERS, SECOND_WRITER, SHIPPERS, Writer, interleave

TRACE = [
    "Traceback (most recent call last):",
    '  File "/srv/app/shop.py", line 13, in price_of',
    '    return CATALOG["fig"]',
    "KeyError: 'fig'",
]
EVENTS = 40


def logged(number: int) -> list[str]:
    return [f"2026-03-01 12:00:{number:02},003 ERROR shop failed", *TRACE]


def told(path: Path, data: bytes) -> list[tuple[Any, ...]]:
    """What is found, in four ways that must not differ."""
    path.write_bytes(data)
    found = []
    for fast, chunk in ((True, 1 << 18), (False, 1 << 18), (True, 4096), (False, 4096)):
        groups = group([str(path)], Options(fast=fast, chunk=chunk)).groups
        found.append(
            [
                (
                    each.error.type,
                    each.error.message,
                    each.count,
                    each.first_seen,
                    each.last_seen,
                    *tuple((source.line, source.offset) for source in each.sources),
                )
                for each in groups
            ]
        )
    assert found[1:] == found[:1] * 3
    return found[0]


@pytest.mark.parametrize("name", sorted(SHIPPERS))
def test_two_writers_interleave(name: str, tmp_path: Path) -> None:
    lines = [line.encode() for number in range(EVENTS) for line in logged(number)]
    first, second = (CARRIERS[name].units(lines, writer) for writer in (Writer(), SECOND_WRITER))
    found = told(tmp_path / "a.log", interleave(first, second))
    assert [each[:3] for each in found] == [("KeyError", "'fig'", 2 * EVENTS)]


def stamp(number: int) -> str:
    return f"2026-03-01T12:00:{number:02}.003Z"


def event(number: int, message: str = "failed") -> str:
    return json.dumps({"ts": stamp(number), "level": "error", "msg": message})


MIXED = {
    "events": lambda number: [event(number, "\n".join(["failed", *TRACE]))],
    "a trace behind an event": lambda number: [event(number), *TRACE],
    "a trace behind structlog's": lambda number: [
        json.dumps({"event": "failed", "level": "error", "timestamp": stamp(number)}),
        *TRACE,
    ],
    "another time first": lambda number: [
        json.dumps({"since": "2020-01-01 00:00:00,000", "timestamp": stamp(number), "event": "failed"}),
        *TRACE,
    ],
}


@pytest.mark.parametrize("prefix", ["", "web-1  | "])
@pytest.mark.parametrize("name", MIXED)
def test_json_events_and_what_a_program_prints(name: str, prefix: str, tmp_path: Path) -> None:
    """Before, a trace behind a JSON event had no time, and another one where its like was known."""
    lines = [prefix + line + "\n" for number in range(EVENTS) for line in MIXED[name](number)]
    found = told(tmp_path / "a.log", "".join(lines).encode())
    assert [each[:5] for each in found] == [("KeyError", "'fig'", EVENTS, stamp(0), stamp(EVENTS - 1))]


def test_a_year_within_syslog(tmp_path: Path) -> None:
    lines = [
        f"Mar 01 12:00:{number:02} host app[7]: {line}\n"
        for number in range(EVENTS)
        for line in (f"2021-01-02 03:04:{number:02},006 ERROR x failed", *TRACE)
    ]
    found = told(tmp_path / "a.log", "".join(lines).encode())
    assert [each[2:5] for each in found] == [
        (EVENTS, "2021-01-02T03:04:00.006", f"2021-01-02T03:04:{EVENTS - 1:02}.006")
    ]
