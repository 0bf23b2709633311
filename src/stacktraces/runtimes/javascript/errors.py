"""An error from its header on: message, frames, and the errors among its properties."""

from __future__ import annotations

from ..._regex import regex
from ...cursor import Cursor
from ...model import Error
from .excerpts import SOURCE_KEPT, caret_column, pass_source_above
from .messages import CUT_MESSAGE, Message, Place, Reading, read_message
from .properties import read_properties
from .stacks import Stack
from .syntax import LABEL_OF_STACK

LEFT_OUT = "Frames that another stack has too are left out in the text."

_BUN_PROPERTY = regex(r" {1,40}[\w$]{1,80}: \S|[A-Z]\w{0,80} \{$")
_FRAMES_COLUMN = 4
"""Blanks before a frame, from the header's margin on, as V8 prints it."""


def read_error(cursor: Cursor, place: Place, reading: Reading) -> Error:
    """The error whose header is on the cursor's line; the cursor is left behind its frames and properties."""
    header = place.header
    cursor.advance()
    if not header.bracketed:
        return read_below_header(cursor, Message(header.message, place.margin), place, reading)
    error = Error(type=header.type, message=header.message)
    if header.opens:
        read_properties(cursor, error, place.margin, reading, read_error)
    return error


def read_below_header(cursor: Cursor, message: Message, place: Place, reading: Reading) -> Error:
    """The error of which ``message`` holds what was read of its message; without frames and no move, where
    none follow."""
    error = Error(type=place.header.type)
    here = cursor.offset
    error.message = "\n".join(message.lines) or None
    stack = read_message(cursor, message, place, reading)
    if stack is None:
        cursor.seek(here)
        return error
    source = _set_message(error, message, reading)
    if stack.opens:
        least = place.margin if reading.depth else 0
        read_properties(cursor, error, max(stack.indent - _FRAMES_COLUMN, least), reading, read_error)
    finish(error, stack, reading)
    if source is not None:
        _set_source(error, *source)
    return error


def finish(error: Error, stack: Stack, reading: Reading) -> None:
    """Give ``error`` the frames of ``stack``, with those that its cause has too."""
    if error.cause is not None:
        stack.fill(error.cause.frames)
    if stack.has_gaps:
        reading.note(LEFT_OUT)
    if stack.dropped:
        reading.note(f"{stack.dropped:,} frames in the middle of a stack were left out.")
    error.frames = stack.frames()


def _set_message(error: Error, message: Message, reading: Reading) -> tuple[str, int] | None:
    """Give ``error`` its message without what else stands above the frames: a source line with its column."""
    lines = message.lines
    source = None
    if reading.printer == "bun":
        lines = _without_properties(lines)
    elif reading.printer != "node":
        end = max(pass_source_above(lines), int(message.has_first))
        if end + 2 <= len(lines) and (column := caret_column(lines[end + 1])) is not None:
            source = lines[end], column
        lines = lines[:end]
        if lines and lines[-1].strip() == LABEL_OF_STACK:
            lines = lines[:-1]
    if message.cut:
        reading.note(CUT_MESSAGE)
    error.message = "\n".join(lines).rstrip() or None
    return source


def _without_properties(lines: list[str]) -> list[str]:
    """Bun prints an error's properties below its message, and a blank line below them."""
    if not lines or lines[-1].strip() not in ("", "}"):
        return lines
    end = next((at for at, line in enumerate(lines) if at and _BUN_PROPERTY.match(line)), len(lines))
    return lines[:end]


def _set_source(error: Error, source: str, column: int) -> None:
    """Give the frame in the caret's column the source line: Deno does not say which one it is of."""
    for frame in error.frames:
        if frame.column == column and len(source) <= SOURCE_KEPT:
            frame.source = source.strip() or None
            return
