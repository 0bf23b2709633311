"""Failed tests of GoogleTest, Catch2, doctest, Boost.Test and Qt Test, with their place.

==========  ==================================================================  ==================
line        sample                                                              what comes next
==========  ==================================================================  ==================
GoogleTest  ``cart_test.cc:22: Failure``, ``cart_test.cc(22): error: Value …``   text, stack
Catch2      ``cart_test.cpp:22: FAILED:``                                       text
doctest     ``cart_test.cpp:22: ERROR: CHECK( total == 4 ) is NOT correct!``    text
Boost.Test  ``cart_test.cpp(22): error: in "cart/total": check a == b failed``  end
Qt Test     ``FAIL!  : TestCart::total() Compared values are not the same``     text, place
text        ``Expected equality of these values:``                              text, blank, stack
place       ``   Loc: [tst_cart.cpp(22)]``                                      end
stack       ``Stack trace:``, ``  0x55d6a1b2c3d4: Cart_Total_Test::TestBody()``  stack, end
==========  ==================================================================  ==================

The one frame is the test at that place: its name stands above (``[ RUN      ] Cart.Total``) or on the line.
"""

from __future__ import annotations

import re
from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....log_records.records import starts_record
from ....model import Error, Frame, Origin, Trace
from ... import starts_trace

NAME = "cpp_tests"
_GOOGLE = regex(
    r"(?:(?P<file>\S[^:(]{0,400}?)(?::(?P<line>\d{1,9}): (?P<type>Failure)"
    r"|\((?P<row>\d{1,9})\): error:(?! in \"))"
    r"|unknown file: (?P<unknown>Failure|error:))(?: ?(?P<text>.*))?$"
)
_CATCH = regex(r"(?P<file>\S[^:(]{0,400}?)(?::|\()(?P<line>\d{1,9})\)?: (?P<type>FAILED):\s*$")
_DOCTEST = regex(
    r"(?P<file>\S[^:(]{0,400}?)(?::"
    r"|\()(?P<line>\d{1,9})\)?: (?P<type>(?:FATAL )?ERROR): (?P<text>.*(?:is NOT correct!"
    r"|threw exception: .*|NOT throw.*))$"
)
_BOOST = regex(
    r"(?P<file>\S[^:(]{0,400}?)\((?P<line>\d{1,9})\): (?P<type>(?:fatal )?error): in"
    r" \"(?P<test>[^\"]{1,400})\": "
    r"(?P<text>.*)$"
)
_QT = regex(r"(?P<type>FAIL!|QFATAL) {1,2}: (?P<test>[\w:]{1,200}\([^()]{0,200}\)) (?P<text>.*)$")
_QT_PLACE = regex(r" {3}Loc: \[(?P<file>.{1,400})\((?P<line>\d{1,9})\)\]\s*$")
_RUN = regex(r"\[ RUN      \] (?P<test>\S{1,400})$")
_TEST_CASE = regex(r"TEST CASE: {1,2}(?P<test>.{1,400})$")
_RULE = regex(r"-{60,}\s*$")
_ENDS = regex(
    r"==\d{1,10}==|\*\*\* |terminate called |WARNING: ThreadSanitizer|\w+Sanitizer:DEADLYSIGNAL|"
    r"\s*$|\[[ =-]{2,}|\[  [A-Z]|={40,}|-{40,}|\.{40,}|test cases: |assertions: |(?:PASS"
    r"|FAIL!|XFAIL|SKIP) {1,3}: "
)
_STACK = regex(r"Stack trace:\s*$")
_FRAME = regex(r"  (?P<address>0x[0-9a-f]{6,16}): (?P<function>\S.*)$")
_ABOVE = 80
_MOST_LINES = 100
_SHAPES = (_CATCH, _BOOST, _DOCTEST, _QT, _GOOGLE)


def read(cursor: Cursor) -> Trace | None:
    """The failed test that the cursor's line tells of; see :data:`stacktraces.runtimes.Reader`."""
    line = cursor.line or ""
    shape, found = next(((shape, each) for shape in _SHAPES if (each := shape.match(line))), (None, None))
    if shape is None or found is None:
        return None
    origin = Origin(offset=cursor.offset)
    test = found.groupdict().get("test") or _test_above(cursor, shape)
    if test is None and shape is _DOCTEST:
        return None
    groups = found.groupdict()
    cursor.advance()
    place = Frame(function=intern(test) if test else None)
    if groups.get("file") not in (None, "unknown location"):
        place.file = groups["file"]
    number = groups.get("line") or groups.get("row")
    place.line = to_number(number) if number and place.file else None
    lines = [groups["text"]] if groups.get("text") else []
    if shape is not _BOOST:
        _read_text(cursor, lines, place, is_catch=shape is _CATCH)
    if not lines and shape is _CATCH:
        return None
    frames = _read_stack(cursor) if shape is _GOOGLE else []
    error = Error(type=groups.get("type") or "Failure", message="\n".join(lines) or None, frames=frames)
    error.frames = frames or ([place] if place.file or place.function else [])
    if frames and place.file:
        error.notes.append(f"at {place.file}:{place.line}")
    return Trace(error=error, format=NAME, origin=origin)


def _read_text(cursor: Cursor, lines: list[str], place: Frame, *, is_catch: bool) -> None:
    """The lines of the message; Qt's place at its end goes into ``place``."""
    for _ in range(_MOST_LINES):
        line = cursor.line
        if line is None or _ENDS.match(line) or _STACK.match(line) or starts_record(line):
            return
        if any(shape.match(line) for shape in _SHAPES):
            return
        if starts_trace(line, cursor.peek() or "", but="native"):
            return
        cursor.advance()
        if found := _QT_PLACE.match(line):
            place.file, place.line = found["file"], to_number(found["line"])
            return
        lines.append(line.strip() if is_catch else line)


def _read_stack(cursor: Cursor) -> list[Frame]:
    frames: list[Frame] = []
    if _STACK.match(cursor.line or ""):
        cursor.advance()
        while found := _FRAME.match(cursor.line or ""):
            frames.append(
                Frame(function=intern(found["function"]), address=to_number(found["address"][2:], 16))
            )
            cursor.advance()
        if (cursor.line or "").startswith("... Google Test internal frames"):
            cursor.advance()
    return frames


def _test_above(cursor: Cursor, shape: re.Pattern[str]) -> str | None:
    """The name of the test that is run, from the lines above; the cursor stays."""
    here = cursor.offset
    rules = 0
    found: str | None = None
    for _ in range(_ABOVE):
        if not cursor.back():
            break
        line = cursor.line or ""
        if shape is _CATCH:
            rules += 1 if _RULE.match(line) else 0
            if rules == 2:
                break
            if rules == 1 and not _RULE.match(line):
                found = line.strip() or found
        elif told := (_RUN if shape is _GOOGLE else _TEST_CASE).match(line):
            found = told["test"].strip()
            break
    cursor.seek(here)
    return found
