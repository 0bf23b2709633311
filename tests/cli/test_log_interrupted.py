"""``stacktraces log`` that is told to end before it came to the end of its input."""

from __future__ import annotations

import array
import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from tests.cli.support import run

ENDS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


def trace(error: str) -> bytes:
    return (
        f'Traceback (most recent call last):\n  File "/srv/a.py", line 3, in f\n    g()\n{error}\n'.encode()
    )


@contextlib.contextmanager
def reading(*arguments: object) -> Iterator[subprocess.Popen[bytes]]:
    """A running ``stacktraces log`` in a session of its own."""
    program = Path(sys.executable).with_name("stacktraces")
    process = subprocess.Popen(
        [program, "log", *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)
        for stream in (process.stdin, process.stdout, process.stderr):
            assert stream is not None
            stream.close()


def feed(pipe: IO[bytes] | None, data: bytes) -> None:
    """Write ``data`` and wait until it was taken out of the pipe."""
    assert pipe is not None
    pipe.write(data)
    pipe.flush()
    left, end = array.array("i", [1]), time.monotonic() + 60
    while left[0] and time.monotonic() < end:
        fcntl.ioctl(pipe, termios.FIONREAD, left)
        time.sleep(0.01)
    assert not left[0]


def ended(process: subprocess.Popen[bytes], number: signal.Signals) -> tuple[str, str]:
    """What it wrote when it was sent that signal, while its standard input stays open."""
    assert process.stdout is not None
    assert process.stderr is not None
    process.send_signal(number)
    written = process.stdout.read().decode(), process.stderr.read().decode()
    assert process.wait(60) == 128 + number
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    return written


@pytest.mark.parametrize("number", ENDS)
def test_what_came_through_a_pipe_is_shown(number: signal.Signals) -> None:
    with reading("-", "--format", "json") as process:
        feed(
            process.stdin,
            trace("KeyError: 1") * 2 + b"the next one is not whole\n" + trace("ValueError: 2")[:-1],
        )
        out, err = ended(process, number)
    found = json.loads(out)
    assert {each["error"]["type"]: each["count"] for each in found["groups"]} == {
        "KeyError": 2,
        "ValueError": 1,
    }
    sentence = "Standard input was not read to its end: interrupted."
    assert found["stats"]["unreadable"] == [sentence]
    assert found["stats"]["traces"] == 3
    assert err == sentence + "\n"


def test_text_and_totals_of_what_was_read(tmp_path: Path) -> None:
    data = trace("KeyError: 1")
    with reading() as process:
        feed(process.stdin, data)
        out, _ = ended(process, signal.SIGINT)
    assert out.startswith("1 × KeyError: 1\n")
    assert f"\n{len(data)} B in 1 file, 1 trace, 1 distinct, " in out


def test_each_occurrence_is_shown_and_the_document_is_whole() -> None:
    with reading("--each", "--format", "json") as process:
        feed(process.stdin, trace("KeyError: 1") * 3)
        out, err = ended(process, signal.SIGTERM)
    assert [each["error"]["type"] for each in json.loads(out)] == ["KeyError"] * 3
    assert "interrupted" in err


def test_nothing_was_read_yet() -> None:
    with reading("--format", "json") as process:
        # It tells so when it has begun: by reading what is no log, for there is no other sign.
        feed(process.stdin, b"\n")
        out, err = ended(process, signal.SIGINT)
    assert json.loads(out)["groups"] == []
    assert "interrupted" in err


def test_what_was_read_is_recorded_and_a_run_fails_as_asked(tmp_path: Path) -> None:
    known = tmp_path / "known.db"
    options = ("--known", known, "--update", "--fail-on")
    with reading(*options, "regressed") as process:
        feed(process.stdin, trace("KeyError: 1"))
        ended(process, signal.SIGTERM)
    listed = run("stacktraces", "known", "list", "-k", known, "--format", "json")
    assert [each["count"] for each in json.loads(listed.out)["issues"]] == [1]
    with reading(*options, "new") as process:
        feed(process.stdin, trace("ValueError: 2"))
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 1


@pytest.mark.parametrize("jobs", [1, 2])
def test_files_that_were_not_read_are_told(tmp_path: Path, jobs: int) -> None:
    """The files before the one that waits are large enough to be shared by two processes."""
    for name in ("1.log", "2.log"):
        (tmp_path / name).write_bytes(
            (b"nothing to be seen here " * 40 + b"\n") * 18_000 + trace("KeyError: 1")
        )
    waiting = tmp_path / "3.log"
    os.mkfifo(waiting)
    for name in ("4.log", "5.log", "6.log"):
        (tmp_path / name).write_bytes(trace("RuntimeError: never met"))
    files = sorted(tmp_path.glob("*.log"))
    with reading(*files, "--jobs", jobs, "--format", "json") as process, waiting.open("wb") as pipe:
        feed(pipe, trace("ValueError: 2"))
        out, err = ended(process, signal.SIGTERM)
    found = json.loads(out)
    assert {each["error"]["type"]: each["count"] for each in found["groups"]} == {
        "KeyError": 2,
        "ValueError": 1,
    }
    assert found["groups"][0]["sources"][1]["line"] == 18_001
    assert found["stats"]["files"] == 3
    assert found["stats"]["bytes"] == sum(each.stat().st_size for each in files[:2]) + len(
        trace("ValueError: 2")
    )
    assert found["stats"]["unreadable"] == err.splitlines()
    assert err.splitlines() == [
        f"{waiting} was not read to its end: interrupted.",
        f"{files[3]} and 2 more files were not read: interrupted.",
    ]


def test_a_second_wish_ends_at_once(tmp_path: Path) -> None:
    """Its reader does not take what it has to say."""
    found = b"".join(
        trace(f"E{number}Error: x").replace(b"in f", b"in f%d" % number) for number in range(2000)
    )
    with reading("--format", "json", "--top", 0) as process:
        feed(process.stdin, found)
        process.send_signal(signal.SIGINT)
        time.sleep(1)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
