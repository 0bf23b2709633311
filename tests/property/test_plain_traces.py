"""Plain tracebacks that are read the short way are those that the long way reads."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stacktraces.cursor import Cursor
from stacktraces.runtimes.python import reader

HEADER = "Traceback (most recent call last):"
BEFORE = [
    "2024-05-01 12:00:00,001 ERROR shop.web Unhandled error",
    "[2024-05-01 12:00:00] no",
    "ERROR:root:no",
    "Exception in thread Thread-1:",
    "future: <Task finished name='Task-1'>",
    "During handling of the above exception, another exception occurred:",
    '"""',
    "concurrent.futures.process._RemoteTraceback:",
    "  indented",
    "",
    "KeyError: 1",
    "x",
]
FRAMES = [
    '  File "/srv/app.py", line 3, in f',
    "    return 1 / n",
    "           ~~^~~",
]
ODD = [
    '  File "<string>", line 1, in <module>',
    "    n = 0",
    "  [Previous line repeated 7 more times]",
    '  File "/srv/é.py", line 1, in f',
    "",
]
FINAL = [
    "ValueError: x",
    "KeyError: 'x'",
    "KeyError",
    "ValueError: ",
    "ray.exceptions.RayTaskError(ValueError): \x1b[36mray::f()\x1b[39m",
    "py4j.protocol.Py4JError: An error. Trace:",
    "Py4JJavaError: An error occurred while calling f.",
    "pyspark.errors.exceptions.captured.PythonException: An exception was thrown",
    "ExceptionGroup: several (2 sub-exceptions)",
    "ERROR: no type",
    "no type",
    "SystemExit: 1\r",
]
AFTER = [
    "2024-05-01 12:00:00,002 INFO shop.web ok",
    "INFO:root:ok",
    "",
    "During handling of the above exception, another exception occurred:",
    "The above exception was the direct cause of the following exception:",
    "more of it",
    "    indented",
    ": java.lang.Error: x",
    "JVM stacktrace:",
    "Logged from file a.py, line 3",
    "Exception in thread Thread-2:",
    "\tat a.b(C.java:3)",
    HEADER,
    *FINAL[:3],
]
LINK = st.builds(
    lambda frames, odd, final, link: [HEADER, *FRAMES[: 1 + frames] * 2, *odd, final, *link],
    st.integers(0, 2),
    st.lists(st.sampled_from(ODD), max_size=1),
    st.sampled_from(FINAL),
    st.sampled_from([[], [], ["", AFTER[3], ""], ["", AFTER[4], ""], ["", "", AFTER[3], "", ""], [AFTER[4]]]),
)
TEXT = st.builds(
    lambda before, links, after: (before, [line for link in links for line in link] + after),
    st.lists(st.sampled_from(BEFORE), max_size=3),
    st.lists(LINK, min_size=1, max_size=3),
    st.lists(st.sampled_from(AFTER), max_size=4),
)
PLAIN = (BEFORE[:1], [HEADER, *FRAMES, FINAL[0], "", AFTER[3], "", HEADER, *FRAMES, FINAL[0], AFTER[0], ""])


def read(data: bytes, at: int, floor: int, end: int, whole: bool) -> object:
    cursor = Cursor(data, at, floor=floor, end=end)
    cursor.whole = whole
    trace = reader.read(cursor)
    return trace, trace and cursor.offset, cursor.ended, cursor.cut


@settings(max_examples=600)
@given(TEXT, st.integers(0, 3), st.integers(0, 40), st.booleans())
@example(PLAIN, 0, 0, False)
def test_the_short_way_reads_what_the_long_way_reads(
    text: tuple[list[str], list[str]], floor: int, missing: int, whole: bool
) -> None:
    before, trace = text
    data = "\n".join([*before, *trace]).encode()
    at = len("\n".join([*before, ""]).encode())
    end = max(len(data) - missing, at + 1)
    lowest = len("\n".join([*before[:floor], ""]).encode()) if before[:floor] else 0
    short = read(data, at, lowest, end, whole)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "read_plain", lambda cursor, name: None)
        assert short == read(data, at, lowest, end, whole)


def test_a_plain_trace_is_read_the_short_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(reader, "_read_headed")
    before, trace = PLAIN
    found, offset, *_ = read("\n".join([*before, *trace]).encode(), len(before[0]) + 1, 0, 1 << 20, False)
    assert found is not None
    assert found.error.cause is not None
    assert offset == len("\n".join([*before, *trace[:-2], ""]).encode())
