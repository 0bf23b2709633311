"""Errors that a program reports: what ``main`` returned, and the reports of anyhow, eyre and color-eyre.

==============  ========================================================  ===========================
line            sample                                                    what comes next
==============  ========================================================  ===========================
error           ``Error: cannot place the order``                         message, causes, location
error           ``Error: OrderError { id: 7, source: ParseIntError }``    end
error           ``Error:`` (color-eyre)                                   link
message         ``second line``                                           causes, location
causes          ``Caused by:``                                            link
link            ``    0: cannot load x``, ``    cannot load x``           link, location, backtrace
location        ``Location:``                                             place
place           ``    src/main.rs:59:17``                                 section, backtrace
section         ``  ━━━━━━━━━━ SPANTRACE ━━━━━━━━━━``                     frame
backtrace       ``Stack backtrace:``                                      frame
panic           ``The application panicked (crashed).`` (color-eyre)      crashed line
crashed line    ``Message:  boom``, ``Location: src/main.rs:5``           section
hint            ``Suggestion: try another file``                          hint, end
==============  ========================================================  ===========================
"""

from __future__ import annotations

import msgspec

from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Frame, Origin, RelatedStack, Trace
from .backtrace import read_backtrace
from .headers import LONGEST_MESSAGE, place_of
from .wasm_backtrace import error_with_frames

CAUSED_BY = "Caused by:"
LOCATION = "Location:"
BACKTRACE = "Stack backtrace:"
SIGNS = (CAUSED_BY, LOCATION, BACKTRACE)
CRASHED = "The application panicked (crashed)."
# Error: OrderError { id: 7 } and Error: Io(Os { code: 2 }), as derived Debug prints them on one line.
_RETURNED = regex(r"Error: (?P<error>[A-Z]\w{0,100}(?:\([A-Z]\w{0,100}){0,8} \{ \w{1,100}: .*[})])\Z")
_ERROR = regex(r"(?P<type>[Ee]rror): ?(?P<text>.*)\Z")
_NUMBERED = regex(r" {1,8}\d{1,3}: (?P<text>.*)\Z")
_INDENTED = regex(r"(?P<margin> {2,40})\S.*\Z")
_SECTION = regex(r" {0,8}━{3,200} (?P<name>[A-Z]{1,40}) ━{3,200}\Z")
_CRASHED_LINE = regex(r"(?P<name>Message|Location): {1,8}(?P<text>.*)\Z")
# 2026-11-28T22:00:00Z ERROR shop::orders: MESSAGE (tracing) and [2026-11-28T22:00:00Z ERROR shop] MESSAGE
_RECORD = regex(
    r"\[?[\dT:.,+Z/ -]{8,40} ?\[? {0,2}(?:ERROR|WARN|INFO|DEBUG|TRACE)\]? {1,4}"
    r"(?:[\w-]{1,100}(?:::[\w-]{1,100}){1,20}: |[\w:-]{1,200}\] )?"
)
_ADVICE = ("Suggestion: ", "Help: ", "Note: ", "Warning: ")
_HINTS = (*_ADVICE, "Backtrace omitted", "Run with RUST_BACKTRACE=", "Run with COLORBT_SHOW_HIDDEN=")
_BACKTRACE_SECTION = "BACKTRACE"
_CARGO = 2
"""The indentation of causes as cargo prints them, and many others: cargo calls the error ``error``."""
_MOST_BLANK = 2
_MOST_LINES = 64
_MOST_LINKS = 100
_MOST_SECTIONS = 16


class _Report(msgspec.Struct):
    messages: list[str]
    """From the error to its root cause."""
    type: str | None = None
    frames: list[Frame] = []
    location: Frame | None = None
    notes: list[str] = []
    related: list[RelatedStack] = []
    uncertain: list[str] = []


def read_returned(cursor: Cursor, name: str) -> Trace | None:
    """The error that ``main`` returned; the cursor is on the line, which is all of it."""
    found = _RETURNED.match(cursor.line or "")
    if found is None or (cursor.peek() or "").startswith(("    at ", "  at ")):
        return None
    origin = Origin(offset=cursor.offset)
    cursor.advance()
    error = Error(type="Error", message=found["error"][:LONGEST_MESSAGE])
    return Trace(error=error, format=name, origin=origin)


def read_report(cursor: Cursor, name: str, *, alone: bool = True) -> Trace | None:
    """The report of which the cursor is on the first line below the error's message, one of :data:`SIGNS`.

    ``alone`` allows a message that neither says that it is an error nor starts a log record.
    """
    sign = cursor.offset
    if not _step_to_error(cursor):
        return None
    if not alone and not (_ERROR.match(cursor.line or "") or starts_record(cursor.line or "")):
        return None
    start = cursor.offset
    report = _read_error(cursor, sign)
    return _trace(report, name, start) if _read_sections(cursor, report) else None


def read_crashed(cursor: Cursor, name: str) -> Trace | None:
    """color-eyre's report of a panic, whose first line the cursor is on."""
    start = cursor.offset
    cursor.advance()
    report = _Report(messages=[], type="panic")
    while found := _CRASHED_LINE.match(cursor.line or ""):
        if found["name"] == "Message":
            report.messages = [found["text"]]
        else:
            report.location = place_of(found["text"].strip())
        cursor.advance()
    if not report.messages:
        return None
    _read_sections(cursor, report)
    return _trace(report, name, start)


