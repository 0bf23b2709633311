"""What 3.13 and later say of themselves, in each layout that they say it in; tables of lines."""

from __future__ import annotations

import struct

import pytest

from stacktraces.collecting.cpython.code import line_of_locations, line_of_ranges, line_of_steps
from stacktraces.collecting.cpython.offsets import (
    DEBUG_COOKIE,
    LAYOUT_13,
    LAYOUT_14,
    LAYOUT_14_EARLY,
    read_offsets,
)
from stacktraces.collecting.memory import PAGE, Memory

START = 0x10000
REAL = {
    "type": 8,
    "object": 16,
    "name": 24,
    "previous": 8,
    "frame": 88,
    "code": 208,
    "interpreter": 200000,
    "runtime": 200000,
}


class Fake(Memory):
    """A page of memory."""

    def __init__(self, content: bytes) -> None:
        self.pages = {}
        self.deadline = None
        self.content = content.ljust(PAGE, b"\0")

    def load(self, number: int) -> bytes:
        return self.content if number == START // PAGE else b""


def told(layout: tuple[str, ...], threaded: int = 0) -> tuple[bytes, dict[str, int]]:
    """What a version with a layout writes there, and what that means."""
    words, meaning = [], {}
    for group in layout:
        structure, *members = group.split()
        size = REAL.get(structure, 120 if structure == "type" else 160)
        words.append(400 if structure == "type" else size)
        for number, member in enumerate(members):
            value = REAL.get(member, 16 + 8 * number) if structure != "code" else 24 + 8 * number
            value = 64 if structure == "frame" and member == "code" else value
            words.append(value)
            if member not in ("-", "ascii"):
                meaning[f"{structure}.{member}"] = value
    return DEBUG_COOKIE + struct.pack(f"<QQ{len(words)}Q", 0x030E0000, threaded, *words), meaning


@pytest.mark.parametrize(
    ("version", "layout"),
    [((3, 13), LAYOUT_13), ((3, 14), LAYOUT_14), ((3, 14), LAYOUT_14_EARLY)],
    ids=["3.13", "3.14", "3.14-early"],
)
def test_a_layout(version: tuple[int, int], layout: tuple[str, ...]) -> None:
    content, meaning = told(layout)
    offsets = read_offsets(Fake(content), START, version)
    assert offsets is not None
    assert {name: offsets[name] for name in meaning} == meaning


def test_without_a_gil_nothing_is_taken_from_the_table_of_the_other_build() -> None:
    content, _ = told(LAYOUT_13, threaded=1)
    offsets = read_offsets(Fake(content), START, (3, 13))
    assert offsets is not None
    assert not [name for name in offsets if name.startswith(("task.", "rlock.", "keys."))]


@pytest.mark.parametrize(
    "content",
    [b"", b"xdebugpy", b"y" * 4000, DEBUG_COOKIE + b"\xff" * 3000, DEBUG_COOKIE + b"\0" * 3000],
)
def test_what_is_no_layout_is_refused(content: bytes) -> None:
    assert read_offsets(Fake(content), START, (3, 13)) is None
    assert read_offsets(Fake(content), START, (3, 15)) is None


def compiled_lines(source: str) -> None:
    code = compile(source, "x.py", "exec")
    for start, end, line in code.co_lines():
        for place in range(start, end, 2):
            assert line_of_locations(code.co_linetable, code.co_firstlineno, place) == (line or 0)


def test_lines_as_this_python_writes_them() -> None:
    compiled_lines("x = 1\n" + "\n" * 300 + "y = (x +\n  2 *\n" + "\n" * 40 + " x)\nfor z in y: pass\n")
    compiled_lines("try:\n  with a as b:\n    c = [d for d in b]\nfinally:\n  e()\n" + "f = 1; " * 200)


def test_lines_of_older_tables() -> None:
    # Two lines on after six bytes, then one back, as lnotab_notes.txt of CPython shows it.
    assert [line_of_steps(b"\x06\x02\x04\xff", 10, place, True) for place in (0, 5, 6, 9, 10)] == [
        10,
        10,
        12,
        12,
        11,
    ]
    assert line_of_steps(b"\x06\xff", 10, 6, False) == 265
    table = b"\x04\x00\x04\x80\x02\x03"
    assert [line_of_ranges(table, 7, place) for place in (0, 4, 8, 10)] == [7, 0, 10, 0]
