"""Tracebacks whose indentation a carrier took away: it is put back, so that one reader reads both.

It may be that of the source lines alone: testtools prints a test's frames so, with a blank line after each.

========  ==================================  ======================================================
line      sample                              is one where
========  ==================================  ======================================================
frame     ``File "/srv/app.py", line 3, in``  it looks so
repeat    ``[Previous line repeated 3 more``  it looks so
carets    ``~~^~~``                           it looks so
source    ``return 1 / n``                    a frame stands before it, and a frame, carets or an
                                              exception's name after it
========  ==================================  ======================================================
"""

from __future__ import annotations

from ..._regex import regex
from ...model import Frame
from .frames import BODY, FRAME, REPEATED
from .lines import Lines, Members
from .syntax import is_likely_error, match_error

_CARETS = regex(r"[~^][~^ ]*$")
FIRST_FRAME = 'File "'


class StrippedLines:
    """``lines`` with the indentation that CPython would have printed."""

    def __init__(self, lines: Lines) -> None:
        self.whole = lines.whole
        self._lines = lines
        self._after_frame = self._after_source = -1

    @property
    def line(self) -> str | None:
        line = self._lines.line
        if line is None or line[:1].isspace():
            return line
        if _is_frame(line):
            return f"  {line}"
        return BODY + line if _CARETS.match(line) or self._is_source(line) else line

    def _is_source(self, line: str) -> bool:
        here = self._lines.mark()
        if here not in (self._after_frame, self._after_source) or is_likely_error(line):
            return False
        following = _following(self._lines)
        if _is_frame(following) or _CARETS.match(following):
            return True
        if here == self._after_source:
            return False
        return is_likely_error(following) or match_error(line) is None

    def advance(self) -> None:
        line = self._lines.line or ""
        frame = _is_frame(line)
        source = not frame and self._is_source(line)
        self._lines.advance()
        if frame:
            self._after_frame = self._lines.mark()
        elif source:
            self._after_source = self._lines.mark()

    def mark(self) -> int:
        return self._lines.mark()

    def reset(self, mark: int) -> None:
        self._lines.reset(mark)

    def members(self) -> Members | None:
        return self._lines.members()

    def plain_frames(self) -> list[Frame]:
        return []


def has_bare_source(lines: Lines) -> bool:
    """Whether the frame on the current line is indented, and the source line below it is not."""
    if FRAME.match(lines.line or "") is None:
        return False
    here = lines.mark()
    lines.advance()
    source = lines.line or ""
    bare = bool(source) and not source[0].isspace() and not is_likely_error(source)
    bare = bare and _is_frame(_following(lines))
    lines.reset(here)
    return bare


def _following(lines: Lines) -> str:
    """The line after the current one, or the one after it where it is blank."""
    here = lines.mark()
    lines.advance()
    if lines.line == "":
        lines.advance()
    following = lines.line or ""
    lines.reset(here)
    return following


def _is_frame(line: str) -> bool:
    indented = line if line.startswith("  ") else f"  {line}"
    return FRAME.match(indented) is not None or REPEATED.match(indented) is not None
