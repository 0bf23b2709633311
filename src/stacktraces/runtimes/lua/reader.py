"""From ``stack traceback:`` to a trace: the message above, the stacks of coroutines below."""

from __future__ import annotations

import msgspec

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Frame, Origin, RelatedStack, Trace
from .hosts import read_hosted
from .syntax import (
    ABORTED,
    COROUTINE,
    FRAME_WITHIN,
    HEADING,
    LEVELS,
    NGINX,
    PLACE,
    PLACE_WITHIN,
    PROGRAM,
    TAIL_CALL,
    frame_from,
    match_frame,
)

NAME = "lua"
_LOOK_BACK = 60
_LOOK_AHEAD = 20
_MOST_FRAMES = 1000
_MOST_STACKS = 64
_LONGEST_MESSAGE = 1 << 16
_WITHOUT_STACK = regex(
    r"[^\s:]{0,500}lua[^\s:/]{0,20}+: "
    r"(?:\(error object is .{1,200}\)|.{1,500}:\d{1,9}: .* near (?:'.{0,400}'|<\w+>))\Z"
)


class _Stacks(msgspec.Struct):
    frames: list[Frame] = []
    related: list[RelatedStack] = []
    left_out: int = 0
    levels_unknown: bool = False


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    line = cursor.line
    if line is None:
        return None
    if line.strip() == HEADING:
        trace = _read_headed(cursor)
    elif HEADING in line:
        trace = _read_on_one_line(cursor, line)
    else:
        trace = read_hosted(cursor, line, NAME) or _read_without_stack(cursor, line)
    if trace is not None and cursor.cut:
        trace.uncertain.append("A line was cut: it is longer than 1 MiB.")
    return trace


def _read_headed(cursor: Cursor) -> Trace | None:
    heading = cursor.offset
    if not _at_stack(cursor):
        return None
    cursor.seek(heading)
    message, start = _step_to_message(cursor)
    cursor.seek(heading)
    stacks = _read_stacks(cursor)
    # A message may hold what looks like a stack: the last one is the error's.
    further = _message_behind(cursor) if message is not None else None
    while further is not None:
        message = f"{message}\n{_between(cursor, heading, further)}"[:_LONGEST_MESSAGE]
        heading = further
        cursor.seek(heading)
        stacks = _read_stacks(cursor)
        further = _message_behind(cursor)
    return _trace(start, message, stacks)


def _at_stack(cursor: Cursor) -> bool:
    """Whether a frame follows the heading that the cursor is on."""
    following = cursor.peek() or ""
    if COROUTINE.match(following):
        following = cursor.peek(2) or ""
    return match_frame(following) is not None


def _between(cursor: Cursor, heading: int, further: int) -> str:
    """The lines from one heading to another, which are a message's."""
    text: list[str] = []
    cursor.seek(heading)
    while cursor.offset < further and cursor.line is not None:
        text.append(cursor.line)
        cursor.advance()
    return "\n".join(text)


def _message_behind(cursor: Cursor) -> int | None:
    """Where the next stack starts, if what is between can only be the rest of a message; no move."""
    here = cursor.offset
    found: int | None = None
    for number in range(_LOOK_AHEAD):
        line = cursor.line
        if line is None or starts_record(line) or _is_header(line):
            break
        if line.strip() == HEADING and number and _at_stack(cursor):
            found = cursor.offset
            break
        cursor.advance()
    cursor.seek(here)
    return found


def _is_header(line: str) -> bool:
    program = PROGRAM.match(line)
    return PLACE.match(line) is not None or (program is not None and program["program"] is not None)


def _without_program(line: str) -> str:
    """``line`` without the name of the program that printed it."""
    found = PROGRAM.match(line)
    return found["message"] if found else line


def _step_to_message(cursor: Cursor) -> tuple[str | None, int]:
    """The message above the heading that the cursor is on, and where its first line starts."""
    heading = cursor.offset
    below: list[str] = []
    nearest: tuple[str, int] | None = None
    for _ in range(_LOOK_BACK):
        if not cursor.back():
            break
        line = cursor.line or ""
        if starts_record(line):
            return "\n".join([_message_of_record(line), *below[::-1]])[:_LONGEST_MESSAGE], cursor.offset
        if _is_header(line):
            return "\n".join([_without_program(line), *below[::-1]])[:_LONGEST_MESSAGE], cursor.offset
        if match_frame(line) is not None:
            break
        below.append(line)
        if nearest is None and line.strip():
            nearest = line, cursor.offset
    if nearest is not None and nearest[1] < heading:
        return nearest[0].strip(), nearest[1]
    return None, heading


