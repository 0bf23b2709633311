"""Who waits for whom in real programs, from the collected file alone."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import stacktraces.collect
from stacktraces.model import Deadlock, Process, Snapshot
from stacktraces.parsing import parse
from stacktraces.render.locks import lock_lines
from stacktraces.snapshots.describing import describe
from stacktraces.snapshots.joining import join
from stacktraces.snapshots.locks import with_locks
from tests.conftest import need
from tests.live import lock_programs as programs
from tests.live.programs import compile_c

pytestmark = pytest.mark.live

WITH_DEBUG_INFORMATION = ("-g", "-O0")
STRIPPED = ("-O2", "-s")


def collected(pid: int, folder: Path, *options: str) -> Process:
    """The one process of what the collector writes, with its locks."""
    path = folder / "collected.txt"
    command = [sys.executable, stacktraces.collect.__file__, "-p", str(pid), "-l", path, *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = [each for each in parse(path.read_bytes()) if isinstance(each, Snapshot)]
    (snapshot,) = join(found)
    (process,) = with_locks(snapshot).processes
    return process


def said(process: Process) -> list[str]:
    """What is said first of the described process."""
    (described,) = describe(Snapshot("test", [process])).processes
    return list(lock_lines(described))


def circle(deadlock: Deadlock) -> set[tuple[str | None, str | None, str | None]]:
    """Who waits for what in it: the thread's name, where, and the kind of lock."""
    assert deadlock.owners_known
    for wait, following in zip(deadlock.waits, [*deadlock.waits[1:], deadlock.waits[0]], strict=True):
        assert wait.lock.owner == following.thread
    return {
        (wait.name, wait.frame.function if wait.frame else None, wait.lock.kind) for wait in deadlock.waits
    }


@pytest.mark.parametrize("tool", ["gdb", "eu-stack", "lldb"])
@pytest.mark.parametrize("options", [WITH_DEBUG_INFORMATION, STRIPPED], ids=["debug", "stripped"])
def test_two_threads_in_a_deadlock_on_mutexes(tool: str, options: tuple[str, ...], tmp_path: Path) -> None:
    need(tool)
    program = compile_c(tmp_path, programs.LEDGER, *options)
    with programs.waiting(program, threads=3, folder=tmp_path) as pid:
        process = collected(pid, tmp_path, "--tool", tool)
    (deadlock,) = process.deadlocks
    where = "transfer" if options == WITH_DEBUG_INFORMATION else None
    assert {(function, kind) for _, function, kind in circle(deadlock)} == {(where, "mutex")}
    (line,) = said(process)
    assert re.match(
        rf"Deadlock in process {pid}: thread \d+ waits .*, held by thread \d+, which waits ", line
    )
    if tool == "gdb" and options == WITH_DEBUG_INFORMATION:
        assert {wait.lock.name for wait in deadlock.waits} == {"ledger", "journal"}


def test_a_convoy_of_twenty(tmp_path: Path) -> None:
    need("gdb")
    program = compile_c(tmp_path, programs.CONVOY, "-g", "-O0")
    with programs.waiting(program, threads=21, folder=tmp_path) as pid:
        process = collected(pid, tmp_path)
    assert process.deadlocks == []
    (convoy,) = process.convoys
    assert len(convoy.waits) == 20
    assert convoy.lock.name == "cache"
    owner = next(thread for thread in process.threads if thread.os_id == convoy.lock.owner)
    assert "refill_cache" in [frame.function for frame in owner.frames]
    (line,) = said(process)
    assert "20 threads" in line
    assert " wait for mutex " in line
    assert "(sleeping, in __sleep, called by refill_cache, called by fill)" in line


def test_readers_and_writers_behind_a_writer(tmp_path: Path) -> None:
    need("gdb")
    program = compile_c(tmp_path, programs.PRICES, "-g", "-O0")
    with programs.waiting(program, threads=4, folder=tmp_path) as pid:
        process = collected(pid, tmp_path)
    (convoy,) = process.convoys
    assert (convoy.lock.kind, len(convoy.waits)) == ("rwlock", 3)
    owner = next(thread for thread in process.threads if thread.os_id == convoy.lock.owner)
    assert "update" in [frame.function for frame in owner.frames]


def test_java_monitors_and_locks(tmp_path: Path) -> None:
    need("gdb")
    need("jcmd")
    with programs.waiting(*programs.compile_java(tmp_path), threads=10, folder=tmp_path) as pid:
        process = collected(pid, tmp_path)
    circles = [circle(deadlock) for deadlock in process.deadlocks]
    monitor, lock = "monitor of java.lang.Object", "java.util.concurrent.locks.ReentrantLock$NonfairSync"
    assert {("book", "Bank.transfer", monitor), ("audit", "Bank.transfer", monitor)} in circles
    assert {("keeper", "Bank.store", lock), ("clerk", "Bank.store", lock)} in circles
    assert len(circles) == 2
    (convoy,) = process.convoys
    assert {wait.name for wait in convoy.waits} == {f"worker-{number}" for number in range(5)}
    names = {thread.os_id: thread for thread in process.threads}
    filler = names[convoy.lock.owner]
    assert filler.name == "filler"
    functions = [frame.function for frame in filler.frames]
    assert (
        functions.index("JVM_Sleep")
        < functions.index("java.lang.Thread.sleep")
        < functions.index("Bank.refill")
    )


