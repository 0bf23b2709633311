"""What Rust prints before a backtrace: who panicked, where, and the message.

==============  ================================================================  =====================
line            sample                                                            what comes next
==============  ================================================================  =====================
header          ``thread 'main' (6395) panicked at src/main.rs:7:88:``            message, from 1.73 on
header          ``thread 'main' panicked at 'boom', src/main.rs:7:88``            note, backtrace
header          ``thread 'main' panicked at 'bad order:``                         message
message         ``end', src/main.rs:82:20``                                       note, backtrace
header          ``panicked at src/lib.rs:3:5:`` (no_std, WebAssembly)             message
note            ``note: run with `RUST_BACKTRACE=1` environment variable to …``   end
backtrace       ``stack backtrace:``                                              frame
==============  ================================================================  =====================
"""

from __future__ import annotations

import msgspec

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Frame
from .backtrace import at_frame, read_backtrace

PANICKED = "panicked at "
PANIC_OF_THREAD = "thread '"
BACKTRACE = "stack backtrace:"
_THREAD = regex(r"[Tt]hread '")
_THREAD_ID = regex(r"' \(\d{1,20}\)\Z")
_PLACE = regex(r"(?P<file>\S.*?):(?P<line>\d{1,9})(?::(?P<column>\d{1,9}))?\Z")
# MESSAGE', src/main.rs:82:20 and, by the crate log-panics, MESSAGE': src/main.rs:82
_QUOTED_END = regex(r"(?P<message>.*)'[,:] (?P<place>[^'\s][^']{0,4000}\.\w{1,8}:\d{1,9}(?::\d{1,9})?)\Z")
OVERFLOWED = regex(r"\s*thread '(?P<thread>.*)'(?: \(\d{1,20}\))? has overflowed its stack\Z")
RUNTIME_ERROR = regex(r"\s*fatal runtime error: (?P<message>.*?)(?:, aborting)?\Z")
NO_MEMORY = regex(r"\s*(?P<message>memory allocation of \d{1,30} bytes failed)\Z")
_RUN_WITH = "note: run with `RUST_BACKTRACE="
_OMITTED = "note: Some details are omitted"
_SIDES = regex(r" {1,2}(?:left|right): ")
_MOST_LINES = 200
LONGEST_MESSAGE = 1 << 16


class Header(msgspec.Struct):
    """A panic without its backtrace."""

    start: str
    """What stands before it on its line: blanks, or the beginning of a log record."""
    thread: str | None
    """The thread's name as printed, with the quote and the number behind it."""
    place: Frame
    message: str
    frames: list[Frame] = []
    """Those of its backtrace."""

    @property
    def name(self) -> str | None:
        """The thread's name."""
        if self.thread is None:
            return None
        number = _THREAD_ID.search(self.thread)
        return self.thread[: number.start()] if number else self.thread.removesuffix("'")

    @property
    def is_abort(self) -> bool:
        """Whether it only says that a panic could not be unwound."""
        return self.message in _ABORTS


_ABORTS = frozenset(
    {
        "panic in a destructor during cleanup",
        "panic in a function that cannot unwind",
    }
)


def is_header(line: str) -> bool:
    """Whether ``line`` is the first of a panic's report."""
    return _split(line) is not None


def is_fatal(line: str) -> bool:
    """Whether ``line`` says that the runtime ends the program without a panic."""
    return any(each.match(line) for each in (OVERFLOWED, RUNTIME_ERROR, NO_MEMORY))


def is_report(line: str) -> bool:
    """Whether ``line`` is the first of any report of the runtime."""
    return is_header(line) or is_fatal(line)


def _split(line: str) -> tuple[str, str | None, str] | None:
    """What stands before the header, the thread's name with what closes it, what stands after the words."""
    at = line.find(PANICKED)
    if at < 0:
        return None
    before, after = line[:at], line[at + len(PANICKED) :]
    if not _PLACE.match(after.removesuffix(":")) and not after.startswith("'"):
        return None
    thread = _THREAD.search(before)
    if thread is None or not before.endswith(" "):
        named = None if not before or before[-1].isspace() else before
        return None if named else (before, None, after)
    name = before[thread.end() : -1]
    is_name = name.endswith("'") or _THREAD_ID.search(name) is not None
    return (before[: thread.start()], name, after) if is_name else None


