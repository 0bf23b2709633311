"""What Windows PowerShell makes of a program's standard error: an error of its own out of the first line.

Behind that line stand where the program was called and a category, then the other lines as they are::

    python : Traceback (most recent call last):
    At line:1 char:1
    + python x.py 2> err.txt
    + ~~~~~~~~~~~~~~~~~~~~~~
        + CategoryInfo          : NotSpecified: (Traceback (...):String) [], RemoteException
        + FullyQualifiedErrorId : NativeCommandError
"""

from __future__ import annotations

from ..._regex import regex
from .lines import Lines

_CALLED = "At "
_PLACE = regex(r"At \S.*:\d+ char:\d+\s*$")
_END = regex(r"\s*\+ FullyQualifiedErrorId : NativeCommandError\s*$")
_MOST_LINES = 12


def is_invocation(line: str) -> bool:
    """Whether the shell tells on ``line`` where it called the program."""
    return line.startswith(_CALLED) and _PLACE.match(line) is not None


def pass_invocation(lines: Lines) -> None:
    """Pass what the shell wrote behind a header, where it did."""
    if not is_invocation(lines.line or ""):
        return
    here = lines.mark()
    for _ in range(_MOST_LINES):
        if _END.match(lines.line or ""):
            lines.advance()
            if not (lines.line or "").strip():
                lines.advance()
            return
        lines.advance()
    lines.reset(here)
