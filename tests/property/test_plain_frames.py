"""Frames that are taken many at once are those that are read line by line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacktraces.cursor import Cursor
from stacktraces.runtimes.python import frames, lines

PLAIN = [
    '  File "/srv/app.py", line 3, in f',
    '  File "a b.py", line 99, in <listcomp>',
    "    return 1 / n",
    "           ~~^~~",
]
OTHER = [
    '  File "<string>", line 1, in <module>',
    '  File "x", line 1',
    '  File "a", line 3, in g", line 4, in h',
    '  File "/a", line 1, in \x1b[31mf',
    '> File "/srv/app.py", line 3, in f',
    "    n = 0",
    "    ~x",
    "    ^x",
    "    ^",
    "    ~",
    "    a\tb \t",
    "    x\r",
    "    é",
    "    └ 3",
    "    ...<3 lines>...",
    "      indented",
    "    ",
    "",
    "  [Previous line repeated 7 more times]",
    "--- <exception caught here> ---",
    "ValueError: x",
    "2024-05-01 12:00:00 INFO",
]
LINES = st.lists(st.one_of(st.sampled_from(PLAIN), st.sampled_from(PLAIN + OTHER)), max_size=9)


def read(data: bytes, end: int) -> object:
    cursor = Cursor(data, end=end)
    stack = frames.read_frames(lines.CursorLines(cursor, ""))
    return stack.innermost_first(), stack.count, cursor.offset, cursor.line, cursor.ended, cursor.cut


@given(LINES, st.integers(0, 20))
def test_the_same_frames_many_at_once_and_line_by_line(text: list[str], missing: int) -> None:
    data = "\n".join([*text, ""]).encode()
    end = max(len(data) - missing, 0)
    at_once = read(data, end)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "read_plain_frames", lambda cursor: [])
        assert read(data, end) == at_once


def test_plain_frames_are_taken_at_once() -> None:
    data = "\n".join(PLAIN * 2 + ["ValueError: x", ""]).encode()
    found = lines.read_plain_frames(Cursor(data))
    assert [(each.file, each.line, each.function, each.source) for each in found] == [
        ("/srv/app.py", 3, "f", None),
        ("a b.py", 99, "<listcomp>", "return 1 / n"),
    ] * 2