def interpreter(version: str) -> str:
    found = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    return str(found[-1]) if found else need(f"python{version}")


@pytest.mark.parametrize("lock", ["Lock", "RLock"])
@pytest.mark.parametrize("version", ["2.7", "3.6", "3.8", "3.11", "3.12", "3.13"])
def test_python_locks(version: str, lock: str, tmp_path: Path) -> None:
    """The main thread waits for nothing of the process: who owns the locks must be known."""
    need("gdb")
    if (version, lock) == ("2.7", "RLock"):
        pytest.skip("Python 2.7's RLock is written in Python and names its owner nowhere a debugger sees it")
    script = programs.write_python(tmp_path, lock=lock, last="time.sleep(1000)")
    with programs.waiting(interpreter(version), script, threads=2, folder=tmp_path) as pid:
        process = collected(pid, tmp_path, "--tool", "gdb")
    (deadlock,) = process.deadlocks
    kind = "Python RLock" if lock == "RLock" else "Python lock"
    assert {each for _, _, each in circle(deadlock)} == {kind}
    assert len(deadlock.waits) == 2


@pytest.mark.parametrize("version", ["2.7", "3.6", "3.8", "3.10", "3.11", "3.12", "3.13"])
def test_the_owner_of_each_of_many_python_locks(version: str, tmp_path: Path) -> None:
    need("gdb")
    script = tmp_path / "queues.py"
    script.write_text(programs.PYTHON_QUEUES)
    with programs.waiting(interpreter(version), script, threads=40, folder=tmp_path) as pid:
        process = collected(pid, tmp_path, "--tool", "gdb", "--no-locals")
    assert process.deadlocks == []
    assert [len(convoy.waits) for convoy in process.convoys] == [8] * 5
    owners = {convoy.lock.owner for convoy in process.convoys}
    assert len(owners) == 5
    asleep = {thread.os_id for thread in process.threads if not thread.locks_awaited}
    assert owners <= asleep


@pytest.mark.parametrize("lock", ["Lock", "RLock"])
def test_a_python_deadlock_is_named_without_a_debugger(lock: str, tmp_path: Path) -> None:
    script = programs.write_python(tmp_path, lock=lock)
    with programs.waiting(sys.executable, script, threads=3, folder=tmp_path) as pid:
        process = collected(pid, tmp_path, "--python-only")
    (deadlock,) = process.deadlocks
    kind = "Python RLock" if lock == "RLock" else "Python lock"
    assert circle(deadlock) == {("book", "transfer", kind), ("audit", "transfer", kind)}


@pytest.mark.parametrize("version", ["3.6", "3.9", "3.11", "3.13"])
def test_a_lock_that_is_taken_again_by_its_holder(version: str, tmp_path: Path) -> None:
    """As a signal's handler does that logs, while the program logs."""
    script = tmp_path / "again.py"
    script.write_text(
        "import os, signal, sys, threading\n"
        "lock = threading.Lock()\n"
        "def handle(*_):\n"
        "    with lock: pass\n"
        "signal.signal(signal.SIGUSR1, handle)\n"
        "def work():\n"
        "    with lock: os.kill(os.getpid(), signal.SIGUSR1); [None for _ in range(1000000)]\n"
        "print('ready'); sys.stdout.flush()\n"
        "work()\n"
    )
    with programs.waiting(interpreter(version), script, threads=1, folder=tmp_path) as pid:
        process = collected(pid, tmp_path, "--python-only")
    (deadlock,) = process.deadlocks
    assert circle(deadlock) == {("MainThread", "handle", "Python lock")}
    (line,) = said(process)
    assert "which it holds itself" in line


def test_a_python_deadlock_is_named_by_its_python_frames(tmp_path: Path) -> None:
    need("gdb")
    need("py-spy")
    script = programs.write_python(tmp_path, lock="Lock")
    with programs.waiting(sys.executable, script, threads=3, folder=tmp_path) as pid:
        process = collected(pid, tmp_path, "--tool", "gdb", "--tool", "py-spy")
    (deadlock,) = process.deadlocks
    lock = "Python lock"
    assert circle(deadlock) == {("book", "transfer", lock), ("audit", "transfer", lock)}
    thread = next(each for each in process.threads if each.name == "book")
    functions = [frame.function for frame in thread.frames]
    assert functions.index("PyThread_acquire_lock_timed") < functions.index("transfer")
    assert "start_thread" in functions[functions.index("transfer") :]


def test_nothing_is_told_of_a_program_at_rest(tmp_path: Path) -> None:
    need("gdb")
    script = tmp_path / "rest.py"
    script.write_text(
        "import queue, threading, sys\nq = queue.Queue()\n"
        "for _ in range(5): threading.Thread(target=q.get, daemon=True).start()\n"
        "print('ready')\nsys.stdout.flush()\nsys.modules['threading'].Event().wait(1000)\n"
    )
    with programs.waiting(sys.executable, script, threads=5, folder=tmp_path) as pid:
        process = collected(pid, tmp_path)
    assert said(process) == []
