"""Julia's errors.

=============================================================  ==============================================
line                                                           what comes next
=============================================================  ==============================================
``ERROR: LoadError: KeyError: key "plum" not found``           more of the message, ``Stacktrace:``
``ERROR: no price for plum``                                   the same, of an error without a type
``┌ Error: order 17 failed``, ``│   exception =`` (a logger)   the error, a bar before each line
``Stacktrace:``                                                frames
`` [1] price(prices::Dict{String, Int64}, sku::String)``       the frame's place, or the next frame
``   @ Main /srv/shop/orders.jl:3``                            the next frame
`` [1] price(::Dict) at /srv/shop/orders.jl:3`` (to 1.5)       the next frame
`` [2] f(n::Int64) (repeats 9 times)``                         the frame's place
`` --- the last 2 lines are repeated 3990 more times ---``     the next frame
``in expression starting at /srv/shop/orders.jl:12``           the file that was being run; a cause
``caused by: BoundsError: …``                                  the cause's message and stack
``    nested task error: KeyError: …``                         a task's error, further in
=============================================================  ==============================================
"""

from __future__ import annotations

import re
from sys import intern

import msgspec

from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Origin, Trace
from .. import starts_trace
from .stacks import is_frame, read_frames

NAME = "julia"
HEADING = "Stacktrace:"
_ERROR = regex(r"(?:.{0,300}?[ \t\]])?ERROR: (?P<text>\S.*)\Z")
_LOAD_ERROR = regex(r"(?:LoadError: |InitError: )*+")
_NAME = r"(?P<type>[A-Z]\w*+(?:\.\w++)*+)(?:(?<=Error)|(?<=Exception)|(?<=Failed))"
_TYPED = regex(rf"{_NAME}(?:\{{[^\n:]{{0,300}}\}})?(?::[ \n]?| (?=with )|\Z)(?P<message>.*)\Z", re.DOTALL)
# OrderError("A", 17), as an error without a text of its own is printed.
_SHOWN = regex(rf"{_NAME}\((?P<message>.*)\)\Z", re.DOTALL)
_EXCEPTION = "exception ="
_CAUSED_BY = "caused by: "
_NESTED = "nested task error: "
_EXPRESSION = "in expression starting at "
_MORE = "...and "
_LOGGED = "┌ "
_LOOK_BACK = 100
_MOST_CAUSES = 50
_MESSAGE_LINES = 100
_LONGEST_MESSAGE = 1 << 16


class _Open(msgspec.Struct):
    """An error whose stack may still come."""

    error: Error
    indent: int
    """How far its lines stand in."""
    lines: list[str]
    """Of its message."""


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    line = cursor.line or ""
    if not _ERROR.match(line):
        if _text_of(line).strip() != HEADING or not _step_to_header(cursor):
            return None
    elif _step_ahead(cursor) is None:
        return None
    header = cursor.offset
    preamble = _step_to_record(cursor)
    start = cursor.offset
    cursor.seek(header)
    reading = _Reading(cursor)
    trace = Trace(error=reading.read(), format=NAME, origin=Origin(offset=start), preamble=preamble)
    if not trace.error.frames and trace.error.cause is None:
        return None
    if reading.left_out:
        trace.uncertain.append(f"{reading.left_out} frames of a long stack are not here.")
    if cursor.cut:
        trace.uncertain.append("A line was cut: it is longer than 1 MiB.")
    return trace


def _text_of(line: str) -> str:
    """``line`` without the bar that the logger puts before it."""
    return line[1:] if line.startswith("│") else line


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(" "))


def _step_to_header(cursor: Cursor) -> bool:
    """Go back from a stack's heading to the first line of the error; False where there is none."""
    for _ in range(_LOOK_BACK):
        if not cursor.back():
            return False
        line = cursor.line or ""
        if _ERROR.match(line) or _EXCEPTION in line:
            return True
        if starts_record(line) or is_frame(_text_of(line)):
            return False
    return False


def _step_to_record(cursor: Cursor) -> list[str]:
    """Go to the first line of what the logger printed, if the cursor is in it; gives that line."""
    here = cursor.offset
    for _ in range(_LOOK_BACK):
        if not (cursor.line or "").startswith("│") or not cursor.back():
            break
        if (cursor.line or "").startswith(_LOGGED):
            return [cursor.line or ""]
    cursor.seek(here)
    return []


