"""Looking at real processes as ``describe`` does, with and without the C library's symbols."""

from __future__ import annotations

import contextlib
import re
import subprocess
from collections import Counter

from stacktraces import collect
from stacktraces.model import Process, Snapshot
from stacktraces.parsing import parse
from stacktraces.snapshots.describing import describe
from tests.live import programs

COLLECTED, BARE = "collected", "bare"
LOOKS = (COLLECTED, BARE)


def look(pid: int, how: str) -> Process:
    """The described process: as the collector sees it, or with nothing but exported functions named."""
    text = bytes(collect.collect(pid=pid, with_locals=False, tool="gdb"))
    if how == BARE:
        heading = b"".join(line for line in text.splitlines(keepends=True) if line.startswith(b"REM "))
        command = ["gdb", "-nx", "-batch", "-iex", "set debug-file-directory /nonexistent", "-p", str(pid)]
        command += ["-iex", "set debuginfod enabled off", "-ex", "thread apply all bt"]
        seen = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=True)
        text = re.sub(rb"REM (FUTEX|STOPPED|EXIT|PROBLEM) .*\n", b"", heading) + seen.stdout
    (snapshot,) = [each for each in parse(text) if isinstance(each, Snapshot)]
    (process,) = describe(snapshot).processes
    without = [thread for thread in process.threads if thread.state is None]
    assert not without, "threads without a state"
    return process


def told(process: Process) -> Counter[tuple[str | None, str | None]]:
    """How many threads have each name and state."""
    return Counter((thread.name, thread.state) for thread in process.threads)


def settled(pid: int, how: str, expected: dict[tuple[str | None, str | None], int]) -> None:
    """Every thread is told as expected, soon: what a server does right after a request is its own affair."""
    seen: list[Counter[tuple[str | None, str | None]]] = []

    def is_told() -> bool:
        seen.append(told(look(pid, how)))
        return seen[-1] == expected

    with contextlib.suppress(AssertionError):
        programs.wait_until(is_told, "what is expected of each thread")
    assert seen[-1] == expected
