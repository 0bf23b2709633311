"""Errors that a program or a framework logged: a line with type and message, then bare frames."""

from __future__ import annotations

import msgspec

from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame
from .above import find_above, first_of, named_on
from .printed import take_message
from .syntax import LEVELS, match_bare, match_place, starts_any_record

MOST_FRAMES = 1000
_MOST_BLANK = 2
_MOST_LINKS = 100
_MOST_MESSAGE = 40
"""Lines of a cause's message."""
_CAUSES = regex(r"\s*+(?:Causes|Caused by|Cause):\s*(?P<rest>.*)\Z")
_CLOSES = regex(r"(?P<text>.*)\):?\s*\Z")


class Logged(msgspec.Struct):
    """An error and where it starts."""

    error: Error
    start: int
    left_out: int = 0


def read_logged(cursor: Cursor) -> Logged | None:
    """The error of whose frames the first is on the cursor's line.

    ``None`` where the line is none, or where nothing above it tells of an error and it stands alone.
    """
    if match_bare(cursor.line or "") is None:
        return None
    before = cursor.peek(-1)
    if before is not None and match_bare(before) is not None:
        return None  # The first of these frames was asked for already.
    first = _step_over_places(cursor)
    found = find_above(cursor)
    cursor.seek(first)
    logged = Logged(found.error, found.start) if found else Logged(Error(), first)
    _read_frames(cursor, logged, logged.error.frames)
    if logged.error.type is None and len(logged.error.frames) < 2:
        return None
    if logged.error.message:
        first_line, *others = logged.error.message.split("\n")
        logged.error.message = first_line
        take_message(logged.error, others)
    _read_causes(cursor, logged)
    return logged


def _step_over_places(cursor: Cursor) -> int:
    """Go back to the first of the frames without names that stand above; where it starts."""
    first = cursor.offset
    for _ in range(_MOST_BLANK):
        if not cursor.back() or match_place(cursor.line or "") is None:
            break
        first = cursor.offset
    cursor.seek(first)
    return first


def _read_frames(cursor: Cursor, logged: Logged, frames: list[Frame]) -> None:
    while (line := cursor.line) is not None:
        frame = match_bare(line) or match_place(line)
        if levels := LEVELS.match(line):
            logged.left_out += int(levels["count"])
        elif frame is None:
            return
        elif len(frames) < MOST_FRAMES:
            frames.append(frame)
        else:
            logged.left_out += 1
        cursor.advance()


def _read_causes(cursor: Cursor, logged: Logged) -> None:
    link = logged.error
    for _ in range(_MOST_LINKS):
        here = cursor.offset
        _pass_blank(cursor)
        found = _CAUSES.match(cursor.line or "")
        if found is None:
            if link is logged.error or not _is_error_line(cursor.line or ""):
                cursor.seek(here)
                return
            text = cursor.line or ""
        elif not (text := found["rest"]):
            cursor.advance()
            text = cursor.line or ""
        cause = _read_named(cursor, text)
        _pass_blank(cursor)
        if cause is not None:
            _read_frames(cursor, logged, cause.frames)
        if cause is None or not (cause.frames or found):
            cursor.seek(here)
            return
        link.cause, link.cause_kind = cause, "cause"
        link = cause


def _read_named(cursor: Cursor, text: str) -> Error | None:
    """The error whose first line says ``text``; passes over its message's further lines."""
    cursor.advance()
    named = named_on(text)
    others, here = _lines_before_frame(cursor), cursor.offset
    if named is not None:
        if others is not None:
            _pass_lines(cursor, len(others))
        lines = [named["message"] or "", *(others or ())]
        return Error(type=named["type"], message="\n".join(lines).strip() or None)
    first = first_of(text)
    if first is None or not others or (closing := _CLOSES.match(others[-1])) is None:
        cursor.seek(here)
        return None
    _pass_lines(cursor, len(others))
    return Error(
        type=first["type"], message="\n".join([first["message"], *others[:-1], closing["text"]]).strip()
    )


def _lines_before_frame(cursor: Cursor) -> list[str] | None:
    """The lines from here up to a frame, without blank ones at their end; ``None`` where none comes."""
    here = cursor.offset
    lines: list[str] = []
    found: list[str] | None = None
    for _ in range(_MOST_MESSAGE):
        line = cursor.line
        if line is None or starts_any_record(line) or _CAUSES.match(line):
            break
        if match_bare(line) is not None or match_place(line) is not None:
            found = lines
            break
        lines.append(line)
        cursor.advance()
    cursor.seek(here)
    while found and not found[-1].strip():
        found.pop()
    return found


def _pass_lines(cursor: Cursor, count: int) -> None:
    for _ in range(count):
        cursor.advance()


def _is_error_line(line: str) -> bool:
    return not starts_any_record(line) and first_of(line) is not None


def _pass_blank(cursor: Cursor) -> None:
    for _ in range(_MOST_BLANK):
        if cursor.line is None or cursor.line.strip():
            return
        cursor.advance()
