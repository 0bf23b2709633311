"""R's errors as the interpreter prints them.

=================================================================  ==========================================
line                                                               what comes next
=================================================================  ==========================================
``Error in price(prices, sku) : no price for plum``                ``Calls:``, ``In addition:``, the end
``Error in price(prices, sku) : ``                                 the message, two blanks further in
``Error: no price for plum``                                       the same; only before ``Execution halted``
``Calls: main -> total ... price``                                 the names of the calls, outermost first
``In addition: Warning message:``                                  a warning that was not printed yet
``Execution halted``                                               the end
``5: price(prices, sku) at orders.R#8``                            what ``traceback()`` prints: calls
``<simpleError in price(prices, sku): no price for plum>``         the end
``Warning: Error in price: no price for plum``                     Shiny's stack
``Error in `price()`:`` (rlang)                                    see :mod:`.conditions`
=================================================================  ==========================================

Nothing marks where a message ends but ``Execution halted``: up to there, but for the last line of calls and
what was added, all is the message's.
"""

from __future__ import annotations

from itertools import pairwise
from sys import intern

from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Frame, Origin, Trace
from .. import starts_trace
from .conditions import read_conditions, step_to_condition
from .printed import read_crash, read_test, reader_of
from .stacks import Calls, is_call, read_shiny, read_traceback
from .syntax import (
    CALLS,
    HALTED,
    IN_ADDITION,
    LONGEST_MESSAGE,
    frames_of_calls,
    function_of,
    header_at,
    match_condition,
    match_header,
    match_shiny,
)

NAME = "r"
_ERROR = "Error: "
_INDENT = "  "
_LOOK_BACK = 60
_LOOK_AHEAD = 60
_MOST_ADDED = 20
_PROMPTS = ("> traceback", "traceback(")


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    trace = _read(cursor, cursor.line or "")
    if trace is not None and cursor.cut:
        trace.uncertain.append("A line was cut: it is longer than 1 MiB.")
    return trace


def _read(cursor: Cursor, line: str) -> Trace | None:
    if line.strip() == HALTED:
        return _read_before_end(cursor)
    if (kind := reader_of(line)) is not None:
        return read_crash(cursor, NAME) if kind == "crash" else read_test(cursor, NAME)
    if step_to_condition(cursor, line):
        return read_conditions(cursor, NAME)
    start = cursor.offset
    if shiny := match_shiny(line):
        cursor.advance()
        calls = read_shiny(cursor)
        error = Error(type="Error", message=shiny["message"], frames=calls.frames)
        return _trace(start, error, calls.left_out) if calls.frames else None
    if condition := match_condition(line):
        cursor.advance()
        frame = Frame(function=function_of(condition["call"]), id=1)
        message = condition["message"][:LONGEST_MESSAGE]
        return _trace(start, Error(type=intern(condition["type"]), message=message, frames=[frame]))
    at = header_at(line)
    found = match_header(line[at:]) if at >= 0 else None
    return _read_error(cursor, start, found["call"], found["message"]) if found is not None else None


def _read_before_end(cursor: Cursor) -> Trace | None:
    """``Error: message`` above ``Execution halted``, which the cursor is on."""
    for _ in range(_LOOK_BACK):
        if not cursor.back():
            return None
        line = cursor.line or ""
        at = line.find(_ERROR)
        if at == 0 or (at > 0 and starts_record(line)):
            return _read_error(cursor, cursor.offset, None, line[at + len(_ERROR) :])
        if starts_record(line) or line.strip() == HALTED:
            return None
    return None


def _read_error(cursor: Cursor, start: int, call: str | None, text: str) -> Trace | None:
    cursor.advance()
    lines = [text] if text.strip() else []
    names: str | None = None
    added: list[str] = []
    rest = _rest_before_end(cursor)
    if rest is None:
        lines += _indented(cursor, alone=not lines)
        if (cursor.line or "").startswith(CALLS):
            names = cursor.line
            cursor.advance()
    else:
        ends = [at for at, each in enumerate(rest) if each.startswith(IN_ADDITION)]
        if ends:
            rest, added = rest[: ends[-1]], rest[ends[-1] :]
        if rest and rest[-1].startswith(CALLS):
            names = rest.pop()
        lines += rest
    lines = [each.removeprefix(_INDENT) for each in lines] if not text.strip() else lines
    error = Error(type="Error", message="\n".join(lines).rstrip()[:LONGEST_MESSAGE] or None)
    if added:
        error.notes = ["\n".join(added)]
    calls = _traceback(cursor)
    if calls.frames:
        error.frames = calls.frames
    elif names is not None:
        error.frames = frames_of_calls(names)
    elif call is not None:
        error.frames = [Frame(function=function_of(call), id=1)]
    return _trace(start, error, calls.left_out)


def _rest_before_end(cursor: Cursor) -> list[str] | None:
    """The lines before ``Execution halted``, behind which the cursor is left; ``None`` without it."""
    here = cursor.offset
    lines: list[str] = []
    for _ in range(_LOOK_AHEAD):
        line = cursor.line
        if line is None or starts_record(line):
            break
        cursor.advance()
        if line.strip() == HALTED:
            if any(starts_trace(each, following, but=NAME) for each, following in pairwise([*lines, ""])):
                break
            return lines
        if is_call(line):
            break
        lines.append(line)
    cursor.seek(here)
    return None


def _indented(cursor: Cursor, *, alone: bool) -> list[str]:
    """The lines of a message that starts below its header, if it does."""
    lines: list[str] = []
    while alone and len(lines) < _LOOK_AHEAD and (cursor.line or "").startswith(_INDENT):
        lines.append(cursor.line or "")
        cursor.advance()
    return lines


def _traceback(cursor: Cursor) -> Calls:
    """The calls that ``traceback()`` prints from the cursor on, perhaps below the words that called it."""
    here = cursor.offset
    if (cursor.line or "").startswith(_PROMPTS):
        cursor.advance()
    calls = read_traceback(cursor) if is_call(cursor.line or "") else Calls()
    if not calls.frames:
        cursor.seek(here)
    return calls


def _trace(start: int, error: Error, left_out: int = 0) -> Trace:
    trace = Trace(error=error, format=NAME, origin=Origin(offset=start))
    if left_out:
        trace.uncertain.append(f"{left_out} frames of a long stack are not here.")
    return trace
