"""The Java virtual machine's own crash: its notice and its file."""

from __future__ import annotations

from pathlib import Path

import pytest

from stacktraces.model import Snapshot
from stacktraces.parsing import iterate
from stacktraces.runtimes.java.hs_err import read_frame
from stacktraces.signatures.fatal import fatal_traces
from tests.golden import CORPUS, check, inputs

NOTICE = (CORPUS / "hs_err/17-notice.txt").read_text()
FILE = (CORPUS / "hs_err/17-file.txt").read_text()


def crashes(text: str) -> list[Snapshot]:
    return [each for each in iterate(text.encode()) if isinstance(each, Snapshot)]


@pytest.mark.parametrize("path", inputs("hs_err"), ids=lambda path: path.stem)
def test_captures_are_read_as_before(path: Path) -> None:
    check(path, crashes(path.read_text()))


def test_the_notice_alone_has_the_problematic_frame() -> None:
    (snapshot,) = crashes(f"starting\n{NOTICE}Aborted\n")
    (trace,) = fatal_traces(snapshot)
    error = trace.error
    assert (error.type, [each.function for each in error.frames]) == ("SIGSEGV", ["Unsafe_PutInt"])
    assert (snapshot.processes[0].pid, error.frames[0].module, error.frames[0].offset) == (
        10562,
        "libjvm.so",
        0x124,
    )


@pytest.mark.parametrize(
    "text", [FILE.partition("\n\n")[0] + "\n" + FILE, FILE + FILE.partition("\n\n")[0] + "\n"]
)
def test_notice_and_file_that_touch_are_one_crash(text: str) -> None:
    (snapshot,) = crashes(text)
    (thread,) = snapshot.processes[0].threads
    assert (thread.name, len(thread.frames)) == ("main", 12)


def test_two_crashes_are_two() -> None:
    assert len(crashes(NOTICE + NOTICE.replace("10562", "10563"))) == 2


def test_the_java_frames_are_a_further_stack() -> None:
    (snapshot,) = crashes(FILE)
    (trace,) = fatal_traces(snapshot)
    error = trace.error
    assert error.frames[0].module == "libc.so.6"
    (related,) = error.related
    assert related.title == "Java frames"
    assert [each.function for each in related.frames][-2:] == ["Crash.main", "StubRoutines::call_stub"]


@pytest.mark.parametrize(
    ("line", "function", "module"),
    [
        ("V  [libjvm.so+0xed27f4]  Unsafe_PutInt+0x124  (unsafe.cpp:219)", "Unsafe_PutInt", "libjvm.so"),
        ("C  [libc.so.6+0x16e058]", None, "libc.so.6"),
        ("C  0x00007f8664e1684c", None, None),
        ("j  Crash.main([Ljava/lang/String;)V+93", "Crash.main", None),
        ("J 1054 c2 java.lang.String.equals(Ljava/lang/Object;)Z java.base@17.0.1 (56 bytes) @ 0x1 [0x0+0x1]", "java.lang.String.equals", None),
        ("J 8% c1 Crash.main([Ljava/lang/String;)V (105 bytes) @ 0x00007f2d29401ff5", "Crash.main", None),
        ("J  java.lang.String.length()I", "java.lang.String.length", None),
        ("v  ~StubRoutines::call_stub 0x00007f866c338fa6", "StubRoutines::call_stub", None),
        ("V  [libjvm.so+0x8282d2]  JavaCalls::call(JavaValue*, Thread*) [clone .constprop.1]+0x3", "JavaCalls::call(JavaValue*, Thread*) [clone .constprop.1]", "libjvm.so"),
    ],
)  # fmt: skip
def test_frames(line: str, function: str | None, module: str | None) -> None:
    frame = read_frame(line)
    assert frame is not None
    assert (frame.function, frame.module) == (function, module)


def test_other_lines_are_no_frames() -> None:
    assert read_frame("Retrying call stack printing without source information...") is None
