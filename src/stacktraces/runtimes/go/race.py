"""The reports of Go's race detector: two accesses, and where their goroutines were created.

==============  ==============================================  ==========================
line            sample                                          what comes next
==============  ==============================================  ==========================
ruler           ``==================``                          warning, end
warning         ``WARNING: DATA RACE``                          heading
heading         ``Read at 0x00c0000961b8 by goroutine 9:``      function
function        ``  main.main.func12()``                        place
place           ``      /srv/app/main.go:160 +0x7b``            function, blank, ruler
==============  ==============================================  ==========================
"""

from __future__ import annotations

from sys import intern

from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame, Origin, RelatedStack, Trace
from .syntax import Lines, call, place_of

WARNING = "WARNING: DATA RACE"
_TYPE = "DATA RACE"
_RULER = "=================="
_HEADING = regex(r"\S[^\n]{0,500}:\Z")
_NOT_RESTORED = "  [failed to restore the stack]"
_MOST_STACKS = 16
_MOST_FRAMES = 1000


def read_race(cursor: Cursor, name: str) -> Trace | None:
    """The report whose warning the cursor's line is, in the format ``name``."""
    margin, _, rest = (cursor.line or "").partition(WARNING)
    if margin.strip() or rest.strip():
        return None
    lines = Lines(cursor, margin)
    start = cursor.offset
    if lines.peek(-1) == _RULER:
        cursor.back()
        start = cursor.offset
        lines.advance()
    lines.advance()
    stacks: list[RelatedStack] = []
    uncertain: list[str] = []
    while len(stacks) < _MOST_STACKS and (stack := _read_stack(lines, uncertain)) is not None:
        stacks.append(stack)
        here = cursor.offset
        if lines.line == "":
            lines.advance()
            if not _HEADING.match(lines.line or ""):
                cursor.seek(here)
    if not stacks:
        return None
    if lines.line == _RULER:
        lines.advance()
    error = Error(type=_TYPE, message=stacks[0].title, frames=stacks[0].frames, related=stacks[1:])
    return Trace(error=error, format=name, origin=Origin(offset=start), uncertain=uncertain)


def _read_stack(lines: Lines, uncertain: list[str]) -> RelatedStack | None:
    """The heading on the current line and the frames below it; ``None``, and no move, for any other line."""
    heading = lines.line or ""
    following = lines.peek()
    if not _HEADING.match(heading) or (following is not None and not following.startswith("  ")):
        return None
    stack = RelatedStack(title=heading[:-1])
    lines.advance()
    while (line := lines.line) is not None and line.startswith("  ") and len(stack.frames) < _MOST_FRAMES:
        found = call(line[2:])
        frame = Frame(function=intern(found[0]), args=found[1]) if found else None
        if frame is not None:
            lines.advance()
            if place_of(lines.line, frame):
                lines.advance()
            stack.frames.append(frame)
        elif line == _NOT_RESTORED:
            uncertain.append("The race detector could not restore a stack.")
            lines.advance()
        else:
            break
    return stack
