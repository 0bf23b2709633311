"""From the line of an anchor to a trace of JavaScript."""

from __future__ import annotations

from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Context, Error, Frame, Origin, RelatedStack, Trace
from .at_signs import read_at_signs
from .causes import BUN_FRAMES, read_causes, read_causes_of_bun
from .commands import COMMAND_FAILED, read_failed_command
from .console import read_console
from .copied import ANONYMOUS, UNCAUGHT, read_copied
from .deno import read_uncaught
from .errors import finish, read_error
from .excerpts import Excerpt, is_caret
from .fatal import is_fatal, read_fatal, read_stacks_below
from .frames import match_frame
from .headers import find_header, starts_message
from .messages import Place, Reading, indent_of
from .properties import read_properties
from .react_native import LOCATED_AT, read_located
from .rejections import read_rejection_warning
from .repeats import told_again
from .stacks import read_stack
from .starts import Start, find_start, find_start_at_caret
from .syntax import (
    DENO_UNCAUGHT,
    NODE_VERSION,
    SECOND_STACK,
    USE_TRACE_UNCAUGHT,
    pass_repeated_warning,
    pass_version,
)
from .tap import STACK, read_failure
from .thrown import read_thrown, read_without_frames
from .vitest import MARK, read_vitest

NAME = "javascript"

_FRAMES_WITHOUT_HEADER = 2
"""Frames that make a trace where nothing names an error."""
_REASON = regex(r"\} ?(?:reason|,)?:? (?P<reason>\S.*)$")
_NO_FILES = ("node:", "internal/", "<", "undefined", "evalmachine.")
_THROWN_AT = "Thrown at:"
_NUXT = "  at "
_MOST_FRAMES_BACK = 50
_BLANKS_ABOVE = 1
"""Blank lines between a logger's message and the frames."""
_COLUMN_OF_FRAMES = 4


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    line = cursor.line
    if line is None:
        return None
    if match_frame(line) is not None:
        return _read_at_frame(cursor)
    if line.lstrip().startswith("at "):
        return None
    if is_caret(line):
        start = find_start_at_caret(cursor)
        return _read_from(cursor, start, frames_follow=False) if start is not None else None
    if (failed := _read_failed_command(cursor)) is not None:
        return failed
    if is_fatal(line):
        return read_fatal(cursor, NAME)
    if STACK in line:
        return read_failure(cursor, NAME)
    if line.startswith(LOCATED_AT):
        return read_located(cursor, NAME)
    if line.startswith(MARK):
        return read_vitest(cursor, NAME)
    reading = Reading(uncertain=[])
    if DENO_UNCAUGHT.match(line):
        uncaught = read_uncaught(cursor, reading)
        return _trace(cursor, *uncaught, reading) if uncaught is not None else None
    if USE_TRACE_UNCAUGHT.match(line) or NODE_VERSION.match(line):
        thrown = read_without_frames(cursor) if "Bun v" in line else read_thrown(cursor)
        return _trace(cursor, *thrown, reading) if thrown is not None else None
    warning = read_rejection_warning(cursor, reading)
    if warning is not None:
        return _complete(cursor, *warning, reading)
    if ANONYMOUS in line or line.startswith(UNCAUGHT):
        here = cursor.offset
        if (copied := read_copied(cursor, NAME)) is not None:
            return copied
        cursor.seek(here)
    console = read_console(cursor)
    if console is not None:
        return _trace(cursor, *console, reading)
    return read_at_signs(cursor, NAME)


def _read_at_frame(cursor: Cursor) -> Trace | None:
    if (cursor.line or "").startswith(_NUXT):
        _go_to_first_frame(cursor)
    first_frame = cursor.offset
    start = find_start(cursor)
    if start is not None:
        return _read_from(cursor, start, frames_follow=True)
    cursor.seek(first_frame)
    return _read_frames_alone(cursor)


def _go_to_first_frame(cursor: Cursor) -> None:
    """Go back to the first of Nuxt's frames, of which only some hold an anchor."""
    first = cursor.offset
    for _ in range(_MOST_FRAMES_BACK):
        if not cursor.back() or not (cursor.line or "").startswith(_NUXT):
            break
        first = cursor.offset
    cursor.seek(first)


def _read_failed_command(cursor: Cursor) -> Trace | None:
    if COMMAND_FAILED.search(cursor.line or "") is None:
        return None
    here = cursor.offset
    reading = Reading(uncertain=[])
    failed = read_failed_command(cursor, _read_at_frame, reading)
    if failed is None:
        cursor.seek(here)
        return None
    return _complete(cursor, *failed, reading)