def _message_of_record(line: str) -> str:
    """What a log record says of the error: nginx has words before it."""
    nginx = NGINX.match(line)
    text: str = nginx["message"] if nginx else line
    aborted = ABORTED.search(text)
    if aborted is not None and aborted.end() < len(text):
        text = text[aborted.end() :]
    place = PLACE_WITHIN.search(text)
    return text[place.start() :] if place is not None else text


def _read_stacks(cursor: Cursor) -> _Stacks:
    """The stacks below the heading that the cursor is on; passes over them."""
    stacks = _Stacks()
    cursor.advance()
    frames = stacks.frames
    while (line := cursor.line) is not None:
        found = match_frame(line)
        if found is not None:
            if len(frames) < _MOST_FRAMES:
                frames.append(found[0])
            else:
                stacks.left_out += 1
            if found[1]:
                cursor.advance()
                break
        elif title := COROUTINE.match(line):
            if stacks.frames and len(stacks.related) < _MOST_STACKS:
                stacks.related.append(RelatedStack(title=title["title"]))
                frames = stacks.related[-1].frames
        elif levels := LEVELS.match(line):
            stacks.left_out += to_number(levels["count"]) or 0 if levels["count"] else 0
            stacks.levels_unknown = stacks.levels_unknown or levels["count"] is None
        elif line.strip() == HEADING and _at_stack(cursor) and len(stacks.related) < _MOST_STACKS:
            # An error that was raised again with its stack in the message.
            stacks.related.append(RelatedStack(title=HEADING[:-1]))
            frames = stacks.related[-1].frames
        elif not TAIL_CALL.match(line):
            break
        cursor.advance()
    return stacks


def _trace(start: int, message: str | None, stacks: _Stacks) -> Trace:
    error = Error(message=message and message.rstrip("\n"), frames=stacks.frames, related=stacks.related)
    _take_place(error)
    trace = Trace(error=error, format=NAME, origin=Origin(offset=start))
    if stacks.left_out:
        trace.uncertain.append(f"{stacks.left_out} frames of a long stack are not here.")
    elif stacks.levels_unknown:
        trace.uncertain.append("Lua left out frames of a long stack.")
    return trace


def _take_place(error: Error) -> None:
    """Take from the message the place that a frame has as well; without any frame, make it one."""
    first, newline, others = (error.message or "").partition("\n")
    place = PLACE.match(first)
    if (behind := _behind_words(first, error)) is not None:
        error.message = behind + newline + others
        return
    if place is None:
        return
    line = to_number(place["line"])
    known = any(frame.file == place["file"] and frame.line == line for frame in error.frames)
    if known or not error.frames:
        error.message = place["message"] + newline + others
    if not error.frames:
        error.frames = [Frame(file=place["file"], line=line)]


def _behind_words(text: str, error: Error) -> str | None:
    """``text`` behind the words of the program that embeds Lua and a place that the stack has as well."""
    found = PLACE_WITHIN.search(text) if "rror" in text else None
    place = PLACE.match(text, found.start()) if found is not None and found.start() else None
    if place is None or "rror" not in text[: place.start()]:
        return None
    line = to_number(place["line"])
    same = (each for each in error.frames if each.file == place["file"])
    return place["message"] if any(each.line in (line, None) for each in same) else None


def _read_on_one_line(cursor: Cursor, line: str) -> Trace | None:
    """A trace in a log that writes line ends as ``\\n``, or as blanks."""
    before, _, behind = line.partition(HEADING)
    stacks = _Stacks()
    for found in FRAME_WITHIN.finditer(behind.replace("\\n", "\n").replace("\\t", "\t")):
        if len(stacks.frames) < _MOST_FRAMES:
            stacks.frames.append(frame_from(found.groupdict()))
        else:
            stacks.left_out += 1
    if not stacks.frames:
        return None
    start = cursor.offset
    cursor.advance()
    message = before.replace("\\n", "\n").replace("\\t", "\t").rstrip("\n ")
    first, newline, rest = message.partition("\n")
    text = _message_of_record(first) if starts_record(first) else _without_program(first)
    return _trace(start, (text + newline + rest)[:_LONGEST_MESSAGE] or None, stacks)


def _read_without_stack(cursor: Cursor, line: str) -> Trace | None:
    if not _WITHOUT_STACK.match(line) or (cursor.peek() or "").strip() == HEADING:
        return None
    start = cursor.offset
    cursor.advance()
    return _trace(start, _without_program(line), _Stacks())
