"""The stacks that ``traceback()``, rlang and Shiny print.

=============================================================  ==============================================
line                                                           what it is
=============================================================  ==============================================
``5: price(prices, sku) at orders.R#8``                        ``traceback()``: who was called, and where
``7: (function () ``, lines further in                         a call of several lines
``  4.       └─global price(prices, sku) at orders.R:8:3``     rlang: the same, outermost first, as a tree
``  101: price [/srv/app/server.R#3]``                         Shiny: a function, and the place in it
=============================================================  ==============================================

A call is printed with its own place, which is in the function that calls: places move by one.
"""

from __future__ import annotations

import re
from sys import intern

import msgspec

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Frame
from .syntax import MOST_FRAMES, function_of

_CALL = regex(
    r"(?P<margin>\s{0,8}(?P<number>\d{1,5}): )(?P<call>\S.*?)"
    r"(?: at (?P<file>\S.{0,500}?)#(?P<line>\d{1,9}))?(?<!\s)\s*\Z"
)
_PLACE = regex(r".* at (?P<file>\S.{0,500}?)#(?P<line>\d{1,9})\s*\Z")
_LEAF = regex(
    r"\s{0,8}(?P<number>\d{1,5})\. (?P<tree>[│├└─█▆|+\\ -]{0,1000}+)(?:(?P<scope>global|[\w.]{1,100}) )?"
    r"(?:\(local\) )?(?P<call>\S.*?)"
    r"(?: at (?P<file>\S.{0,500}?):(?P<line>\d{1,9})(?::(?P<column>\d{1,9}))?)?(?<!\s)\s*\Z"
)
_SHINY = regex(
    r"\s{1,8}(?P<number>\d{1,5}): (?P<name>\S.{0,200}?)"
    r"(?: \[(?P<file>[^\]#]{1,500})#(?P<line>\d{1,9})\])?\s*\Z"
)
_ROOT = regex(r"\s{0,12}[█▆x]\s*\Z")
_MOST_LINES_OF_CALL = 200


class Calls(msgspec.Struct):
    """The frames of a stack, innermost first."""

    frames: list[Frame] = []
    left_out: int = 0

    def add(self, frame: Frame) -> None:
        """Take a frame that is further out than the others."""
        if len(self.frames) < MOST_FRAMES:
            frame.id = len(self.frames) + 1
            self.frames.append(frame)
        else:
            self.left_out += 1


def read_traceback(cursor: Cursor) -> Calls:
    """What ``traceback()`` prints from the cursor on, which is left behind it."""
    calls = Calls()
    expected: int | None = None
    place: tuple[str, int] | None = None
    while (found := _CALL.match(cursor.line or "")) is not None:
        number = to_number(found["number"])
        if expected is not None and number != expected:
            break
        following = _place(found)
        function = function_of(found["call"])
        cursor.advance()
        # The place of a call of several lines stands on its last one.
        following = _pass_rest(cursor, len(found["margin"])) or following
        file, line = place or (None, None)
        calls.add(Frame(function=function, file=file, line=line))
        place, expected = following, number - 1
        if not expected:
            break
    return calls


def _place(found: re.Match[str]) -> tuple[str, int] | None:
    return (intern(found["file"]), to_number(found["line"])) if found["file"] else None


def _pass_rest(cursor: Cursor, margin: int) -> tuple[str, int] | None:
    """Pass the further lines of a call, which stand as far in as its first; gives the place on the last."""
    place = None
    for _ in range(_MOST_LINES_OF_CALL):
        line = cursor.line
        if line is None or not line[:margin].isspace() or len(line) <= margin or _CALL.match(line):
            break
        found = _PLACE.match(line)
        place = _place(found) if found is not None else None
        cursor.advance()
    return place


def read_tree(cursor: Cursor) -> Calls:
    """rlang's backtrace from the cursor on, which is left behind it."""
    if _ROOT.match(cursor.line or ""):
        cursor.advance()
    outermost: list[Frame] = []
    callers: list[tuple[int, Frame]] = []
    left_out = 0
    while (found := _LEAF.match(cursor.line or "")) is not None:
        cursor.advance()
        while callers and callers[-1][0] >= len(found["tree"]):
            callers.pop()
        if found["file"] and callers:
            caller = callers[-1][1]
            caller.file, caller.line = intern(found["file"]), to_number(found["line"])
            caller.column = to_number(found["column"]) if found["column"] else None
        scope = found["scope"]
        frame = Frame(function=function_of(found["call"]), module=None if scope == "global" else scope)
        callers.append((len(found["tree"]), frame))
        if len(outermost) < MOST_FRAMES:
            outermost.append(frame)
        else:
            left_out += 1
    calls = Calls(left_out=left_out)
    for frame in reversed(outermost):
        calls.add(frame)
    return calls


def read_shiny(cursor: Cursor) -> Calls:
    """Shiny's stack from the cursor on, which is left behind it."""
    calls = Calls()
    last = 0
    while (found := _SHINY.match(cursor.line or "")) is not None:
        number = to_number(found["number"])
        if last and number >= last:
            break
        cursor.advance()
        last = number
        file, line = _place(found) or (None, None)
        calls.add(Frame(function=intern(found["name"]), file=file, line=line))
    return calls


def is_call(line: str) -> bool:
    """Whether ``line`` is one of a stack that ``traceback()`` prints."""
    return _CALL.match(line) is not None and not starts_record(line)
