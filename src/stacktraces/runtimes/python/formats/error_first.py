"""Python's errors as services print them: the error first, then its frames in Python's order.

Azure Functions, Dagster and Snakemake print so.

==========  ===============================================================  ======================
line        sample                                                           what comes next
==========  ===============================================================  ======================
error       ``Exception: KeyError: 'x'`` (Azure), ``KeyError: 'x'``          message, blank, stack
stack       ``Stack:   File "/srv/app.py", line 3, in f`` (Azure)            source, frame
stack       ``Stack Trace:`` (Dagster)                                       frame
error       ``KeyError in file "/srv/Snakefile", line 8:`` (Snakemake)       message, frame
frame       ``  File "/srv/app.py", line 3, in f``; older versions put a     source, frame, chain
            comma before it
chain       ``The above exception was caused by the following exception:``   error
==========  ===============================================================  ======================
"""

from __future__ import annotations

from ...._regex import regex
from ....cursor import Cursor
from ....model import CauseKind, Error, Frame, Origin, Trace
from ..frames import FRAME, read_frames
from ..lines import CursorLines, Members
from ..messages import ENDS_EARLY
from ..syntax import is_likely_error, match_error, skip_blank

NAME = "python_error_first"

_AZURE = "Stack: "
_DAGSTER = "Stack Trace:"
_AZURE_ERROR = "Exception: "
_SNAKEMAKE = regex(r'(?P<type>[^\W\d][\w.]{0,199}) in file "[^"]{1,400}", line \d{1,9}:$')
_CHAIN: dict[str, CauseKind] = {
    "The above exception was caused by the following exception:": "cause",
    "The above exception occurred during handling of the following exception:": "context",
}
_COMMA_FRAME = regex(r',(?=  File ")')
_MOST_MESSAGE_LINES = 40
_LINKS_KEPT = 100


class _FrameLines:
    """Lines of frames without what these services put before some."""

    def __init__(self, cursor: Cursor) -> None:
        self.whole = False
        self._lines = CursorLines(cursor, "")

    @property
    def line(self) -> str | None:
        line = self._lines.line
        if line is None:
            return None
        if line.startswith(_AZURE) and FRAME.match(line[len(_AZURE) :]):
            return line[len(_AZURE) :]
        return _COMMA_FRAME.sub("", line, count=1) if line[:1] == "," else line

    def advance(self) -> None:
        self._lines.advance()

    def mark(self) -> int:
        return self._lines.mark()

    def reset(self, mark: int) -> None:
        self._lines.reset(mark)

    def members(self) -> Members | None:
        return None

    def plain_frames(self) -> list[Frame]:
        return []


def read(cursor: Cursor) -> Trace | None:
    """The error whose stack starts on the cursor's line; see :data:`stacktraces.runtimes.Reader`."""
    if (headed := _SNAKEMAKE.match(cursor.line or "")) is not None:
        return _read_message_and_stack(cursor, headed["type"])
    is_azure = (cursor.line or "").startswith(_AZURE)
    if not is_azure and (cursor.line or "").rstrip() != _DAGSTER:
        return None
    stack = cursor.offset
    named = _go_to_error(cursor, is_azure=is_azure)
    origin = Origin(offset=cursor.offset if named else stack)
    cursor.seek(stack)
    lines = _FrameLines(cursor)
    outermost = _read_stack(lines, named)
    if outermost is None:
        return None
    error = outermost
    for _ in range(_LINKS_KEPT):
        kind, cause = _read_cause(lines)
        if cause is None:
            break
        error.cause, error.cause_kind = cause, kind
        error = cause
    return Trace(
        error=outermost,
        format=NAME,
        origin=origin,
        uncertain=[] if outermost.type else [ENDS_EARLY],
    )


def _read_message_and_stack(cursor: Cursor, kind: str) -> Trace | None:
    """The error of the type ``kind`` whose message starts behind the cursor's line."""
    origin = Origin(offset=cursor.offset)
    message: list[str] = []
    cursor.advance()
    while (line := cursor.line) is not None and len(message) < _MOST_MESSAGE_LINES and not FRAME.match(line):
        message.append(line)
        cursor.advance()
    stack = read_frames(CursorLines(cursor, ""))
    if not stack.count:
        return None
    error = Error(type=kind, message="\n".join(message) or None, frames=stack.innermost_first())
    return Trace(error=error, format=NAME, origin=origin)


def _go_to_error(cursor: Cursor, *, is_azure: bool) -> list[str] | None:
    """Go back to the line that names the error; gives the lines from there to the stack."""
    found: list[str] = []
    for _ in range(_MOST_MESSAGE_LINES):
        if not cursor.back():
            return None
        line = cursor.line or ""
        if is_azure and line.startswith(_AZURE_ERROR):
            return [line.removeprefix(_AZURE_ERROR), *reversed(found)]
        if not is_azure and (is_likely_error(line) or _heads_paragraph(cursor, line, found)):
            return [line, *reversed(found)]
        if line.startswith(("  File ", _DAGSTER)) or line.rstrip() in _CHAIN:
            return None
        found.append(line)
    return None


def _heads_paragraph(cursor: Cursor, line: str, behind: list[str]) -> bool:
    """Whether ``line`` is the first of the paragraph before the stack, and may be an error of any name."""
    match = match_error(line)
    if match is None or not all(each.strip() for each in behind[1:]):
        return False
    if not match["message"] and (any(map(str.strip, behind)) or "." not in match["type"]):
        return False
    before = cursor.peek(-1)
    return before is None or not before.strip() or before.rstrip() in _CHAIN


def _read_stack(lines: _FrameLines, named: list[str] | None) -> Error | None:
    if (lines.line or "").rstrip() == _DAGSTER:
        lines.advance()
    stack = read_frames(lines)
    if not stack.count:
        return None
    match = match_error("\n".join(named).rstrip()) if named else None
    frames = stack.innermost_first()
    if match is None:
        return Error(frames=frames)
    return Error(type=match["type"], message=match["message"], frames=frames)


def _read_cause(lines: _FrameLines) -> tuple[CauseKind | None, Error | None]:
    """The error behind a chain line; no move where none stands."""
    here = lines.mark()
    skip_blank(lines)
    kind = _CHAIN.get((lines.line or "").rstrip())
    if kind is not None:
        lines.advance()
        skip_blank(lines)
        named: list[str] = []
        while (line := lines.line) is not None and len(named) < _MOST_MESSAGE_LINES:
            if line.rstrip() == _DAGSTER or line.rstrip() in _CHAIN:
                break
            named.append(line)
            lines.advance()
        if (lines.line or "").rstrip() == _DAGSTER and (cause := _read_stack(lines, named)) is not None:
            return kind, cause
    lines.reset(here)
    return None, None
