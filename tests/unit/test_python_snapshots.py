"""faulthandler, py-spy and pystack: the threads of a Python process at one moment."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from stacktraces.model import Process, Snapshot
from stacktraces.parsing import iterate
from stacktraces.runtimes import all_formats
from tests.generate.runner import cases, interpreters
from tests.golden import CORPUS, check, inputs

GOLDEN = [*inputs("pyspy"), *inputs("pystack")]


def one(text: bytes) -> Process:
    (snapshot,) = iterate(text)
    assert isinstance(snapshot, Snapshot)
    (process,) = snapshot.processes
    return process


def capture(name: str) -> Process:
    return one((CORPUS / name).read_bytes())


def stacks(process: Process) -> dict[str | None, list[str | None]]:
    return {thread.os_id: [frame.function for frame in thread.frames] for thread in process.threads}


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_captures_are_read_as_before(path: Path) -> None:
    check(path, list(iterate(path.read_bytes())))


@pytest.mark.parametrize("version", interpreters())
def test_what_faulthandler_wrote_is_what_the_interpreter_knew(version: str) -> None:
    seen = 0
    for case in cases():
        if case.version != version or case.truth["kind"] != "snapshot":
            continue
        seen += 1
        process = one(case.text)
        assert len(process.threads) == len(case.truth["threads"]), case.shape
        for thread, known in zip(process.threads, case.truth["threads"], strict=True):
            frames = [(frame.function, frame.file, frame.line) for frame in thread.frames]
            assert frames == [(f["function"], f["file"], f["line"]) for f in known["frames"]], case.shape
            assert thread.handle in (known["id"], None)
            assert thread.crashed == (
                known["current"] and process.error is not None and process.error.type != "Timeout"
            )
        reason = case.truth["reason"]
        if reason is None:
            assert process.error is None
        else:
            assert process.error is not None
            assert process.error.message is not None
            assert process.error.message in reason
    assert seen or version == "2.7"


NEWEST = b"""Fatal Python error: Segmentation fault

Current thread 0x00007f1010 [worker 3] (most recent call first):
  File "/srv/app.py", line 3 in f
  ...

Thread 0x00007f1011 [MainThread] (most recent call first):
  <no Python frame>

Current thread's C stack trace (most recent call first):
  Binary file "/usr/bin/python3.14", at _Py_DumpStack+0x42 [0x5b27]
  Binary file "/usr/lib/libc.so.6", at +0x3c050 [0x7f3f]
  <truncated rest of calls>

