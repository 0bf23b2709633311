"""Failures of tests as ExUnit prints them.

=====================================================================  ===================================
line                                                                   what it is
=====================================================================  ===================================
``  1) test total (ShopTest)``                                         the test
``     test/shop_test.exs:8``                                          where it begins
``     ** (ArithmeticError) bad argument in arithmetic expression``    the error, with what it was caused by
``     Assertion with == failed``                                      the same, of an assertion
``     code:  assert Shop.total(1) == 3``                              a section; further ones follow
``     stacktrace:``                                                   the frames follow
``       (shop 0.1.0) lib/shop.ex:4: Shop.total/1``                    a frame
=====================================================================  ===================================
"""

from __future__ import annotations

import re
from sys import intern

from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Origin, Trace
from .elixir import HEADER, ElixirError, match_frame
from .terms import FRAMES_KEPT

STACKTRACE = "     stacktrace:"
_TEST = regex(r" {1,8}\d{1,6}\) (?P<name>\S.*?)(?: \((?P<module>[A-Z][\w.]{0,300})\))?(?<!\s)\s*\Z")
_PLACE = regex(r" {5}\S.{0,500}:\d{1,9}\s*\Z")
_MARGIN = 5
_FRAME_MARGIN = 7
_MOST_LINES = 200
_LONGEST_MESSAGE = 1 << 16
_THE_TEST = "(test)"
"""What ExUnit prints for the function of the test itself."""
_ASSERTION = "ExUnit.AssertionError"


def in_failure(cursor: Cursor) -> bool:
    """Whether the cursor is on the first line of the error of a failed test."""
    return _TEST.match(cursor.peek(-2) or "") is not None and _PLACE.match(cursor.peek(-1) or "") is not None


def read_failure(cursor: Cursor, name: str) -> Trace | None:
    """The failure whose error, or whose line ``stacktrace:``, the cursor is on."""
    behind = cursor.next_offset
    if not _step_to_test(cursor):
        return None
    start, test = cursor.offset, _TEST.match(cursor.line or "")
    cursor.advance()
    cursor.advance()
    line = cursor.line or ""
    header = HEADER.match(line[_MARGIN:])
    first = cursor.offset
    error = Error(type=_ASSERTION)
    if header is not None:
        error = ElixirError(cursor).read(header, _MARGIN)
        cursor.seek(first)
    text = _read_to_stack(cursor)
    if cursor.line != STACKTRACE:
        cursor.seek(behind)
        return None
    cursor.advance()
    if header is None:
        error.message = "\n".join(text)[:_LONGEST_MESSAGE]
    elif error.cause is None:
        error.message = _message([header["message"], *text[1:]])
    _read_frames(cursor, error, _function_of(test))
    preamble = [test[0].strip()] if test is not None else []
    return Trace(error=error, format=name, origin=Origin(offset=start), preamble=preamble)


def _function_of(test: re.Match[str] | None) -> str:
    """The name of a test's function: without it, two tests of a module would be one."""
    if test is None or test["module"] is None:
        return _THE_TEST
    return f'{test["module"]}."{test["name"]}"/1'


def _step_to_test(cursor: Cursor) -> bool:
    """Go back to the line that names the test."""
    for _ in range(_MOST_LINES):
        if not cursor.back():
            return False
        line = cursor.line or ""
        if _TEST.match(line) and _PLACE.match(cursor.peek() or ""):
            return True
        if line.strip() and not line.startswith(" " * _MARGIN):
            return False
    return False


def _read_to_stack(cursor: Cursor) -> list[str]:
    """The lines up to ``stacktrace:``, on which the cursor is left."""
    text: list[str] = []
    for _ in range(_MOST_LINES):
        line = cursor.line
        if line is None or line == STACKTRACE or (line.strip() and not line.startswith(" " * _MARGIN)):
            break
        text.append(line[_MARGIN:].rstrip())
        cursor.advance()
    return text


def _message(lines: list[str]) -> str | None:
    """The lines of an error's own text: up to the code that the test called."""
    code = next((number for number, line in enumerate(lines) if line.startswith("code: ")), len(lines))
    return "\n".join(lines[:code]).rstrip()[:_LONGEST_MESSAGE] or None


def _read_frames(cursor: Cursor, error: Error, test: str) -> None:
    indent = " " * _FRAME_MARGIN
    while (line := cursor.line) is not None and line.startswith(indent):
        frame = match_frame(line[_FRAME_MARGIN:])
        if frame is None:
            return
        if frame.function == _THE_TEST:
            frame.function = intern(test)
        if len(error.frames) < FRAMES_KEPT:
            frame.id = len(error.frames) + 1
            error.frames.append(frame)
        cursor.advance()
