"""From the line of an anchor to a trace of JavaScript."""

from __future__ import annotations

from ..._regex import regex
from ...cursor import Cursor
from ...model import Context, Error, Frame, Origin, RelatedStack, Trace
from .commands import COMMAND_FAILED, read_failed_command
from .errors import Reading, finish, read_error
from .excerpts import Excerpt
from .frames import match_frame
from .headers import Header, find_header
from .properties import read_properties
from .stacks import read_stack
from .starts import Start, find_start
from .syntax import (
    CAUSED_BY,
    NODE_VERSION,
    SECOND_STACK,
    USE_TRACE_UNCAUGHT,
    pass_repeated_warning,
    pass_version,
)
from .thrown import read_thrown

NAME = "javascript"

_FRAMES_WITHOUT_HEADER = 2
"""Frames that make a trace where nothing names an error."""
_CAUSES_KEPT = 100
_REASON = regex(r"\} ?(?:reason|,)?:? (?P<reason>\S.*)$")
_THROWN_AT = "Thrown at:"


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    line = cursor.line
    if line is None:
        return None
    if match_frame(line) is not None:
        return _read_at_frame(cursor)
    if COMMAND_FAILED in line:
        reading = Reading(uncertain=[])
        failed = read_failed_command(cursor, _read_at_frame, reading)
        return _complete(cursor, *failed, reading) if failed is not None else None
    if USE_TRACE_UNCAUGHT.match(line) or NODE_VERSION.match(line):
        thrown = read_thrown(cursor)
        return _trace(cursor, *thrown, Reading(uncertain=[])) if thrown is not None else None
    return None


def _read_at_frame(cursor: Cursor) -> Trace | None:
    first_frame = cursor.offset
    whole = cursor.whole
    start = find_start(cursor)
    if start is None:
        cursor.seek(first_frame)
        return _read_frames_alone(cursor)
    reading = Reading(
        uncertain=[], uncaught=start.excerpt is not None, whole=whole, in_record=start.in_record
    )
    cursor.seek(start.header_offset)
    margin = _indent(cursor.line or "") if start.header.at_start else 0
    error = read_error(cursor, start.header, margin, reading)
    if not (error.frames or error.cause or error.children):
        return None
    if error.type is None and error.message is not None and error.message.endswith(_THROWN_AT):
        error.message = error.message.removesuffix(_THROWN_AT).rstrip()
    return _complete(cursor, error, start, reading)


def _complete(cursor: Cursor, error: Error, start: Start, reading: Reading) -> Trace:
    """The trace, with what is printed below the error's own lines."""
    _use_excerpt(error, start.excerpt)
    _read_causes(cursor, error, reading)
    _read_second_stacks(cursor, error, reading)
    _pass_copy(cursor, error)
    pass_repeated_warning(cursor)
    pass_version(cursor)
    return _trace(cursor, error, start, reading)


def _trace(cursor: Cursor, error: Error, start: Start, reading: Reading) -> Trace:
    if cursor.cut:
        reading.note("A line was cut: it is longer than 1 MiB.")
    return Trace(
        error=error,
        format=NAME,
        origin=Origin(offset=start.offset),
        context=Context(pid=start.header.pid),
        preamble=[start.excerpt.place] if start.excerpt is not None else [],
        uncertain=reading.uncertain,
    )


def _read_frames_alone(cursor: Cursor) -> Trace | None:
    """A stack that was printed without its header."""
    origin = Origin(offset=cursor.offset)
    stack = read_stack(cursor)
    if stack is None or len(stack.frames()) < _FRAMES_WITHOUT_HEADER:
        return None
    reading = Reading(uncertain=[])
    error = Error()
    finish(error, stack, reading)
    return Trace(error=error, format=NAME, origin=origin, uncertain=reading.uncertain)


def _use_excerpt(error: Error, excerpt: Excerpt | None) -> None:
    """Give the frame at the excerpt's place its source line.

    A ``SyntaxError`` is thrown by what reads the file: only the excerpt says where in it.
    """
    if excerpt is None:
        return
    for frame in error.frames:
        if frame.line == excerpt.line and frame.file == excerpt.file:
            frame.source = excerpt.source
            return
    if error.type == "SyntaxError" and not excerpt.file.startswith(("node:", "<")):
        error.frames.insert(0, Frame(file=excerpt.file, line=excerpt.line, source=excerpt.source))


def _read_causes(cursor: Cursor, error: Error, reading: Reading) -> None:
    """The causes that Deno prints below an error, each with frames of its own."""
    for _ in range(_CAUSES_KEPT):
        line = cursor.line or ""
        match = CAUSED_BY.match(line)
        if match is None:
            return
        here = cursor.offset
        text = line[match.end() :]
        header = find_header(text) or Header(None, text)
        cause = read_error(cursor, header, _indent(line), reading)
        if not cause.frames:
            cursor.seek(here)
            return
        error.cause, error.cause_kind = cause, "cause"
        error = cause


def _read_second_stacks(cursor: Cursor, error: Error, reading: Reading) -> None:
    """Where the error was emitted or thrown, which Node prints below the stack of where it was made."""
    while (line := cursor.line) is not None and SECOND_STACK.match(line):
        here = cursor.offset
        cursor.advance()
        stack = read_stack(cursor)
        if stack is None:
            cursor.seek(here)
            return
        stack.fill(error.frames)
        error.related.append(RelatedStack(title=line.strip(), frames=stack.frames()))
        if stack.opens:
            read_properties(cursor, error, stack.indent - 4, reading, read_error)


def _pass_copy(cursor: Cursor, error: Error) -> None:
    """Pass the reason of a rejection where the promise, printed before it, has shown it already."""
    match = _REASON.match(cursor.line or "")
    if match is None:
        return
    here = cursor.offset
    header = find_header(match["reason"])
    if header is not None and header.type == error.type:
        copy = read_error(cursor, header, 0, Reading(uncertain=[]))
        if copy.message == error.message and copy.frames == error.frames:
            return
    cursor.seek(here)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