def _step_to_error(cursor: Cursor) -> bool:
    """Go back to the first line of the message above the current line; False where there is none.

    That is a line that says that it is an error, or the start of a log record; else the line right above.
    """
    for _ in range(_MOST_BLANK + 1):
        if not cursor.back():
            return False
        if cursor.line:
            break
    nearest = cursor.offset
    for _ in range(_MOST_LINES):
        line = cursor.line
        if not line or line in SIGNS:
            break
        if _ERROR.match(line) or starts_record(line):
            return True
        if not cursor.back():
            break
    cursor.seek(nearest)
    line = cursor.line or ""
    return bool(line) and not line[0].isspace() and line not in SIGNS


def _read_error(cursor: Cursor, sign: int) -> _Report:
    """The lines up to the offset ``sign``: the error's message, or color-eyre's list of messages."""
    lines: list[str] = []
    while cursor.offset < sign:
        lines.append(cursor.line or "")
        cursor.advance()
    while lines and not lines[-1]:
        lines.pop()
    report = _Report(messages=[])
    if found := _ERROR.match(lines[0]):
        report.type, lines[0] = found["type"], found["text"]
        if not lines[0].strip() and all(_NUMBERED.match(each) for each in lines[1:2]):
            report.messages = _links(lines[1:])
    elif found := _RECORD.match(lines[0]):
        lines[0] = lines[0][found.end() :]
    report.messages = report.messages or ["\n".join(lines)[:LONGEST_MESSAGE]]
    return report


def _read_sections(cursor: Cursor, report: _Report) -> int:
    """Take what stands below the message; gives how many sections that are."""
    count = 0
    while count < _MOST_SECTIONS:
        here = cursor.offset
        for _ in range(_MOST_BLANK):
            if cursor.line == "":
                cursor.advance()
        if not _read_section(cursor, report):
            cursor.seek(here)
            return count
        count += 1
    return count


def _read_section(cursor: Cursor, report: _Report) -> bool:
    line = cursor.line or ""
    section = _SECTION.match(line)
    if line == CAUSED_BY:
        return _read_causes(cursor, report)
    if line == LOCATION:
        place = place_of((cursor.peek() or "").strip())
        if place is None:
            return False
        report.location = place
        cursor.advance()
        cursor.advance()
        return True
    if line == BACKTRACE or section is not None:
        cursor.advance()
        if section is not None and cursor.line == "":
            cursor.advance()
        return _read_stack(cursor, report, section["name"] if section else _BACKTRACE_SECTION)
    return _read_hints(cursor, report)


def _read_causes(cursor: Cursor, report: _Report) -> bool:
    cursor.advance()
    lines: list[str] = []
    margin = ""
    while (found := _INDENTED.match(cursor.line or "")) and len(lines) < _MOST_LINES * _MOST_LINKS:
        margin = margin or found["margin"]
        is_numbered = _NUMBERED.match(found[0]) is not None
        if not is_numbered and not (found[0].startswith(margin) and (report.type or len(margin) > _CARGO)):
            break
        lines.append(found[0])
        cursor.advance()
    report.messages += _links(lines)
    return bool(lines)


def _links(lines: list[str]) -> list[str]:
    """The messages in ``lines``: numbered ones that may have more lines, or one without a number."""
    messages: list[str] = []
    for line in lines:
        found = _NUMBERED.match(line)
        if found is not None and len(messages) < _MOST_LINKS:
            messages.append(found["text"])
        elif messages:
            messages[-1] = f"{messages[-1]}\n{line.strip()}"[:LONGEST_MESSAGE]
        else:
            messages.append(line.strip())
    return messages


def _read_stack(cursor: Cursor, report: _Report, name: str) -> bool:
    is_backtrace = name == _BACKTRACE_SECTION
    frames = read_backtrace(cursor, report.uncertain, spans=not is_backtrace)
    if is_backtrace:
        report.frames = frames
    else:
        report.related.append(RelatedStack(title=name, frames=frames))
    return bool(frames)


def _read_hints(cursor: Cursor, report: _Report) -> bool:
    """The advice that color-eyre closes with; what tells how to see more is passed over."""
    count = 0
    while (line := cursor.line or "").startswith(_HINTS) and count < _MOST_LINES:
        if line.startswith(_ADVICE):
            report.notes.append(line)
        cursor.advance()
        count += 1
    return count > 0


def _trace(report: _Report, name: str, start: int) -> Trace:
    error: Error | None = None
    for message in reversed(report.messages[1 : _MOST_LINKS + 1]):
        link = error_with_frames(message)
        link.cause, link.cause_kind = error, "cause" if error is not None else None
        error = link
    error = Error(
        type=report.type,
        message=report.messages[0],
        notes=report.notes,
        frames=report.frames or ([report.location] if report.location is not None else []),
        cause=error,
        cause_kind="cause" if error is not None else None,
        related=report.related,
    )
    return Trace(error=error, format=name, origin=Origin(offset=start), uncertain=report.uncertain)
