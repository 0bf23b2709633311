"""Python's errors that a program names in its own words before it lists their frames, in Python's order.

==========  ==========================================================  ==============================
line        sample                                                      what comes next
==========  ==========================================================  ==============================
record      ``[…] ERROR - Task failed with exception`` (Airflow 3)      error
error       ``ValueError: no rows``                                     message, blank, frame
frame       ``File "/srv/dag.py", line 17 in load``                     blank, frame, error (a cause)
error       ``NameError: name 'x' is not defined:`` (SCons)             frame
frame       ``  File "/srv/SConstruct", line 3:``                       source, frame
type        ``- **Exception Type:** ValueError`` (ComfyUI's report)     message
message     ``- **Exception Message:** no rows``                        message, heading
heading     ``## Stack Trace``                                          fence, frame
type        ``Exception has occurred: KeyError`` (VS Code)              message, frame
==========  ==========================================================  ==============================
"""

from __future__ import annotations

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Error, Frame, Origin, Trace
from ..frames import FRAME, read_frames
from ..lines import CursorLines
from ..records import starts_record
from ..syntax import is_likely_error, match_error

NAME = "python_listed_frames"

_FAILED = "Task failed with exception"
_HEADING = "## Stack Trace"
_OCCURRED = regex(r"Exception has occurred: (?P<type>[\w.]{1,200})(?:\s+\(note: .{0,300})?\s*$")
_MODULE = "<module>"
_TYPE = regex(r"- \*\*Exception Type:\*\*\s(?P<type>[\w.]{1,200})\s*$")
_MESSAGE = regex(r"- \*\*Exception Message:\*\*\s?(?P<message>.*)$")
_NEXT_ITEM = ("- **", "#")
_FENCE = "```"
_FRAME = regex(r'\s{0,8}File "(?P<file>[^"]{1,4096})", line (?P<line>\d{1,9}) in (?P<function>\S.{0,1000})$')
_PLACE = regex(r'  File "(?P<file>[^"]{1,4096})", line (?P<line>\d{1,9}):$')
_SOURCE = "    "
_MOST_MESSAGE_LINES = 40
_MOST_LINES = 1000
_MOST_LINES_BACK = 60
"""Lines above an anchor in which the error stands; places above it may hold none."""
_LINKS_KEPT = 100


def read(cursor: Cursor) -> Trace | None:
    """The error that the cursor's line is a part of; see :data:`stacktraces.runtimes.Reader`."""
    line = cursor.line or ""
    if _PLACE.match(line):
        return _read_places(cursor)
    if line.startswith(_HEADING):
        return _read_report(cursor)
    if found := _OCCURRED.match(line):
        return _read_shown(cursor, found["type"])
    return _read_named(cursor) if _FAILED in line else None


def _read_named(cursor: Cursor) -> Trace | None:
    """Airflow's: errors with their frames, each the cause of the one before it."""
    cursor.advance()
    origin = Origin(offset=cursor.offset)
    outermost: Error | None = None
    last: Error | None = None
    for _ in range(_LINKS_KEPT):
        error = _read_link(cursor)
        if error is None:
            break
        if last is None:
            outermost = error
        else:
            last.cause, last.cause_kind = error, "cause"
        last = error
    return Trace(error=outermost, format=NAME, origin=origin) if outermost is not None else None


def _read_link(cursor: Cursor) -> Error | None:
    """One error and its frames; no move where there are none."""
    here = cursor.offset
    message: list[str] = []
    while (line := cursor.line) is not None and len(message) < _MOST_MESSAGE_LINES and not _FRAME.match(line):
        if starts_record(line):
            break
        if message or line.strip():
            message.append(line)
        cursor.advance()
    match = match_error("\n".join(message).rstrip())
    frames: list[Frame] = []
    while match is not None and (line := cursor.line) is not None and len(frames) < _MOST_LINES:
        if found := _FRAME.match(line):
            number = to_number(found["line"])
            frames.append(Frame(function=found["function"], file=found["file"], line=number))
        elif line.strip():
            break
        cursor.advance()
    if match is None or not frames:
        cursor.seek(here)
        return None
    return Error(type=match["type"], message=match["message"], frames=frames[::-1])


