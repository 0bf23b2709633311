"""Tests of Julia's ``Test`` that failed, or in which an error was thrown.

========================================================  ====================================
line                                                      what comes next
========================================================  ====================================
``prices: Error During Test at /srv/runtests.jl:7``       ``Test threw exception``
``adds: Test Failed at /srv/runtests.jl:12``              ``Expression:``
``  Test threw exception``                                ``Expression:``
``  Expression: price(nothing) == 3``                     the error's message, ``Evaluated:``
``   Evaluated: 2 == 3``                                  a blank line, ``Stacktrace:``, the end
``  MethodError: no method matching price(::Nothing)``    more of the message, ``Stacktrace:``
``  Stacktrace:``                                         frames
========================================================  ====================================

A test that failed without a stack has its place as its one frame.
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Frame, Origin, Trace
from .reader import HEADING, tell_type
from .stacks import read_frames

NAME = "julia_test"
_HEADER = regex(
    r"(?:(?P<name>\S.{0,400}?): )?(?P<kind>Error During Test|Test Failed) at "
    r"(?P<file>\S.{0,1000}?):(?P<line>\d{1,9})\s*\Z"
)
_SAID = ("Test threw exception", "Got exception outside of a @test", "Expression: ")
_EXPRESSION = "Expression: "
_MARGIN = 2
_MOST_LINES = 100
_LONGEST_MESSAGE = 1 << 16


def read(cursor: Cursor) -> Trace | None:
    """The test on whose first line the cursor is; see :data:`stacktraces.runtimes.Reader`."""
    found = _HEADER.match(cursor.line or "")
    if found is None:
        return None
    origin, first = Origin(offset=cursor.offset), cursor.line or ""
    cursor.advance()
    threw = found["kind"] != "Test Failed"
    lines = _read_text(cursor)
    expression = next((each for each in lines if each.startswith(_EXPRESSION)), None)
    error = Error(notes=[expression] if threw and expression else [])
    text = "\n".join(each for each in lines if not (threw and each.startswith(_SAID))).strip()
    if threw:
        tell_type(error, text[:_LONGEST_MESSAGE])
    else:
        error.type, error.message = found["kind"], text[:_LONGEST_MESSAGE] or None
    left_out = _read_stack(cursor, error)
    if not error.frames:
        error.frames = [Frame(file=intern(found["file"]), line=to_number(found["line"]))]
    uncertain = [f"{left_out} frames of a long stack are not here."] if left_out else []
    return Trace(error=error, format=NAME, origin=origin, preamble=[first], uncertain=uncertain)


def _read_text(cursor: Cursor) -> list[str]:
    """The lines up to the stack, or to what is not of the test."""
    lines: list[str] = []
    for _ in range(_MOST_LINES):
        line = cursor.line
        if line is None or line.strip() == HEADING or _HEADER.match(line) or starts_record(line):
            break
        if not line.strip() and (cursor.peek() or "").strip() == HEADING:
            cursor.advance()
            break
        if not line.startswith(" ") and line.strip():
            break
        lines.append(line[_MARGIN:].rstrip() if line[:_MARGIN].isspace() else line.rstrip())
        cursor.advance()
    return lines


def _read_stack(cursor: Cursor, error: Error) -> int:
    """Take the frames below the heading, if the cursor is on it; gives how many were not kept."""
    if (cursor.line or "").strip() != HEADING:
        return 0
    cursor.advance()
    error.frames, left_out = read_frames(cursor, str)
    return left_out
