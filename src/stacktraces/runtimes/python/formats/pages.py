"""Python's errors as pages show them, which people copy: Django's of old, and Streamlit's.

==========  ==================================================  ==============================================
line        sample                                              what comes next
==========  ==================================================  ==============================================
error       ``KeyError: 'level'`` (Streamlit)                   message, heading
heading     ``Traceback:``                                      blank, frame
frame       ``File "/srv/app.py", line 3, in f`` (Streamlit)    source, frame
frame       ``File "/srv/app.py" in f`` (Django)                source, frame, blank, type
source      ``  34.     return total(x)`` (Django)              frame, blank, type
type        ``Exception Type: KeyError at /total``              value
value       ``Exception Value: 'level'``                        nothing
==========  ==================================================  ==============================================
"""

from __future__ import annotations

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Error, Frame, Origin, Trace
from ..django_report import read_end
from ..frames import FRAME, read_frames
from ..lines import CursorLines
from ..messages import ENDS_EARLY
from ..stripped import FIRST_FRAME, StrippedLines
from ..syntax import is_likely_error, match_error

NAME = "python_page"

_HEADING = "Traceback:"
_FRAME = regex(r'File "(?P<file>[^"]{1,4096})" in (?P<function>[\w<>.]{1,400})\s*$')
_SOURCE = regex(r"\s{1,8}(?P<line>\d{1,9})\.\s(?P<source>.*)$")
_MOST_MESSAGE_LINES = 20
_MOST_FRAMES = 1000


def read(cursor: Cursor) -> Trace | None:
    """The error whose heading is on the cursor's line; see :data:`stacktraces.runtimes.Reader`."""
    if (cursor.line or "").rstrip() != _HEADING:
        return None
    heading = cursor.offset
    start, named = _named_before(cursor)
    cursor.seek(heading)
    cursor.advance()
    while cursor.line is not None and not cursor.line.strip():
        cursor.advance()
    line = cursor.line or ""
    if _FRAME.match(line):
        error, start = _read_numbered(cursor), heading
    elif line.startswith(FIRST_FRAME) and FRAME.match(f"  {line}"):
        stack = read_frames(StrippedLines(CursorLines(cursor, "")))
        error = Error(frames=stack.innermost_first())
        if named is not None:
            error.type, error.message = named
    else:
        return None
    uncertain = [] if error.type else [ENDS_EARLY]
    return Trace(error=error, format=NAME, origin=Origin(offset=start), uncertain=uncertain)


def _named_before(cursor: Cursor) -> tuple[int, tuple[str, str | None] | None]:
    """Where the error above the cursor's line starts, with its type and message."""
    heading = cursor.offset
    behind: list[str] = []
    for _ in range(_MOST_MESSAGE_LINES):
        if not cursor.back():
            break
        behind.append(cursor.line or "")
        if is_likely_error(behind[-1]) and (match := match_error("\n".join(reversed(behind)).rstrip())):
            return cursor.offset, (match["type"], match["message"])
    return heading, None


def _read_numbered(cursor: Cursor) -> Error:
    """Django's frames, and the error behind them."""
    frames: list[Frame] = []
    while (line := cursor.line) is not None and len(frames) < _MOST_FRAMES:
        if found := _FRAME.match(line):
            frames.append(Frame(function=found["function"], file=found["file"]))
        elif (found := _SOURCE.match(line)) and frames and frames[-1].line is None:
            frames[-1].line, frames[-1].source = to_number(found["line"]), found["source"].strip() or None
        elif line.strip():
            break
        cursor.advance()
    error = read_end(CursorLines(cursor, "")) or Error()
    error.frames = frames[::-1]
    return error
