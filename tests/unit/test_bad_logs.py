"""Logs that are damaged: what is sure of a trace is told, and what is not is said."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from stacktraces.model import Trace
from stacktraces.runtimes.python.messages import ENDS_EARLY
from stacktraces.scanning import Occurrences, Options, group

TRACE = [
    "Traceback (most recent call last):",
    '  File "/srv/a.py", line 3, in f',
    "    g()",
    '  File "/srv/b.py", line 4, in g',
    "    h()",
    "KeyError: 'x'",
]
AFTER = "2026-03-01 12:00:00 INFO next"
RECORD = json.dumps({"time": "2026-03-01T12:00:00Z", "msg": "failed", "exc": "\n".join(TRACE)})


def scan(folder: Path, text: str) -> tuple[list[Trace], list[tuple[str, int | None]]]:
    """The traces in a log of that text, and the kinds and lines of what looks like one and was not read."""
    path = folder / "a.log"
    path.write_text(text)
    unread = group([str(path)], Options()).stats.unread
    return list(Occurrences([str(path)], Options())), [(each.kind, each.first.line) for each in unread]


def behind(prefix: str, lines: list[str]) -> str:
    return "".join(f"{prefix}{line}\n" for line in lines)


def test_a_prefix_that_changes_in_the_middle(tmp_path: Path) -> None:
    text = behind("[rank0]: ", TRACE[:3]) + behind("[rank7]: ", [*TRACE[3:], AFTER])
    (found,), unread = scan(tmp_path, text)
    assert ([each.function for each in found.error.frames], found.error.type) == (["f"], None)
    assert found.uncertain == [ENDS_EARLY]
    assert unread == [('File "...", line N', 4)]


@pytest.mark.parametrize("prefix", ["", "[rank0]: "])
def test_a_log_that_starts_within_a_trace(tmp_path: Path, prefix: str) -> None:
    found, unread = scan(tmp_path, behind(prefix, [*TRACE[3:], AFTER]))
    assert (found, unread) == ([], [('File "...", line N', 1)])


@pytest.mark.parametrize("prefix", ["", "[rank0]: "])
def test_a_log_that_ends_within_a_trace(tmp_path: Path, prefix: str) -> None:
    (found,), unread = scan(tmp_path, behind(prefix, [AFTER, *TRACE[:4]]))
    assert ([each.function for each in found.error.frames], found.error.type) == (["g", "f"], None)
    assert (found.uncertain, unread) == ([ENDS_EARLY], [])


def test_two_writers_with_one_prefix(tmp_path: Path) -> None:
    other = [line.replace("/srv/", "/opt/").replace("'x'", "'y'") for line in TRACE]
    pairs = [line for pair in zip(TRACE, other, strict=True) for line in pair]
    found, unread = scan(tmp_path, behind("[w]: ", [*pairs, AFTER]))
    assert [each.error.type for each in found] == ["KeyError"]
    assert unread == [("traceback header", 1)]


@pytest.mark.parametrize("cut", [20, 60])
def test_json_that_is_cut_off(tmp_path: Path, cut: int) -> None:
    found, _ = scan(tmp_path, f"{RECORD}\n{RECORD[:-cut]}\n{RECORD}\n")
    assert [each.error.type for each in found] == ["KeyError", None, "KeyError"]
    assert ENDS_EARLY in found[1].uncertain


@pytest.mark.parametrize("escape", ["\\x", "\\u12", "\\"])
def test_an_invalid_escape(tmp_path: Path, escape: str) -> None:
    damaged = RECORD.replace("KeyError", f"Key{escape}Error")
    found, unread = scan(tmp_path, f"{RECORD}\n{damaged}\n{RECORD}\n")
    assert [each.error.type for each in found if not each.uncertain] == ["KeyError", "KeyError"]
    assert len(found) == 3 or unread


@pytest.mark.parametrize("line", ["x" * (3 << 20), "a line of a message\n" * (3 << 15)])
@pytest.mark.parametrize("prefix", ["", "[rank0]: "])
def test_a_record_of_some_megabytes(tmp_path: Path, line: str, prefix: str) -> None:
    lines = [*TRACE[:-1], *f"ValueError: {line}".splitlines(), AFTER, *TRACE, AFTER]
    found, _ = scan(tmp_path, behind(prefix, lines))
    assert found[-1].error.type == "KeyError"
    assert all(len(each.error.message or "") <= 1 << 20 for each in found)


@pytest.mark.parametrize("seed", range(6))
def test_lines_that_are_lost_at_random(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    lines = [line for _ in range(30) for line in [*TRACE, AFTER]]
    kept = [line for line in lines if chance.random() > 0.1]
    found, unread = scan(tmp_path, behind("[rank0]: ", kept))
    seen = sum("KeyError" in line for line in kept)
    assert sum(each.error.type == "KeyError" for each in found) <= seen
    assert len(found) + len(unread) >= 20