def read_header(cursor: Cursor, uncertain: list[str]) -> Header | None:
    """The panic whose first line the cursor is on, with its backtrace; the cursor is left behind it."""
    split = _split(cursor.line or "")
    if split is None:
        return None
    start, thread, after = split
    if after.startswith("'"):
        found = _read_quoted(cursor, after[1:])
        if found is None:
            return None
        header = Header(start, thread, *found)
        _read_rest(cursor, header, uncertain, is_quoted=True)
        return header
    place = place_of(after.removesuffix(":"))
    if place is None or (thread is None and not (place.file or "").endswith(".rs")):
        return None
    header = Header(start, thread, place, "")
    cursor.advance()
    header.message = _read_message(cursor, header, uncertain)
    return header


def place_of(text: str) -> Frame | None:
    """``src/main.rs:7:88`` as a frame without a function."""
    found = _PLACE.match(text)
    if found is None:
        return None
    column = to_number(found["column"]) if found["column"] else None
    return Frame(file=found["file"], line=to_number(found["line"]), column=column)


def _read_quoted(cursor: Cursor, text: str) -> tuple[Frame, str] | None:
    """The place and the message of a header that quotes it; passes over the header."""
    first: tuple[Frame, str] | None = None
    behind_first = cursor.offset
    lines = [text]
    for _ in range(_MOST_LINES):
        cursor.advance()
        if end := _QUOTED_END.match(lines[-1]):
            place = place_of(end["place"])
            if place is not None:
                found = place, "\n".join([*lines[:-1], end["message"]])[:LONGEST_MESSAGE]
                if _at_rest(cursor):
                    return found
                if first is None:
                    first, behind_first = found, cursor.offset
        line = cursor.line
        if line is None or is_report(line) or starts_record(line):
            break
        lines.append(line)
    cursor.seek(behind_first)
    return first


def _at_rest(cursor: Cursor) -> bool:
    """Whether the cursor is on what Rust prints behind a message."""
    line = cursor.line or ""
    return line.startswith(_RUN_WITH) or _at_backtrace(cursor)


def _at_backtrace(cursor: Cursor) -> bool:
    if cursor.line != BACKTRACE:
        return False
    here = cursor.offset
    cursor.advance()
    found = cursor.line is None or at_frame(cursor, "0")
    cursor.seek(here)
    return found


def _read_rest(cursor: Cursor, header: Header, uncertain: list[str], *, is_quoted: bool = False) -> bool:
    """Take the backtrace and the note that follow; whether a note shows that it is the panic's own.

    ``is_quoted``: the header quotes the message; the crate log-panics puts the frames right behind it.
    """
    if _at_backtrace(cursor):
        cursor.advance()
        header.frames = read_backtrace(cursor, uncertain)
    elif is_quoted and at_frame(cursor, "0"):
        header.frames = read_backtrace(cursor, uncertain)
    is_certain = (cursor.line or "").startswith((_RUN_WITH, _OMITTED))
    if is_certain:
        cursor.advance()
    return is_certain


def _read_message(cursor: Cursor, header: Header, uncertain: list[str]) -> str:
    """The message, whose end is marked by what follows it; passes over both.

    A message may hold what looks like a backtrace: the last one counts, and none where the note says
    that there is none. Where nothing follows, since only the first panic of a process is followed by a
    note, the first line is taken.
    """
    start = cursor.offset
    behind: int | None = None
    stop = start
    for _ in range(_MOST_LINES):
        line = cursor.line
        is_first = cursor.offset == start
        if line is None or (not is_first and (is_report(line) or starts_record(line))):
            break
        if line.startswith(_RUN_WITH):
            stop = cursor.offset
            cursor.advance()
            behind = cursor.offset
            header.frames = []
            break
        if _at_backtrace(cursor):
            stop = cursor.offset
            is_certain = _read_rest(cursor, header, uncertain)
            behind = cursor.offset
            if is_certain or not cursor.line:
                break
            continue
        cursor.advance()
    cursor.seek(start)
    text = _lines_to(cursor, stop) if behind is not None else _first_lines(cursor)
    if behind is not None:
        cursor.seek(behind)
    return "\n".join(text)[:LONGEST_MESSAGE]


def _lines_to(cursor: Cursor, stop: int) -> list[str]:
    """The lines from the cursor to the offset ``stop``; passes over them."""
    lines: list[str] = []
    while cursor.offset < stop:
        lines.append(cursor.line or "")
        cursor.advance()
    return lines


def _first_lines(cursor: Cursor) -> list[str]:
    """A message of one line, and the two sides of an assertion; passes over them."""
    lines: list[str] = []
    while (line := cursor.line) is not None and (not lines or _SIDES.match(line)):
        if is_report(line):
            break
        lines.append(line)
        cursor.advance()
    return lines