def _read_from(cursor: Cursor, start: Start, *, frames_follow: bool) -> Trace | None:
    """The trace that starts at ``start``; ``None`` where no frames follow."""
    cursor.seek(start.header_offset)
    if (failed := _read_failed_command(cursor)) is not None:
        return failed
    reading = Reading(
        uncertain=[],
        printer=start.printer,
        excerpt=start.excerpt,
        whole=cursor.whole,
        in_record=start.in_record,
        frames_follow=frames_follow,
    )
    margin = indent_of(cursor.line or "") if start.header.at_start else 0
    frames = BUN_FRAMES if start.printer == "bun" else None
    error = read_error(cursor, Place(start.header, margin, frames), reading)
    if not (error.frames or error.cause or error.children or _is_whole_report(start)):
        return None
    if error.type is None and error.message is not None and error.message.endswith(_THROWN_AT):
        error.message = error.message.removesuffix(_THROWN_AT).rstrip()
    return _complete(cursor, error, start, reading)


def _complete(cursor: Cursor, error: Error, start: Start, reading: Reading) -> Trace:
    """The trace, with what is printed below the error's own lines."""
    _use_excerpt(error, start.excerpt)
    if reading.printer == "bun":
        read_causes_of_bun(cursor, error, reading)
    else:
        read_causes(cursor, error, reading)
    _read_second_stacks(cursor, error, reading)
    _pass_copy(cursor, error)
    pass_repeated_warning(cursor)
    pass_version(cursor)
    read_stacks_below(cursor, error)
    return _trace(cursor, error, start, reading)


def _trace(cursor: Cursor, error: Error, start: Start, reading: Reading) -> Trace:
    if cursor.cut:
        reading.note("A line was cut: it is longer than 1 MiB.")
    return Trace(
        error=error,
        format=NAME,
        origin=Origin(offset=start.offset),
        context=Context(pid=start.header.pid),
        preamble=[start.excerpt.place] if start.excerpt is not None and start.excerpt.place else [],
        uncertain=reading.uncertain,
        told_again=told_again(cursor, start.offset),
    )


def _read_frames_alone(cursor: Cursor) -> Trace | None:
    """A stack that was printed without its header, maybe below a message."""
    first_frame = cursor.offset
    message, start = _message_above(cursor)
    cursor.seek(first_frame)
    stack = read_stack(cursor)
    if stack is None or len(stack.frames()) < _FRAMES_WITHOUT_HEADER:
        return None
    origin = Origin(offset=start)
    reading = Reading(uncertain=[])
    error = Error(message=message)
    finish(error, stack, reading)
    return Trace(error=error, format=NAME, origin=origin, uncertain=reading.uncertain)


def _message_above(cursor: Cursor) -> tuple[str | None, int]:
    """What stands above the first frame, on the cursor's line, as V8 prints a message, or as a logger does.

    With it, where it starts: at the frame, where there is none. An error whose name is empty has no type.
    """
    first_frame, column = cursor.offset, indent_of((cursor.line or "").expandtabs(4))
    blanks = 0
    while cursor.back() and blanks < _BLANKS_ABOVE and not (cursor.line or "").strip():
        blanks += 1
    line = cursor.line or ""
    text = line.strip()
    after_prefix = starts_message(text)
    is_v8s = not blanks and indent_of(line.expandtabs(4)) == column - _COLUMN_OF_FRAMES
    is_logged = after_prefix > 0 and (not blanks or starts_record(line) or line[:1] == " ")
    message = text[after_prefix:].strip()
    if cursor.offset == first_frame or not message or match_frame(line) or not (is_v8s or is_logged):
        return None, first_frame
    return message, cursor.offset


def _is_whole_report(start: Start) -> bool:
    """Whether the header alone says that an error without a stack was not caught."""
    return start.excerpt is not None and start.header.bracketed


def _use_excerpt(error: Error, excerpt: Excerpt | None) -> None:
    """Give the frame at the excerpt's place its source line.

    A ``SyntaxError`` is thrown by what reads the file, and other errors may have no stack: then only the
    excerpt says where it was.
    """
    if excerpt is None:
        return
    for frame in error.frames:
        if frame.line == excerpt.line and excerpt.file in (None, frame.file):
            frame.source = excerpt.source
            return
    in_file = excerpt.file is not None and not excerpt.file.startswith(_NO_FILES)
    if in_file and (error.type == "SyntaxError" or not error.frames):
        error.frames.insert(0, Frame(file=excerpt.file, line=excerpt.line, source=excerpt.source))


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
        copy = read_error(cursor, Place(header, 0), Reading(uncertain=[]))
        if copy.message == error.message and copy.frames == error.frames:
            return
    cursor.seek(here)
