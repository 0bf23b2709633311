"""Traces that a program logs with its prefix on every line: what stands before them, and between them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from stacktraces.model import Trace
from stacktraces.scan import Occurrences, Options

Read: TypeAlias = Callable[..., list[Trace]]

STAMP = "2024-05-01 12:00:0{},000 ERROR app: "
TRACE = [
    "Traceback (most recent call last):",
    '  File "/srv/app/a.py", line 3, in f',
    "    g()",
    "KeyError: {!r}",
]


def stamped(second: int, *lines: str) -> list[str]:
    return [STAMP.format(second) + line for line in lines]


def trace(second: int, key: str, *before: str) -> list[str]:
    return stamped(second, *before, *(line.format(key) for line in TRACE))


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read(*parts: list[str], **options: int) -> list[Trace]:
        path = tmp_path / "a.log"
        path.write_text("".join(f"{line}\n" for part in parts for line in part))
        return list(Occurrences([str(path)], Options(**options)))  # type: ignore[arg-type]

    return read


def test_a_preamble_is_of_the_trace_behind_it(read: Read) -> None:
    first, second = read(
        stamped(0, "starting"),
        trace(1, "a", "Exception in thread till-1 (run):"),
        trace(
            2, "b", "Task exception was never retrieved", "future: <Task finished name='poller' coro=<f()>>"
        ),
        stamped(3, "done"),
    )
    assert (first.context.thread, first.preamble) == ("till-1 (run)", ["Exception in thread till-1 (run):"])
    assert (second.context.task, len(second.preamble)) == ("poller", 2)
    assert [first.time, second.time] == ["2024-05-01T12:00:01.000", "2024-05-01T12:00:02.000"]
    assert first.before == STAMP.format(0) + "starting"
    assert [first.error.message, second.error.message] == ["'a'", "'b'"]


def test_a_preamble_without_a_trace_is_a_log_line(read: Read) -> None:
    (found,) = read(
        stamped(0, "Exception in callback close()"),
        stamped(1, "going on"),
        trace(2, "a"),
        stamped(3, "done"),
    )
    assert found.preamble == []
    assert found.before == STAMP.format(1) + "going on"
    assert found.time == "2024-05-01T12:00:02.000"


def test_the_line_before_is_none_of_another_trace(read: Read) -> None:
    first, second = read(trace(1, "a"), trace(2, "b"), stamped(3, "done"))
    assert (first.before, second.before) == (None, None)
    assert second.error.message == "'b'"


def test_lines_without_the_prefix_are_another_writers(read: Read) -> None:
    worker = [f"(charge pid=7) {line}" for line in TRACE]
    worker[-1] = worker[-1].format("a")
    bare = ["2024-05-01 12:00:05,000 ERROR app: failed", *TRACE[:-1], TRACE[-1].format("b")]
    first, second = read(worker, bare, ["2024-05-01 12:00:06,000 INFO app: done"])
    assert (first.context.pid, first.context.task, first.error.message) == ("7", "charge", "'a'")
    assert (second.context.pid, second.context.task, second.error.message) == (None, None, "'b'")
    assert second.before == bare[0]


@pytest.mark.parametrize("chunk", [64, 4096])
def test_the_same_however_it_is_cut(read: Read, chunk: int) -> None:
    parts = [
        stamped(0, "starting"),
        trace(1, "a", "Exception in thread till-1:"),
        trace(2, "b"),
        stamped(3, "end"),
    ]
    assert read(*parts, chunk=chunk) == read(*parts)
