"""Errors as ThinkPHP logs them: a code and a message, the place in brackets, maybe a stack.

=================================================================  ==============================
line                                                               what comes next
=================================================================  ==============================
``[ error ] [8]Undefined variable: stock[/srv/Order.php:31]``      a stack, the end
``[2026-11-29T10:15:31+08:00][error] [0]no stock[/srv/Order.php:31]``  the same
``#0 /srv/vendor/topthink/App.php(340): app\\Order->index()``       frames
=================================================================  ==============================
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame, Origin, Trace
from .lines import CursorLines
from .stacks import read_stack

NAME = "thinkphp"
_HEADER = regex(
    r"(?:\[[^\]]{0,60}\] ?)?\[ ?(?:error|sql|emergency|critical|alert) ?\] ?\[\d{1,9}\](?P<message>.*?)"
    r"\[(?P<file>[^\[\]]{1,1000}\.(?:php|html|tpl)):(?P<line>\d{1,9})\]\s*$"
)


def read(cursor: Cursor) -> Trace | None:
    """The error of which the cursor's line tells; see :data:`stacktraces.runtimes.Reader`."""
    found = _HEADER.match(cursor.line or "")
    if found is None:
        return None
    origin = Origin(offset=cursor.offset)
    place = Frame(file=intern(found["file"]), line=to_number(found["line"]))
    error = Error(message=found["message"].strip() or None, frames=[place])
    cursor.advance()
    if (cursor.line or "").startswith("#0 "):
        stack = read_stack(CursorLines(cursor))
        error.frames = stack.frames(place) if stack.calls else error.frames
    return Trace(error=error, format=NAME, origin=origin)
