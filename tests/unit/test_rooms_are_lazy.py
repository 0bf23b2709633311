"""What a log holds decides what is imported: the room of a runtime whose traces are not there stays closed."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from stacktraces.runtimes import all_runtimes
from tests.golden import CORPUS

PROGRAM = """
import json, sys
from stacktraces.scanning import Occurrences
found = sorted({each.runtime for each in Occurrences([sys.argv[1]])})
print(json.dumps([found, sorted(sys.modules)]))
"""
SAMPLES = {
    "go": "1.27-nil.txt",
    "java": "17-chain.txt",
    "javascript": "node24-cause.txt",
    "kernel": "hung-task.txt",
    "native": "gcc12-asan-uaf.txt",
    "python": "3.11-plain.native.txt",
    "ruby": "3.1-plain.txt",
    "rust": "1.95-bt-index.txt",
}
STARTS = {
    "dotnet": "syntax",
    "erlang": "reader",
    "go": "starts",
    "java": "starts",
    "javascript": "starts",
    "kernel": "heads",
}
"""Rooms that look for words before they import what knows where a trace starts, and the module that does."""


def opened(path: Path) -> tuple[list[str], set[str]]:
    """The runtimes of the traces in ``path``, and the rooms of which more than declarations was imported."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)], capture_output=True, text=True, check=True, timeout=60
    )
    runtimes, modules = json.loads(done.stdout)
    rooms = set()
    for module in modules:
        room, _, rest = module.removeprefix("stacktraces.runtimes.").partition(".")
        declares = rest in ("", "formats", "trace_lines", "abort_messages")
        if module.startswith("stacktraces.runtimes.") and not room.startswith("_") and not declares:
            rooms.add(room)
    return runtimes, rooms


@pytest.mark.parametrize("runtime", SAMPLES)
def test_a_log_of_one_runtime_opens_its_room_alone(tmp_path: Path, runtime: str) -> None:
    path = tmp_path / "shop.log"
    text = (CORPUS / runtime / SAMPLES[runtime]).read_text()
    path.write_text(f"2026-11-28 10:00:00 INFO start\n{text}2026-11-28 10:00:01 INFO end\n" * 2)
    assert opened(path) == ([runtime], {runtime})


def test_a_log_without_traces_opens_none(tmp_path: Path) -> None:
    path = tmp_path / "shop.log"
    path.write_text("2026-11-28 10:00:00 INFO start\n" * 3000)
    assert opened(path) == ([], set())


@pytest.mark.parametrize("runtime", STARTS)
def test_what_is_looked_for_first_hides_no_start(runtime: str) -> None:
    module = importlib.import_module(f"stacktraces.runtimes.{runtime}.{STARTS[runtime]}")
    certain: Callable[[str, str], bool] = module.starts_here
    asked = all_runtimes()[runtime].starts
    assert asked is not None
    starts = 0
    for path in sorted((CORPUS / runtime).glob("*.txt")):
        lines = path.read_text(errors="replace").split("\n")
        for line, following in zip(lines, [*lines[1:], ""], strict=True):
            starts += certain(line, following)
            assert asked(line, following) == certain(line, following), (path.name, line)
    assert starts > 10
