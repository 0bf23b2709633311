"""What collect.py reads of CPython is what CPython says from inside, on each one that is found."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stacktraces.model import Snapshot
from stacktraces.parsing import parse
from tests.conftest import need
from tests.live.collect_support import collect, interpreters, is_traced, running, state_of
from tests.live.programs import wait_until
from tests.live.python_shapes import PROGRAM

pytestmark = pytest.mark.live

VERSIONS = ("2.7", "3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14")
EVERYWHERE = [pytest.param(version, marks=pytest.mark.matrix) for version in VERSIONS]
HERE = [pytest.param(sys.executable, id="this"), pytest.param("/usr/bin/python3", id="system")]
Stacks = dict[int, list[tuple[str, str, int]]]


def interpreter(wanted: str) -> str:
    if wanted.startswith("/"):
        return need(wanted)
    found = interpreters(wanted)
    return found[0] if found else need(f"python{wanted}")


@contextlib.contextmanager
def shapes(program: str, folder: Path) -> Iterator[tuple[int, Stacks]]:
    """The program that waits in stacks of every shape: its process and what it says of its threads."""
    script, told = folder / "shapes.py", folder / "told"
    script.write_text(PROGRAM)
    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
    try:
        with running(interpreter(program), script, told) as process:
            yield process.pid, read_told(told)
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, before)


def read_told(path: Path) -> Stacks:
    stacks: Stacks = {}
    for line in path.read_text("utf-8").splitlines():
        handle, function, file, number = line.split("\t")
        stacks.setdefault(int(handle, 16), []).append((function, file, int(number)))
    return stacks


def read(text: str) -> Stacks:
    """The stacks in what the collector wrote, without the main thread's."""
    (snapshot,) = parse(text.encode("utf-8", "surrogateescape"))
    assert isinstance(snapshot, Snapshot)
    return {
        int(thread.handle or "", 16): [
            (frame.function or "", frame.file or "", frame.line or 0) for frame in thread.frames
        ]
        for process in snapshot.processes
        for thread in process.threads
        if thread.frames[-1].function != "<module>"
    }


@pytest.mark.parametrize("program", HERE + EVERYWHERE)
@pytest.mark.parametrize("options", [(), ("--nonblocking",)], ids=["held", "running"])
def test_a_live_process(program: str, options: tuple[str, ...], tmp_path: Path) -> None:
    with shapes(program, tmp_path) as (pid, told):
        done = collect("-p", pid, "--python-only", "-l", "-", *options)
        assert (done.returncode, done.stderr) == (0, "")
        assert state_of(pid) == "S"
        assert not is_traced(pid)
    assert len(told) >= 13
    assert read(done.stdout) == told
    assert ("REM STOPPED" in done.stdout) == (not options)


@pytest.mark.parametrize("program", HERE + EVERYWHERE)
def test_a_core_that_gcore_wrote(program: str, tmp_path: Path) -> None:
    need("gcore")
    with shapes(program, tmp_path) as (pid, told):
        subprocess.run(["gcore", "-o", tmp_path / "core", str(pid)], check=True, capture_output=True)
    done = collect("-c", tmp_path / f"core.{pid}", "--python-only", "-l", "-")
    assert (done.returncode, done.stderr) == (0, "")
    assert read(done.stdout) == told


@pytest.mark.parametrize("program", HERE[1:] + EVERYWHERE)
def test_a_core_of_an_abort(program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if Path("/proc/sys/kernel/core_pattern").read_text().startswith(("|", "/")):
        pytest.skip("the kernel writes no core file into the current folder")
    monkeypatch.chdir(tmp_path)
    with shapes(program, tmp_path) as (pid, told):
        os.kill(pid, signal.SIGABRT)
        wait_until(lambda: state_of(pid) == "Z", "the end of the process")
    cores = list(tmp_path.glob("core*"))
    done = collect("-c", cores[0], "--python-only", "-l", "-")
    assert (done.returncode, done.stderr) == (0, "")
    assert read(done.stdout) == told