def _step_ahead(cursor: Cursor) -> int | None:
    """Where the heading stands that belongs to the error on the cursor's line; ``None`` for nowhere."""
    here = cursor.offset
    found = None
    for _ in range(_MESSAGE_LINES):
        cursor.advance()
        line = cursor.line
        if line is None or starts_record(line) or _ERROR.match(line):
            break
        if _text_of(line).strip() == HEADING or line.startswith(_EXPRESSION):
            found = cursor.offset
            break
    cursor.seek(here)
    return found


class _Reading:
    """Reads one error with all that is printed as part of it."""

    def __init__(self, cursor: Cursor) -> None:
        self.left_out = 0
        self._cursor = cursor
        self._open: list[_Open] = []
        """Errors within errors, the outermost first."""
        self._errors: list[_Open] = []

    def read(self) -> Error:
        """The error whose first line the cursor is on, which is left behind it."""
        first = self._first()
        self._begin(first[0], first[1])
        while self._cursor.line is not None and self._read_line():
            pass
        for each in self._errors:
            _finish(each)
        return self._errors[0].error

    def _first(self) -> tuple[str, int]:
        """The text of the error and how far its lines stand in; goes behind that line."""
        cursor = self._cursor
        line = cursor.line or ""
        if found := _ERROR.match(line):
            cursor.advance()
            return _LOAD_ERROR.sub("", found["text"], count=1), 0
        text = line.partition(_EXCEPTION)[2].strip()
        cursor.advance()
        if text:
            return text, _indent(_text_of(cursor.line or ""))
        text = _text_of(cursor.line or "")
        cursor.advance()
        return text.strip(), _indent(text)

    def _begin(self, text: str, indent: int) -> None:
        begun = _Open(Error(), indent, [text])
        self._open.append(begun)
        self._errors.append(begun)

    def _read_line(self) -> bool:
        """Take the cursor's line; False where the error ended before it."""
        cursor = self._cursor
        line = cursor.line or ""
        text = _text_of(line)
        words = text.strip()
        if line.startswith("└"):
            cursor.advance()
            return False
        if words == HEADING:
            self._read_stack(_indent(text))
        elif words.startswith(_NESTED) and len(self._errors) < _MOST_CAUSES:
            self._begin_within(words.removeprefix(_NESTED), _indent(text), nested=True)
        elif words.startswith(_CAUSED_BY) and len(self._errors) < _MOST_CAUSES:
            self._begin_within(words.removeprefix(_CAUSED_BY), _indent(text), nested=False)
        elif words.startswith((_EXPRESSION, _MORE)):
            cursor.advance()
        elif not self._open[-1].error.frames or not words:
            return self._read_text(line, text, words)
        else:
            return False
        return True

    def _read_stack(self, indent: int) -> None:
        while len(self._open) > 1 and self._open[-1].indent > indent:
            self._open.pop()
        self._cursor.advance()
        frames, left_out = read_frames(self._cursor, _text_of)
        self._open[-1].error.frames = self._open[-1].error.frames or frames
        self.left_out += left_out

    def _begin_within(self, text: str, indent: int, *, nested: bool) -> None:
        while len(self._open) > 1 and self._open[-1].indent >= indent + (not nested):
            self._open.pop()
        outer = self._open[-1].error
        if not nested:
            self._open.pop()
        self._begin(text, indent)
        error = self._errors[-1].error
        if outer.cause is None:
            outer.cause, outer.cause_kind = error, "cause"
        else:
            outer.children.append(error)
        self._cursor.advance()

    def _read_text(self, line: str, text: str, words: str) -> bool:
        """Take a line of a message, or a blank one before what goes on; False for anything else."""
        if not line.startswith("│") and (starts_record(line) or starts_trace(line, but=NAME)):
            return False
        has_stack = bool(self._open[-1].error.frames)
        if _step_ahead(self._cursor) is None or (has_stack and not self._goes_on()):
            return False
        if not has_stack:
            self._open[-1].lines.append(text[self._open[-1].indent :])
        self._cursor.advance()
        return True

    def _goes_on(self) -> bool:
        """Whether another part of the error stands behind the blank line that the cursor is on."""
        following = _text_of(self._cursor.peek() or "").strip()
        return following.startswith((_NESTED, _CAUSED_BY, HEADING, _MORE))


def _finish(each: _Open) -> None:
    """Tell the type from the message."""
    tell_type(each.error, "\n".join(each.lines).rstrip()[:_LONGEST_MESSAGE])


def tell_type(error: Error, text: str) -> None:
    """Give ``error`` the type and the message of ``text``, what is printed of it above its stack."""
    found = _TYPED.match(text) or _SHOWN.match(text)
    if found is None:
        error.message = text or None
    else:
        error.type, error.message = intern(found["type"]), found["message"] or None
