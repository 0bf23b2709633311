"""The stacks that GHC's programs print, each below a heading of its own.

==============================================================================  =============================
line                                                                            what it is
==============================================================================  =============================
``CallStack (from HasCallStack):``, ``HasCallStack backtrace:``                 a heading
``  price, called at ./Shop/Orders.hs:15:23 in main:Shop.Orders``               who was called, and where
``CallStack (from -prof):``, ``Cost-centre stack backtrace:``                   a heading
``  Shop.Orders.price (Shop/Orders.hs:(10,1)-(12,43))``                         a cost centre, and its source
``*** Exception (reporting due to +RTS -xc): (THUNK_2_0), stack trace:``        a heading
``  Shop.Orders.price,``, ``  called from Main.main``                           a cost centre
``  --> evaluated by: Shop.Orders.firstOf,``                                    the same, of another stack
==============================================================================  =============================

A call names the function that was called and the place of the call, which is in the next function: places
move by one.
"""

from __future__ import annotations

import re
from sys import intern

import msgspec

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Frame

CALLS = ("CallStack (from HasCallStack):", "HasCallStack backtrace:")
COST_CENTRES = ("CallStack (from -prof):", "Cost-centre stack backtrace:")
REPORT = "*** Exception (reporting due to +RTS -xc)"
FRAMES_KEPT = 1000
_LIBRARY = ("ghc-internal", "base")

_CALL = regex(
    r"\s{2,16}+(?P<name>\S.{0,300}?), called at (?P<file>\S.{0,500}?):(?P<line>\d{1,9}):(?P<column>\d{1,9})"
    r" in (?P<module>\S{1,500}+)\s*\Z"
)
_CENTRE = regex(
    r"\s{2,16}+(?P<name>\S{1,500}+) \((?:<[\w -]{1,40}>|(?P<file>\S.{0,500}?)"
    r":\(?(?P<line>\d{1,9})[,:](?P<column>\d{1,9})\)?(?:-\(?[\d,]{1,20}\)?)?)\)\s*\Z"
)
_REPORTED = regex(r"\s{2,16}+(?:called from |--> evaluated by: )?(?P<name>[^\s,]{1,500}+),?\s*\Z")


class Stack(msgspec.Struct):
    """A stack as it was printed."""

    title: str
    frames: list[Frame]
    left_out: int = 0

    @property
    def is_of_calls(self) -> bool:
        """Whether its places are those of calls."""
        return self.title in CALLS

    @property
    def is_of_program(self) -> bool:
        """Whether it has a frame beyond GHC's own libraries."""
        packages = ((frame.module or "").partition(":")[0] for frame in self.frames)
        return any(not package.startswith(_LIBRARY) for package in packages)


def is_heading(line: str | None) -> bool:
    """Whether a stack stands below ``line``."""
    return line is not None and line.strip() in (*CALLS, *COST_CENTRES)


def read_stack(cursor: Cursor) -> Stack | None:
    """The stack whose heading the cursor is on, left behind it; ``None`` where there are no frames."""
    title = (cursor.line or "").strip()
    cursor.advance()
    if title in CALLS:
        stack = _read_calls(cursor, title)
    elif title in COST_CENTRES:
        stack = _read_centres(cursor, title, _CENTRE)
    else:
        stack = _read_centres(cursor, "+RTS -xc", _REPORTED)
    return stack if stack.frames else None


def _read_calls(cursor: Cursor, title: str) -> Stack:
    stack = Stack(title, [])
    while found := _CALL.match(cursor.line or ""):
        cursor.advance()
        if stack.frames and stack.frames[-1].function is None:
            stack.frames[-1].function = intern(found["name"])
        if len(stack.frames) >= FRAMES_KEPT:
            stack.left_out += 1
            continue
        stack.frames.append(
            Frame(
                module=intern(found["module"]),
                file=intern(found["file"]),
                line=to_number(found["line"]),
                column=to_number(found["column"]),
                id=len(stack.frames) + 1,
            )
        )
    return stack


def _read_centres(cursor: Cursor, title: str, pattern: re.Pattern[str]) -> Stack:
    stack = Stack(title, [])
    while found := pattern.match(cursor.line or ""):
        cursor.advance()
        if len(stack.frames) >= FRAMES_KEPT:
            stack.left_out += 1
            continue
        place = found.groupdict()
        stack.frames.append(
            Frame(
                function=intern(found["name"]),
                file=place.get("file"),
                line=to_number(place["line"]) if place.get("line") else None,
                column=to_number(place["column"]) if place.get("column") else None,
                id=len(stack.frames) + 1,
            )
        )
    return stack
