"""Failed specs of Ginkgo 2.

========================================================================  ============================
line                                                                      what comes next
========================================================================  ============================
``Orders [It] prices an order``                                           its place, a blank line
``  [FAILED] Expected``                                                   more of the message, the place
``  In [It] at: /src/shop/orders_test.go:16 @ 11/29/26 10:15:30.123``     the end, or what panicked
``  runtime error: invalid memory address or nil pointer dereference``    ``Full Stack Trace``
``  Full Stack Trace``                                                    frames as Go prints them
========================================================================  ============================
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame, Origin, Trace
from .goroutines import Dump, Goroutine, read_frames
from .panics import panic_calls
from .syntax import Lines

NAME = "ginkgo"
_FAILED = regex(r"(?P<margin> {0,16})\[(?P<kind>FAILED|PANICKED|TIMEDOUT|INTERRUPTED)\] (?P<message>.*)\Z")
_PLACE = regex(
    r" {0,16}In \[(?P<node>\w{1,40})[^\]]{0,200}\] at: (?P<file>\S.{0,1000}?):(?P<line>\d{1,9})(?: @ .*)?\Z"
)
_SPEC = regex(
    r"(?P<name>\S.{0,400}? \[(?:It|BeforeEach|AfterEach|JustBeforeEach|BeforeAll|AfterAll|BeforeSuite"
    r"|AfterSuite|DeferCleanup[^\]]{0,60})\].{0,400})\Z"
)
_STACK = "Full Stack Trace"
_ABOVE = 8
_MOST_LINES = 300
_LONGEST = 1 << 16


def read(cursor: Cursor) -> Trace | None:
    """The failure on whose first line the cursor is; see :data:`stacktraces.runtimes.Reader`."""
    found = _FAILED.match(cursor.line or "")
    if found is None:
        return None
    here = cursor.offset
    spec = _spec_above(cursor)
    cursor.advance()
    margin = found["margin"]
    lines = [found["message"].rstrip()]
    for _ in range(_MOST_LINES):
        line = cursor.line
        if line is None or _PLACE.match(line) or _FAILED.match(line):
            break
        if line.strip() and not line.startswith(margin):
            break
        lines.append(line.removeprefix(margin).rstrip())
        cursor.advance()
    place = _PLACE.match(cursor.line or "")
    if place is None:
        cursor.seek(here)
        return None
    cursor.advance()
    error = Error(type=None, message="\n".join(lines)[:_LONGEST].strip() or None)
    error.frames = [
        Frame(
            function=intern(spec) if spec else None, file=intern(place["file"]), line=to_number(place["line"])
        )
    ]
    if found["kind"] == "PANICKED":
        _read_panic(cursor, error, margin)
    return Trace(error=error, format=NAME, origin=Origin(offset=here), preamble=[spec] if spec else [])


def _spec_above(cursor: Cursor) -> str | None:
    for distance in range(1, _ABOVE):
        line = cursor.peek(-distance)
        if line is None:
            return None
        if found := _SPEC.match(line):
            return found["name"].strip()
    return None


def _read_panic(cursor: Cursor, error: Error, margin: str) -> None:
    """Take the panic's value and stack, which stand below its place."""
    here = cursor.offset
    lines: list[str] = []
    for _ in range(_MOST_LINES):
        line = cursor.line
        if line is None or (line.strip() and not line.startswith(margin)):
            break
        cursor.advance()
        if line.strip() == _STACK:
            dump, goroutine = Dump(), Goroutine()
            read_frames(Lines(cursor, f"{margin}  "), dump, goroutine)
            calls = panic_calls(goroutine.frames)
            error.type, error.message = "panic", "\n".join(lines).strip()[:_LONGEST] or error.message
            error.frames = goroutine.frames[calls[0] :] if calls else goroutine.frames or error.frames
            return
        lines.append(line.removeprefix(margin).rstrip())
    cursor.seek(here)
