"""What collect.py reads of CPython: its text, and what describe makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from stacktraces.model import Frame, Process, Snapshot, Thread
from stacktraces.parsing import parse
from stacktraces.snapshots.describing import describe
from stacktraces.snapshots.joining import join
from stacktraces.snapshots.locks import with_locks
from tests.golden import CORPUS, check, inputs

HEADING = "CPython 3.12.1 in process 7, by collect.py\n"


def read(text: str) -> Snapshot:
    (snapshot,) = parse(text.encode())
    assert isinstance(snapshot, Snapshot)
    return snapshot


def described(text: str) -> Process:
    (process,) = describe(with_locks(read(text))).processes
    return process


@pytest.mark.parametrize("source", inputs("cpython"), ids=lambda path: path.stem)
def test_what_is_read(source: Path) -> None:
    check(source, parse(source.read_bytes()))


def test_what_the_threads_of_a_real_service_do() -> None:
    process = described((CORPUS / "cpython/3.11-debian.txt").read_text())
    told = {group.name: (len(group.thread_ids), group.state, group.idle) for group in process.groups}
    assert told["taker-*"] == (2, "waiting for an item of a queue", True)
    assert told["pool_0"] == (1, "waiting for an item of a queue", True)
    assert told["MainThread"] == (1, "waiting for events", True)
    assert told["adder"] == (1, "running", False)
    assert told["asyncio task Task-*"] == (20, "sleeping (asyncio.sleep)", True)
    waits = {group.name: group.wait for group in process.groups}
    assert (
        waits["reader-*"] == 'likely held by thread 23795 "writer", sleeping, in write_books at orders.py:24'
    )
    assert waits["accountant"] == 'held by thread 23798 "holder", sleeping, in hold_accounts at orders.py:34'
    (circle,) = process.deadlocks
    assert [wait.name for wait in circle.waits] == [
        f"asyncio task {name}" for name in ("cart", "stock", "bill")
    ]
    (writer,) = (thread for thread in process.threads if thread.name == "writer")
    assert (writer.handling, writer.system_state, writer.wchan) == ("OSError", "S", "hrtimer_nanosleep")


def test_names_that_are_made_to_mislead_stay_names() -> None:
    process = read(
        HEADING + 'Thread 8 0x7f01 gil=held handles=Bad_Error "a" gil=held "b"\n'
        "  #0 f (g) (/srv/a (1).py:3) (/srv/b.py:17) from C\n"
        "  #1 ? (?:?)\n"
    ).processes[0]
    (thread,) = process.threads
    assert (thread.name, thread.handling) == ('a" gil=held "b', "Bad_Error")
    assert thread.frames[0].line == 17
    assert thread.frames[0].from_native
    assert thread.frames[1] == Frame(function="?", id="1")


def test_what_is_missing_is_told() -> None:
    snapshot = read(
        HEADING
        + "Thread 8 0x7f01\n  #0 f (a.py:1)\n  ... and 90 more frames\n  ... and what lies behind cannot be read\n"
        "... and 12 more tasks\n"
    )
    assert snapshot.processes[0].threads[0].uncertain == [
        "The stack goes on: 90 more frames.",
        "The stack goes on: what lies behind cannot be read.",
    ]
    assert snapshot.uncertain == ["Not all of the process is shown: there are 12 more tasks."]


@pytest.mark.parametrize(
    ("letter", "wait"),
    [
        ("D", "in uninterruptible sleep in rpc_wait"),
        ("T", "stopped by a signal"),
        ("t", "traced by another process"),
    ],
)
def test_a_thread_that_cannot_go_on_says_so(letter: str, wait: str) -> None:
    text = (
        "REM collect.py 2.1 TOOL=cpython  PYPLATFORM=linux collect.py -p 7\nREM PID 7\n"
        + HEADING
        + f"Thread 8 0x7f01\n  #0 f (a.py:1)\nREM STATE lwp=8 state={letter} wchan=rpc_wait\n"
    )
    assert described(text).threads[0].wait == wait


def test_frames_are_laid_at_the_calls_that_ran_them() -> None:
    calls = ("key", "eval", "sort", "eval", "start")
    functions = ["_PyEval_EvalFrameDefault" if name == "eval" else name for name in calls]
    native = Thread(
        os_id="8", frames=[Frame(function=name, address=place + 1) for place, name in enumerate(functions)]
    )
    python = read(
        HEADING + "Thread 8 0x7f01\n  #0 a (a.py:1)\n  #1 b (a.py:2) from C\n  #2 c (a.py:3) from C\n"
    )
    (joined,) = join([Snapshot("gdb", [Process(7, threads=[native])]), python])
    (thread,) = joined.processes[0].threads
    assert [frame.function for frame in thread.frames][:6] == ["key", "a", "b", "sort", "c", functions[1]]
