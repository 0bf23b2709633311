"""Errors that a real Java virtual machine prints, against what the program knows of them."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from stacktraces.model import Error, Snapshot, Trace
from stacktraces.parsing import iterate
from stacktraces.signatures.fingerprint import fingerprint
from tests.conftest import need

pytestmark = pytest.mark.live

SOURCE = Path(__file__).with_name("Shapes.java")
SHAPES = [
    "plain", "nothing", "empty", "chain", "quiet", "unicode", "lines", "frames", "within", "source", "stream",
    "future", "anonymous", "suppressed", "recursion", "reflection",
]  # fmt: skip
NEITHER_FRAMES_NOR_MARK = [("printed", "quiet"), ("logged", "quiet")]
"""A header that any line could be."""
CRASH = """
import sun.misc.Unsafe;
public class Crash {
    public static void main(String[] arguments) throws Exception {
        var field = Unsafe.class.getDeclaredField("theUnsafe");
        field.setAccessible(true);
        ((Unsafe) field.get(null)).putInt(0L, 3);
    }
}
"""


class Truth(NamedTuple):
    """What is true of one exception."""

    type: str
    message: str | None
    frames: list[str]


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("classes")
    compiler = [need("javac"), "-encoding", "UTF-8", "-g", "-d", str(folder)]
    subprocess.run([*compiler, str(SOURCE)], check=True, capture_output=True)
    return folder


def run(classes: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    options = [
        "-Dfile.encoding=UTF-8",
        "-Dstdout.encoding=UTF-8",
        "-Dstderr.encoding=UTF-8",
        "-cp",
        str(classes),
    ]
    command = [need("java"), *options, *arguments]
    return subprocess.run(command, check=False, capture_output=True, encoding="utf-8", timeout=60)


def truths(line: str) -> list[Truth]:
    found = []
    for part in line.rstrip("\n").removesuffix("\t|\t").split("\t|\t"):
        kind, message, *frames = part.split("\t")
        text = message[1:].replace("\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\")
        found.append(Truth(kind, None if message == "null" else text, frames))
    return found


def read(error: Error | None) -> list[Truth]:
    found = []
    while error is not None:
        frames = [f"{each.function}:{each.line}" for each in error.frames]
        found.append(Truth(error.type or "", error.message, frames))
        error = error.cause
    return found


def without_lines(truth: Truth) -> Truth:
    """A native method has line -2, and what has no debug information -1: neither is printed."""
    return truth._replace(
        frames=[each.replace(":-2", ":None").replace(":-1", ":None") for each in truth.frames]
    )


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("how", ["uncaught", "printed", "logged", "thread"])
def test_what_is_read_is_true(classes: Path, how: str, shape: str) -> None:
    done = run(classes, "shop.Shapes", how, shape)
    found = [each for each in iterate(done.stderr.encode()) if isinstance(each, Trace)]
    if (how, shape) in NEITHER_FRAMES_NOR_MARK:
        assert found == []
        return
    (trace,) = found
    assert trace.runtime == "java"
    assert read(trace.error) == [without_lines(each) for each in truths(done.stdout)]
    thread = {"uncaught": "main", "thread": 'a "worker" 1'}.get(how)
    assert trace.context.thread == thread
    if shape == "suppressed":
        assert [each.title.partition(":")[0] for each in trace.error.related] == ["Suppressed", "Caused by"]


def fingerprints(text: str) -> set[str]:
    traces = (each for each in iterate(text.encode()) if isinstance(each, Trace))
    return {fingerprint(each.error, each.runtime) for each in traces}


@pytest.mark.parametrize("shape", ["chain", "stream", "future", "reflection"])
def test_a_new_run_has_the_same_fingerprint(classes: Path, shape: str) -> None:
    first, second = (run(classes, "shop.Shapes", "uncaught", shape).stderr for _ in range(2))
    assert fingerprints(first) == fingerprints(second)
    assert len(fingerprints(first)) == 1


def test_the_virtual_machine_s_own_crash(tmp_path: Path) -> None:
    (tmp_path / "Crash.java").write_text(CRASH)
    subprocess.run(
        [need("javac"), "-d", str(tmp_path), str(tmp_path / "Crash.java")], check=True, capture_output=True
    )
    file = tmp_path / "hs_err.log"
    done = run(tmp_path, "-XX:-CreateCoredumpOnCrash", f"-XX:ErrorFile={file}", "Crash")
    for text, count in ((done.stdout, 1), (file.read_text(), None), (done.stdout + file.read_text(), None)):
        (snapshot,) = (each for each in iterate(text.encode()) if isinstance(each, Snapshot))
        (process,) = snapshot.processes
        (thread,) = process.threads
        assert process.error is not None
        assert process.error.type == "SIGSEGV"
        assert thread.crashed
        assert thread.frames
        if count is None:
            assert thread.name == "main"
            assert "Crash.main" in [each.function for each in thread.frames]
        else:
            assert len(thread.frames) == count
