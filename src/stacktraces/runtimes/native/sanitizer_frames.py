"""Frames as the sanitizers of GCC and LLVM print them.

==============================================================  ==========================================
sample                                                          what it holds
==============================================================  ==========================================
``    #0 0x55d6 in f(int) const /srv/a.cc:8:3``                 address, function, place
``    #1 0x55d6 in main (/srv/a.out+0x2f) (BuildId: 5b27)``     address, function, module and offset
``    #2 0x55d6  (/srv/a.out+0x2f)``                            address, module and offset
``    #0 operator new(unsigned long) <null> (a.out+0x2f)``      function, module and offset
``    #0 wr(void*) /srv/a.cc:11 (a.out+0x24e1)``                function, place, module and offset
==============================================================  ==========================================

Functions and paths hold blanks and brackets: a line is taken apart from the right.
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Frame

FRAMES_KEPT = 1_000
"""Frames kept of one stack."""

FRAME = regex(r"\s++#(?P<id>\d++) ++(?:(?P<address>0x[0-9a-f]++) ++(?:in )?+)?(?P<rest>\S.*)$")
_BUILD = regex(r" \(BuildId: [0-9a-fA-F]++\)$")
_MODULE = regex(r"(?:^|(?<= ))\((?P<module>[^()]*)\+(?P<offset>0x[0-9a-f]++)\)$|\(<unknown module>\)$")
_PLACE = regex(r"(?P<file>.*?):(?P<line>\d++)(?::(?P<column>\d++))?$")
_PATH = regex(r"/|\.\.?/|~/|[A-Za-z]:[\\/]|<null>$|[^\s/]++:\d++(?::\d++)?$|[^\s/]++/\S++$")
_OPENING, _CLOSING = "([{", ")]}"


def read_stack(cursor: Cursor) -> list[Frame]:
    """The frames from the cursor on, up to the next stack's first one; the cursor is left behind them."""
    frames: list[Frame] = []
    while (found := FRAME.match(cursor.line or "")) is not None:
        if frames and found["id"] == "0":
            break
        if len(frames) < FRAMES_KEPT:
            frames.append(_frame(found["id"], found["address"], found["rest"].rstrip()))
        cursor.advance()
    return frames


def _frame(number: str, address: str | None, rest: str) -> Frame:
    frame = Frame(id=number, address=to_number(address, 16) if address else None)
    if build := _BUILD.search(rest):
        rest = rest[: build.start()]
    if module := _MODULE.search(rest):
        rest = rest[: module.start()].rstrip()
        if module["module"]:
            frame.module = intern(module["module"])
    function, place = _split(rest)
    if function and function != "<null>":
        frame.function = intern(function)
    if found := _PLACE.match(place):
        frame.file, frame.line = intern(found["file"]), to_number(found["line"])
        frame.column = to_number(found["column"]) if found["column"] else None
    elif place and place != "<null>":
        frame.file = intern(place)
    return frame


def _split(text: str) -> tuple[str, str]:
    """A function and its place: they part at the first blank outside of brackets that a path follows."""
    depth = 0
    for at, character in enumerate(text):
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth = max(depth - 1, 0)
        elif character == " " and depth == 0 and _PATH.match(text, at + 1):
            return text[:at], text[at + 1 :]
    return text, ""