Extension modules: numpy.core._multiarray_umath (total: 1)
ready
"""


def test_a_dump_of_the_newest_python() -> None:
    (snapshot,) = iterate(NEWEST)
    assert isinstance(snapshot, Snapshot)
    (process,) = snapshot.processes
    crashed, other = process.threads
    assert (crashed.name, crashed.crashed, other.name, other.frames) == ("worker 3", True, "MainThread", [])
    assert [(f.function, f.offset, f.address) for f in crashed.frames[:2]] == [
        ("_Py_DumpStack", 0x42, 0x5B27),
        (None, 0x3C050, 0x7F3F),
    ]
    assert crashed.frames[2].function == "f"
    assert crashed.error == process.error
    assert snapshot.uncertain == ["The stack of thread 0x00007f1010 was cut by faulthandler."]


def test_the_error_that_stopped_the_interpreter() -> None:
    text = (
        b"Fatal Python error: init_fs_encoding: failed to get the Python codec\n"
        b"Python runtime state: core initialized\nModuleNotFoundError: No module named 'encodings'\n\n"
        b"Current thread 0x00007f10 (most recent call first):\n<no Python frame>\n"
    )
    process = one(text)
    assert process.error is not None
    assert process.error.type == "Fatal Python error"
    assert process.error.message is not None
    assert process.error.message.endswith("No module named 'encodings'")
    assert [thread.frames for thread in process.threads] == [[]]


def test_two_dumps_are_two() -> None:
    assert len(list(iterate(NEWEST + NEWEST))) == 2


def test_pyspy_text_and_json_agree() -> None:
    text, data = capture("pyspy/dump.txt"), capture("pyspy/json.txt")
    assert stacks(text) == stacks(data)
    assert text.pid == data.pid == 7799
    assert {thread.name for thread in text.threads} == {thread.name for thread in data.threads}
    held = [[t.os_id for t in process.threads if t.locks_held] for process in (text, data)]
    assert held == [["7802"], ["7802"]]


def test_pyspy_native_frames_and_values() -> None:
    native = capture("pyspy/native.txt")
    assert (native.threads[0].frames[0].module, native.threads[0].frames[0].file) == ("libc.so.6", None)
    assert native.threads[1].frames[0].address == 0x7F06C4932F16
    spin = capture("pyspy/locals.txt").threads[2].frames[1]
    assert (spin.function, spin.args, spin.locals) == ("spin", "n=5000", {"total": "175164960000"})


def test_pyspy_reads_json_on_one_line_and_ends_there() -> None:
    threads = msgspec.json.decode((CORPUS / "pyspy/json.txt").read_bytes())
    text = b"log\n" + msgspec.json.encode(threads) + b"\nlog\n"
    assert stacks(one(text)) == stacks(capture("pyspy/json.txt"))


@pytest.mark.parametrize(
    "text",
    [
        b'[{"owns_gil": true}]\n',
        b'[\n {"owns_gil":' * 50,
        b"[" * 20_000 + b'"owns_gil"',
        b'x "owns_gil"\n[\n',
        b'[\n\xff"owns_gil"\n]\n',
    ],
)
def test_json_that_is_no_dump(text: bytes) -> None:
    assert list(iterate(text, tuple(each for each in all_formats() if each.name == "pyspy"))) == []


def test_pystack_and_pyspy_saw_the_same_process() -> None:
    spied = {
        key: [(name or "").rpartition(".")[2] for name in stack]
        for key, stack in stacks(capture("pyspy/dump.txt")).items()
    }
    stacked = {
        key: [(name or "").rpartition(".")[2] for name in stack]
        for key, stack in stacks(capture("pystack/remote.txt")).items()
    }
    assert {key: stack[-3:] for key, stack in stacked.items() if key != "7799"} == {
        key: stack[-3:] for key, stack in spied.items() if key != "7799"
    }


def test_pystack_of_a_core() -> None:
    process = capture("pystack/core.txt")
    assert (process.pid, process.executable, process.command) == (
        10675,
        "/srv/venv/bin/python",
        "python crasher.py",
    )
    assert process.error is not None
    assert (process.error.type, process.error.message) == ("segmentation fault", "accessing address: 0x1")
    (thread,) = process.threads
    assert thread.crashed
    assert [frame.function for frame in thread.frames] == ["string_at", "peek", "main", "<module>"]
    assert thread.locks_held[0].kind == "GIL"


def test_pystack_native_frames() -> None:
    frames = [frame for thread in capture("pystack/native.txt").threads for frame in thread.frames]
    assert any(frame.inlined and frame.module == "/usr/lib/x86_64-linux-gnu/libc.so.6" for frame in frames)
    assert all(frame.line != 0 for frame in frames)
    assert any(frame.function is None and frame.module for frame in frames)


def test_a_timeout_blames_no_thread() -> None:
    process = one(
        b"Timeout (0:00:00.200000)!\nThread 0x00007f11 (most recent call first):\n"
        + b'  File "a.py", line 1 in f\n'
    )
    assert process.error is not None
    assert (process.error.type, process.error.message) == ("Timeout", "0:00:00.200000")
    assert not process.threads[0].crashed


def test_a_thread_alone_is_enough() -> None:
    process = one(b'Thread 0x00007f11 (most recent call first):\n  File "a.py", line ??? in f\n')
    assert [(frame.function, frame.line) for frame in process.threads[0].frames] == [("f", None)]
