"""From the line of an anchor to a trace: which of Go's reports it is part of."""

from __future__ import annotations

from ...cursor import Cursor
from ...model import Context, Error, Frame, Origin, RelatedStack, Trace
from .bare_stack import read_bare_stack
from .cockroachdb import STACK_MARK, read_cockroachdb
from .goroutines import Dump, Goroutine, read_dump, read_frames, starts_stack
from .listed import read_listed
from .logged import message_of_panic, message_of_record, step_back
from .panics import RAISE, Headers, error_of, panic_calls, read_headers
from .pretty_stack import read_pretty_stack, starts_pretty_stack
from .race import WARNING, read_race
from .source_stack import is_part as is_part_of_source_stack
from .source_stack import read_source_stack
from .syntax import (
    GOROUTINE,
    HEADER,
    LOGGED_GOROUTINE,
    PROGRAM_COUNTER,
    REGISTER,
    Lines,
    call,
    margin_of,
    place_of,
)

NAME = "go"
_PREAMBLE = ("runtime: ", "unexpected fault address ")
_MOST_PREAMBLE = 8
_MOST_REGISTERS = 64
_MOST_LINES_TO_HEADER = 3
_MOST_FRAMES = 1_000
_FEWEST_HEADLESS = 2
_DEFERRED = "deferred calls"
"""The title of the frames that recovered a panic and printed its stack, or raised it again."""


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    line = cursor.line
    if line is None:
        return None
    trace = _read(cursor, line)
    if trace is not None and cursor.cut:
        trace.uncertain.append("A line was cut: it is longer than 1 MiB.")
    return trace


def _read(cursor: Cursor, line: str) -> Trace | None:
    if WARNING in line:
        return read_race(cursor, NAME)
    if STACK_MARK in line:
        return read_cockroachdb(cursor, NAME)
    if is_part_of_source_stack(line):
        return read_source_stack(cursor, NAME)
    if starts_pretty_stack(cursor):
        return read_pretty_stack(cursor, NAME)
    margin = margin_of(line)
    text = line[len(margin) :]
    if PROGRAM_COUNTER.match(text):
        return _read_crash(cursor, margin) if cursor.back() else None
    if HEADER.match(text):
        return _read_crash(cursor, margin)
    if GOROUTINE.match(text):
        return _read_goroutine(cursor, margin)
    if found := LOGGED_GOROUTINE.match(line):
        return _read_behind_record(cursor, line, found["before"])
    if (listed := read_listed(cursor, NAME)) is not None:
        return listed
    trace = read_bare_stack(cursor, NAME)
    if trace is None:
        return _read_headless(cursor, margin)
    return trace and (_printed_again(Lines(cursor, margin), trace) or trace)


def _read_crash(cursor: Cursor, margin: str) -> Trace | None:
    """What the runtime prints of a program that it ends; the cursor is on the header."""
    lines = Lines(cursor, margin)
    preamble = _step_to_preamble(cursor)
    origin = Origin(offset=cursor.offset)
    for _ in preamble:
        cursor.advance()
    headers = read_headers(lines)
    if headers is None:
        return None
    trace = _crash(lines, headers)
    trace.origin = origin
    trace.preamble = preamble
    return trace


def _step_to_preamble(cursor: Cursor) -> list[str]:
    """Go back to the lines in which the runtime says more of a fatal error; these lines."""
    preamble: list[str] = []
    while len(preamble) < _MOST_PREAMBLE and cursor.back():
        line = cursor.line or ""
        if not line.startswith(_PREAMBLE):
            cursor.advance()
            break
        preamble.append(line)
    return preamble[::-1]


def _crash(lines: Lines, headers: Headers) -> Trace:
    dump = read_dump(lines)
    first = dump.first
    if first is None and dump.related:
        error, deferred = error_of(headers, dump.related.pop(0).frames)
    else:
        error, deferred = error_of(headers, first.frames if first else [])
    if first is not None and not first.state.startswith("running"):
        error.notes.append(first.title)
    _pass_registers(lines)
    return _trace(error, dump, deferred=RelatedStack(_DEFERRED, deferred) if deferred else None)


def _pass_registers(lines: Lines) -> None:
    """Pass the processor's registers, which Go prints behind the stacks of a signal."""
    here = lines.cursor.offset
    if lines.line == "":
        lines.advance()
    count = 0
    while count < _MOST_REGISTERS and REGISTER.match(lines.line or ""):
        lines.advance()
        count += 1
    if count == 0:
        lines.cursor.seek(here)


