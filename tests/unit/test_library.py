"""The library as another program calls it."""

from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path

import pytest

import stacktraces

EXAMPLE = Path(__file__).parents[2] / "examples" / "httpd-event-child.gdb.txt"


def test_everything_public_can_be_had() -> None:
    for name in stacktraces.__all__:
        assert getattr(stacktraces, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = stacktraces.nothing


def test_the_example_in_the_docstring() -> None:
    assert doctest.testmod(stacktraces, raise_on_error=True).attempted


def test_importing_is_light() -> None:
    code = "import stacktraces, sys; print('msgspec' in sys.modules, 're' in sys.modules and 'rich' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_parse_says_all_that_a_frame_says() -> None:
    (trace,) = stacktraces.parse(
        'Traceback (most recent call last):\n  File "/srv/app.py", line 9, in outer\n    inner()\n'
        '  File "/srv/lib.py", line 3, in inner\n    return prices["fig"]\n           ~~~~~~^^^^^^^\nKeyError: \'fig\'\n'
    )
    assert isinstance(trace, stacktraces.Trace)
    innermost, outermost = trace.error.frames
    assert (innermost.file, innermost.line, innermost.function) == ("/srv/lib.py", 3, "inner")
    assert innermost.source == 'return prices["fig"]'
    assert (outermost.function, trace.error.type, trace.error.message) == ("outer", "KeyError", "'fig'")


def test_parse_takes_bytes_and_tells_native_frames() -> None:
    (snapshot,) = stacktraces.parse(
        b"#0  0x00007f01 in poll () from /lib/libc.so.6\n#1  0x5 in main () at a.c:7\n"
    )
    assert isinstance(snapshot, stacktraces.Snapshot)
    poll, main = snapshot.processes[0].threads[0].frames
    assert (poll.function, poll.address, poll.module) == ("poll", 0x7F01, "/lib/libc.so.6")
    assert (main.file, main.line) == ("a.c", 7)


def test_parse_refuses_what_it_does_not_know() -> None:
    for text in ("", "nothing here", b"\x00\xff" * 100):
        with pytest.raises(stacktraces.StacktracesError, match="No stack trace was recognised"):
            stacktraces.parse(text)


def test_parse_finds_all_there_is_in_order() -> None:
    text = 'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    g()\nKeyError: 1\n\n'
    found = stacktraces.parse(text * 2 + "#0  0x1 in main () at a.c:7\n")
    assert [type(each).__name__ for each in found] == ["Trace", "Trace", "Snapshot"]


def test_describe_groups_and_labels_and_leaves_its_argument_alone() -> None:
    (snapshot,) = stacktraces.parse(EXAMPLE.read_bytes())
    assert isinstance(snapshot, stacktraces.Snapshot)
    frames = [len(thread.frames) for thread in snapshot.processes[0].threads]
    (process,) = stacktraces.describe(snapshot).processes
    sizes = {
        group.state: len(group.thread_ids)
        for group in process.groups
        if group.name == "MPM child worker thread"
    }
    assert sizes == {"waiting for connection to handle": 22, "reading client request": 3}
    assert [len(thread.frames) for thread in snapshot.processes[0].threads] == frames
    assert not snapshot.processes[0].groups
