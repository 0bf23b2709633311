"""Panics, and what else ends a Rust program: a full stack, no memory, a panic that cannot be unwound."""

from __future__ import annotations

from ..._regex import regex
from ...cursor import Cursor
from ...model import Context, Error, Frame, Origin, Trace
from .backtrace import at_frame, frame_number, read_backtrace
from .headers import BACKTRACE, NO_MEMORY, OVERFLOWED, RUNTIME_ERROR, Header, is_header, read_header
from .hooks import read_browser_stack

_PANIC = "panic"
_FATAL_TYPE = "fatal error"
# Rust's abort: the program ends, whatever panics it was handling.
_ABORTING = regex(
    r"thread (?:caused non-unwinding panic|panicked while (?:processing panic|panicking))\. aborting\.\Z"
)
_NOTE = "note: run with `RUST_BACKTRACE="
_OMITTED = "note: Some details are omitted"
BEGIN = "__rust_begin_short_backtrace"
"""The function that runs a program's main function and that of each thread."""
_MOST_PANICS = 16
_MOST_LINES_BACK = 2000
_MOST_OTHERS = 60
"""Lines of inlined calls between two frames, at most."""
_FEWEST_FRAMES = 2
"""Of a backtrace without a header."""


def read_panic(cursor: Cursor, name: str) -> Trace | None:
    """The panic whose header the cursor is on, in the format ``name``.

    It starts with the blank line that Rust prints first since 1.86, if one stands there.
    """
    here = cursor.offset
    if not (cursor.back() and cursor.line == ""):
        cursor.seek(here)
    origin = Origin(offset=cursor.offset)
    cursor.seek(here)
    uncertain: list[str] = []
    header = read_header(cursor, uncertain)
    if header is None:
        return None
    if header.place.file and header.place.file.endswith(".rs") and (shown := read_browser_stack(cursor)):
        header.frames = header.frames or shown
    error = _error_of(header)
    for _ in range(_MOST_PANICS):
        here = cursor.offset
        following = _following(cursor, header, uncertain)
        if following is None:
            cursor.seek(here)
            break
        if following.is_abort:
            error.notes.append(following.message)
        else:
            error = _error_of(following, cause=error)
    if _ABORTING.match(cursor.line or "") or RUNTIME_ERROR.match(cursor.line or ""):
        error.notes.append((cursor.line or "").strip())
        cursor.advance()
    return Trace(
        error=error,
        format=name,
        origin=origin,
        context=Context(thread=header.name),
        uncertain=uncertain,
    )


def _following(cursor: Cursor, header: Header, uncertain: list[str]) -> Header | None:
    """The next panic of the same thread, if it is why the program aborts: one while another is unwound.

    The cursor is left behind it, and somewhere where there is none.
    """
    found = _next_of_thread(cursor, header, uncertain)
    if found is None or found.is_abort or _ABORTING.match(cursor.line or ""):
        return found
    here = cursor.offset
    behind = _next_of_thread(cursor, header, [])
    cursor.seek(here)
    return found if behind is not None and behind.is_abort else None


def _next_of_thread(cursor: Cursor, header: Header, uncertain: list[str]) -> Header | None:
    if cursor.line == "":
        cursor.advance()
    found = read_header(cursor, uncertain) if is_header(cursor.line or "") else None
    # A panic that is logged in a record of its own is another event.
    return (
        found if found is not None and (found.start, found.thread) == (header.start, header.thread) else None
    )


def _error_of(header: Header, cause: Error | None = None) -> Error:
    """The panic as an error; its place is its one frame where there is no backtrace."""
    error = Error(
        type=_PANIC,
        message=header.message,
        frames=header.frames or [header.place],
        cause=cause,
        cause_kind="context" if cause is not None else None,
    )
    if not any(_is_at(each, header.place) for each in error.frames):
        error.notes.append(f"panicked at {header.place.file}:{header.place.line}")
    return error


def _is_at(frame: Frame, place: Frame) -> bool:
    file, other = frame.file or "", place.file or ""
    return frame.line == place.line and file.endswith(other.removeprefix("./"))


def read_fatal(cursor: Cursor, name: str) -> Trace | None:
    """What the runtime says when it ends the program without a panic."""
    line = cursor.line or ""
    preamble: list[str] = []
    thread = None
    start = cursor.offset
    if RUNTIME_ERROR.match(line) and cursor.back():
        line = cursor.line or ""
        if not OVERFLOWED.match(line):
            cursor.advance()
            line = cursor.line or ""
    if overflowed := OVERFLOWED.match(line):
        start = cursor.offset
        preamble, thread = [line], overflowed["thread"]
        cursor.advance()
        line = cursor.line or ""
    found = RUNTIME_ERROR.match(line) or NO_MEMORY.match(line)
    if found is None and overflowed is None:
        return None
    error = Error(type=_FATAL_TYPE, message=found["message"] if found else "stack overflow")
    uncertain: list[str] = []
    if found is not None:
        cursor.advance()
        error.frames = _read_frames(cursor, uncertain)
    return Trace(
        error=error,
        format=name,
        origin=Origin(offset=start),
        context=Context(thread=thread),
        preamble=preamble,
        uncertain=uncertain,
    )


def _read_frames(cursor: Cursor, uncertain: list[str]) -> list[Frame]:
    """The backtrace that stands here, if one does, and the note behind it; passes over both."""
    frames: list[Frame] = []
    if cursor.line == BACKTRACE:
        cursor.advance()
        frames = read_backtrace(cursor, uncertain) if at_frame(cursor, "0") else []
    if (cursor.line or "").startswith((_NOTE, _OMITTED)):
        cursor.advance()
    return frames


def read_backtrace_alone(cursor: Cursor, name: str) -> Trace | None:
    """A backtrace that a program printed without an error; the cursor is on the frame of :data:`BEGIN`."""
    first, last = cursor.offset, None
    others = 0
    for _ in range(_MOST_LINES_BACK):
        if (number := frame_number(cursor)) is not None:
            if last is not None and number >= last:
                break
            first, last, others = cursor.offset, number, 0
            if number == 0:
                break
        elif others == _MOST_OTHERS or not (cursor.line or "").startswith("      "):
            break
        others += 1
        if not cursor.back():
            break
    cursor.seek(first)
    if not at_frame(cursor):
        return None
    uncertain: list[str] = []
    frames = read_backtrace(cursor, uncertain)
    if len(frames) < _FEWEST_FRAMES:
        return None
    return Trace(error=Error(frames=frames), format=name, origin=Origin(offset=first), uncertain=uncertain)