def _read_goroutine(cursor: Cursor, margin: str) -> Trace | None:
    """A stack that a program logged; the cursor is on its heading."""
    lines = Lines(cursor, margin)
    if not starts_stack(lines):
        return None
    heading = cursor.offset
    header = _step_to_header(cursor, margin)
    if header is not None:
        return header
    dump = read_dump(lines)
    end = cursor.offset
    cursor.seek(heading)
    message = step_back(cursor) if dump.first is not None and panic_calls(dump.first.frames) else None
    start = cursor.offset
    cursor.seek(end)
    return _logged(lines, dump, message, start)


def _read_headless(cursor: Cursor, margin: str) -> Trace | None:
    """A stack whose heading was left out, of two frames or more; the cursor is on one of their lines."""
    if not call((cursor.line or "").strip()):
        if not cursor.back():
            return None
        margin = margin_of(cursor.line or "")
    lines = Lines(cursor, margin)
    start: int | None = None
    for _ in range(_MOST_FRAMES):
        if not (call(lines.line or "") and place_of(lines.peek(), Frame())):
            break
        start = cursor.offset
        if not (cursor.back() and cursor.back()):
            break
    if start is None:
        return None
    cursor.seek(start)
    dump, goroutine = Dump(), Goroutine()
    read_frames(lines, dump, goroutine)
    stack = goroutine.frames
    if len(stack) < _FEWEST_HEADLESS:
        return None
    calls = panic_calls(stack)
    error = Error(type="panic" if calls else None, frames=stack[calls[0] :] if calls else stack)
    if calls and calls[0]:
        error.related = [RelatedStack(_DEFERRED, stack[: calls[0]])]
    error.related += goroutine.related
    return Trace(error=error, format=NAME, origin=Origin(offset=start), uncertain=dump.uncertain)


def _step_to_header(cursor: Cursor, margin: str) -> Trace | None:
    """The crash whose header, which holds no anchor, stands before a goroutine's heading.

    That is ``panic:`` without a message, where blanks at the ends of lines were taken off.
    """
    here = cursor.offset
    for _ in range(_MOST_LINES_TO_HEADER):
        if not cursor.back():
            break
        if HEADER.match((cursor.line or "")[len(margin) :]):
            return _read_crash(cursor, margin)
    cursor.seek(here)
    return None


def _read_behind_record(cursor: Cursor, line: str, before: str) -> Trace | None:
    """A stack whose heading stands at the end of a log line."""
    here = cursor.offset
    lines = _BehindRecord(cursor, len(before) + 1)
    if not starts_stack(lines):
        return None
    dump = read_dump(lines)
    message = message_of_panic(before)
    if message is None:
        message = message_of_record(before)
    return _logged(lines, dump, message, here)


class _BehindRecord(Lines):
    """Lines of which the first starts with what is not of the stack."""

    def __init__(self, cursor: Cursor, width: int) -> None:
        super().__init__(cursor)
        self._first = cursor.offset
        self._width = width

    @property
    def line(self) -> str | None:
        line = self.cursor.line
        return line[self._width :] if line and self.cursor.offset == self._first else line


def _logged(lines: Lines, dump: Dump, message: str | None, start: int) -> Trace | None:
    frames = dump.first.frames if dump.first is not None else []
    if not frames:
        return None
    calls = panic_calls(frames)
    if not calls:
        trace = _trace(Error(message=message, frames=frames), dump)
    else:
        error = Error(type="panic", message=message, frames=frames[calls[0] :])
        deferred = RelatedStack(_DEFERRED, frames[: calls[0]]) if calls[0] else None
        trace = _trace(error, dump, deferred=deferred)
    trace.origin = Origin(offset=start)
    return _printed_again(lines, trace) or trace


def _printed_again(lines: Lines, logged: Trace) -> Trace | None:
    """The crash of a panic whose stack the program logged right before, which is the same event."""
    here = lines.cursor.offset
    if HEADER.match(lines.line or "") and (headers := read_headers(lines)) is not None:
        crash = _crash(lines, headers)
        if _is_same(logged, crash):
            crash.origin = logged.origin
            return crash
    lines.cursor.seek(here)
    return None


def _is_same(logged: Trace, crash: Trace) -> bool:
    """Whether a crash has the message of what was logged, and its innermost function on the stack."""
    if logged.context.thread not in (None, crash.context.thread):
        return False
    message = logged.error.message
    if message is None and logged.error.type is None:
        return False
    if message is not None and (crash.error.message or "") not in message:
        return False
    own = next((each for each in logged.error.frames if each.function not in RAISE), None)
    return own is not None and own.function in {each.function for each in crash.error.frames}


def _thread(dump: Dump) -> str | None:
    return f"goroutine {dump.first.id}" if dump.first is not None else None


def _trace(error: Error, dump: Dump, deferred: RelatedStack | None = None) -> Trace:
    error.related = ([deferred] if deferred else []) + dump.related
    return Trace(error=error, format=NAME, context=Context(thread=_thread(dump)), uncertain=dump.uncertain)
