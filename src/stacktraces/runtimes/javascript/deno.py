"""What Deno prints of an error that nobody caught: ``error: Uncaught (in promise) TypeError: boom``.

The members of an ``AggregateError`` stand below that line, four blanks in, with their causes; then the source
line and the caret; then the frames. Causes follow, and what Deno suggests to do.
"""

from __future__ import annotations

from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error
from .causes import read_causes
from .errors import read_below_header, read_error
from .frames import match_frame
from .headers import Header, find_header, find_weak_header
from .messages import Message, Place, Reading, indent_of
from .starts import Start
from .syntax import DENO_UNCAUGHT

_FRAMES_COLUMN = 4
_MEMBERS_KEPT = 100
_LOOK_AHEAD = 40
_VALUE_LINES = 200
_SUGGESTION = regex(r" {4}(?:info|hint|docs|fix): ")
_SUGGESTION_LINES = 40


def read_uncaught(cursor: Cursor, reading: Reading) -> tuple[Error, Start] | None:
    """The error whose header is on the cursor's line; ``None`` where it is no report of Deno's."""
    line = cursor.line or ""
    match = DENO_UNCAUGHT.match(line)
    if match is None:
        return None
    text = line[match.end() :]
    header = find_header(text)
    if header is None or not header.at_start:
        header = find_weak_header(text) or Header(None, text)
    start = Start(cursor.offset, header, cursor.offset)
    cursor.advance()
    reading.printer = "deno"
    message = Message(header.message, 0)
    members: list[Error] = []
    if (header.type or "").endswith("AggregateError"):
        members = _read_members(cursor, message, reading)
    error = read_below_header(cursor, message, Place(header, 0, _FRAMES_COLUMN), reading)
    error.children = members
    if not error.frames and header.type is None:
        _read_value(cursor, error)
    read_causes(cursor, error, reading)
    _pass_suggestions(cursor)
    return error, start


def _read_members(cursor: Cursor, message: Message, reading: Reading) -> list[Error]:
    """The members; the rest of the message, which stands before them, is added to ``message``."""
    members: list[Error] = []
    for _ in range(_LOOK_AHEAD):
        header = _member_header(cursor)
        if header is not None:
            break
        if match_frame(cursor.line or "") is not None or cursor.line is None:
            return []
        message.add(cursor.line or "")
        cursor.advance()
    while len(members) < _MEMBERS_KEPT and (header := _member_header(cursor)) is not None:
        place = Place(header, _FRAMES_COLUMN, 2 * _FRAMES_COLUMN)
        member = read_error(cursor, place, Reading(uncertain=reading.uncertain))
        read_causes(cursor, member, reading)
        members.append(member)
        while (line := cursor.line) and indent_of(line) == _FRAMES_COLUMN and not _is_of_list(cursor):
            cursor.advance()  # A member that is no error.
    return members


def _is_of_list(cursor: Cursor) -> bool:
    """Whether the cursor's line is another member's header, or a frame of the list's own error."""
    return match_frame(cursor.line or "") is not None or _member_header(cursor) is not None


def _member_header(cursor: Cursor) -> Header | None:
    """The header on the cursor's line, if frames four blanks further in follow it."""
    line = cursor.line or ""
    if indent_of(line) != _FRAMES_COLUMN:
        return None
    header = find_header(line)
    if header is None or not header.at_start:
        return None
    here = cursor.offset
    try:
        for _ in range(_LOOK_AHEAD):
            cursor.advance()
            found = match_frame(cursor.line or "")
            if found is not None:
                return header if found.indent == 2 * _FRAMES_COLUMN else None
            if cursor.line is None:
                break
        return None
    finally:
        cursor.seek(here)


def _read_value(cursor: Cursor, error: Error) -> None:
    """What was thrown and is no error: an object goes on to its closing brace."""
    if not (error.message or "").endswith(("{", "[")):
        return
    here = cursor.offset
    lines = [error.message or ""]
    for _ in range(_VALUE_LINES):
        line = cursor.line
        if line is None or starts_record(line):
            break
        lines.append(line)
        cursor.advance()
        if line.rstrip() in ("}", "]"):
            error.message = "\n".join(lines)
            return
    cursor.seek(here)


def _pass_suggestions(cursor: Cursor) -> None:
    here = cursor.offset
    if cursor.line == "":
        cursor.advance()
    if not _SUGGESTION.match(cursor.line or ""):
        cursor.seek(here)
        return
    for _ in range(_SUGGESTION_LINES):
        line = cursor.line or ""
        if indent_of(line) < _FRAMES_COLUMN:
            return
        cursor.advance()
