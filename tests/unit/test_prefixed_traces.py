"""Traces that a program logs with its prefix on every line: what stands before them, and between them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from stacktraces.model import Trace
from stacktraces.scanning import Occurrences, Options, group

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


@pytest.mark.parametrize("options", [Options(), Options(engine="builtin"), Options(fast=False)], ids=str)
def test_a_header_that_stands_first_on_its_line_is_no_prefix(tmp_path: Path, options: Options) -> None:
    """What a Go message quotes of other traces is of the message, in whatever order such messages come."""
    quoted = ["two", "two", "goroutine 7 [running]:", "#0  0x0000 in main () at a.c:1"]
    stack = "\n\ngoroutine {} [running]:\nshop.price(0x0)\n\t/srv/shop/store.go:20 +0x2e\n"
    record = "2024-05-01 12:00:02,014 ERROR failed\n"
    path = tmp_path / "a.log"
    path.write_text(
        "".join(f"{record}fatal error: {text}{stack.format(at)}" for at, text in enumerate(quoted)) + record
    )
    found = group([str(path)], options)
    assert (found.stats.traces, found.stats.snapshots) == (4, 0)
    assert [each.count for each in found.groups] == [4]