def _read_places(cursor: Cursor) -> Trace | None:
    """SCons': the error, then places without functions."""
    if not _go_to_error(cursor):
        return None
    origin = Origin(offset=cursor.offset)
    message: list[str] = []
    while (line := cursor.line) is not None and not _PLACE.match(line):
        message.append(line)
        cursor.advance()
    match = match_error("\n".join(message).rstrip().removesuffix(":"))
    frames: list[Frame] = []
    while (found := _PLACE.match(cursor.line or "")) and len(frames) < _MOST_LINES:
        frame = Frame(file=found["file"], line=to_number(found["line"]))
        cursor.advance()
        if (cursor.line or "").startswith(_SOURCE):
            frame.source = (cursor.line or "").strip() or None
            cursor.advance()
        frames.append(frame)
    if match is None:
        return None
    error = Error(type=match["type"], message=match["message"], frames=frames[::-1])
    return Trace(error=error, format=NAME, origin=origin)


def _go_to_error(cursor: Cursor) -> bool:
    """Go back to the line that names the error whose place the cursor is on."""
    in_message = 0
    for _ in range(_MOST_LINES_BACK):
        if not cursor.back():
            return False
        line = cursor.line or ""
        if not in_message and (_PLACE.match(line) or line.startswith(_SOURCE)):
            continue
        if not in_message and not line.rstrip().endswith(":"):
            return False
        if is_likely_error(line):
            return True
        in_message += 1
        if in_message > _MOST_MESSAGE_LINES:
            return False
    return False


def _read_report(cursor: Cursor) -> Trace | None:
    """ComfyUI's: a list of what is known of the error, and its frames below a heading."""
    heading = cursor.offset
    kind, message, start = _named_above(cursor)
    cursor.seek(heading)
    cursor.advance()
    while (line := cursor.line) is not None and (not line.strip() or line.startswith(_FENCE)):
        cursor.advance()
    if FRAME.match(cursor.line or "") is None:
        return None
    stack = read_frames(CursorLines(cursor, ""))
    error = Error(type=kind, message=message, frames=stack.innermost_first())
    return Trace(error=error, format=NAME, origin=Origin(offset=heading if start is None else start))


def _read_shown(cursor: Cursor, kind: str) -> Trace | None:
    """VS Code's: type, message and frames, of which the module's own is the outermost wherever it stands."""
    origin = Origin(offset=cursor.offset)
    message: list[str] = []
    cursor.advance()
    while (line := cursor.line) is not None and len(message) < _MOST_MESSAGE_LINES and not FRAME.match(line):
        message.append(line)
        cursor.advance()
    lines = CursorLines(cursor, "")
    frames = read_frames(lines).innermost_first()
    if not frames:
        return None
    named = match_error(lines.line or "")
    is_named_again = named is not None and named["type"].rpartition(".")[2] == kind.rpartition(".")[2]
    if frames[0].function == _MODULE != frames[-1].function:
        frames.reverse()
    error = Error(type=kind, message="\n".join(message).strip() or None, frames=frames)
    if is_named_again:
        cursor.advance()
    return Trace(error=error, format=NAME, origin=origin)


def _named_above(cursor: Cursor) -> tuple[str | None, str | None, int | None]:
    """The error's type and message, and where the line of the type starts."""
    behind: list[str] = []
    message: str | None = None
    for _ in range(_MOST_MESSAGE_LINES):
        if not cursor.back():
            break
        line = cursor.line or ""
        if found := _MESSAGE.match(line):
            message = "\n".join([found["message"], *reversed(behind)]).strip() or None
        elif found := _TYPE.match(line):
            return found["type"].rpartition("builtins.")[2], message, cursor.offset
        behind = [] if line.startswith(_NEXT_ITEM) else [*behind, line]
    return None, None, None
