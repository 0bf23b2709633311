"""Stacks copied from a browser's console, and what Node prints with ``--abort-on-uncaught-exception``.

=================================================  ===========================================
line                                               what comes next
=================================================  ===========================================
``Uncaught TypeError: m``                          the message, frames
``load @ main.js:20``, ``(anonymous) @ x.js:3``    Chrome's frames
``Promise.then``, ``setTimeout (async)``           what started the calls above it, more frames
``    load http://localhost/main.js:20``           Firefox's frames
``FROM``                                           Node's frames, without ``at``
=================================================  ===========================================
"""

from __future__ import annotations

from collections.abc import Callable
from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Frame, Origin, Trace
from .frames import match_frame
from .headers import Header, find_header, find_weak_header

UNCAUGHT = "Uncaught "
ANONYMOUS = "(anonymous) @ "
_FROM = "FROM"
_CHROME = regex(
    r"(?P<function>\(anonymous\)|[\w$.<>\[\]-]{1,200}(?: [\w$.<>\[\]-]{1,100}){0,3}) @ "
    r"(?P<file>\S{1,2000}?)(?::(?P<line>\d{1,9}))?\s*$"
)
_STARTED = regex(
    r"[\w$. -]{1,100} \(async\)\s*$|Promise\.\w{2,10}\s*$|(?:setTimeout|setInterval)\s*$|Show \d"
)
_FIREFOX = regex(
    r" {4}(?:(?P<function>\S{1,200}) )?"
    r"(?P<file>(?:https?|file|webpack|moz-extension|resource|blob|data):\S{1,2000}?):(?P<line>\d{1,9})(?::(?P<column>\d{1,9}))?\s*$"
)
_PLACE_ALONE = regex(r"\S{1,300}:\d{1,9}:\d{1,9}\s*$")
_LEAST = 2
"""Frames of Chrome's kind that make a stack."""
_MOST_LINES = 50
_MOST_FRAMES = 1000


def read_copied(cursor: Cursor, name: str) -> Trace | None:
    """The stack that the cursor's line is of; ``None`` for none of these. ``name`` is the format's."""
    line = cursor.line or ""
    if ANONYMOUS in line:
        return _read_from_frame(cursor, name)
    return _read_uncaught(cursor, name) if line.startswith(UNCAUGHT) else None


def _read_uncaught(cursor: Cursor, name: str) -> Trace | None:
    start, lines = cursor.offset, [cursor.line or ""]
    for _ in range(_MOST_LINES):
        cursor.advance()
        line = cursor.line
        if line is None or starts_record(line) or match_frame(line) or line.startswith(UNCAUGHT):
            return None
        if _of_chrome(line) is not None:
            return _trace(cursor, name, start, lines, _of_chrome)
        frame_of = _of_node if line == _FROM and not lines[-1].strip() else _of_firefox
        if frame_of is _of_node:
            cursor.advance()
        if frame_of(cursor.line or "") is not None:
            return _trace(cursor, name, start, lines, frame_of)
        lines.append(line)
    return None


def _read_from_frame(cursor: Cursor, name: str) -> Trace | None:
    first = cursor.offset
    for _ in range(_MOST_FRAMES):
        if not cursor.back() or not (_of_chrome(cursor.line or "") or _STARTED.match(cursor.line or "")):
            break
        first = cursor.offset if _of_chrome(cursor.line or "") else first
    lines: list[str] = []
    cursor.seek(first)
    for _ in range(_MOST_LINES):
        if not cursor.back() or not (line := cursor.line or "").strip():
            break
        lines.insert(0, line)
        if find_header(line) is not None or starts_record(line):
            break
    start = cursor.offset if lines and _header(lines[0]) is not None else first
    cursor.seek(first)
    trace = _trace(cursor, name, start, lines if start != first else [], _of_chrome)
    return trace if len(trace.error.frames) >= _LEAST else None


def _trace(
    cursor: Cursor, name: str, start: int, lines: list[str], frame_of: Callable[[str], Frame | None]
) -> Trace:
    header = _header(lines[0]) if lines else None
    error = Error(type=header.type if header is not None else None)
    text = [header.message or "" if header is not None else "", *lines[1:]]
    error.message = "\n".join(text).strip() or None
    while (line := cursor.line) is not None:
        frame = frame_of(line)
        if frame is not None and len(error.frames) < _MOST_FRAMES:
            error.frames.append(frame)
        if frame is None and not (frame_of is _of_chrome and _STARTED.match(line)):
            break
        cursor.advance()
    if frame_of is _of_firefox and _PLACE_ALONE.match(cursor.line or ""):
        cursor.advance()
    return Trace(error=error, format=name, origin=Origin(offset=start))


def _header(line: str) -> Header | None:
    if not line.startswith(UNCAUGHT):
        return find_header(line)
    text = line.removeprefix(UNCAUGHT)
    return find_header(text) or find_weak_header(text) or Header(None, text.strip())


def _of_chrome(line: str) -> Frame | None:
    found = _CHROME.match(line)
    if found is None or ("." not in found["file"] and found["line"] is None and "(" not in found["file"]):
        return None
    return _frame(found["function"], found["file"], found["line"])


def _of_firefox(line: str) -> Frame | None:
    found = _FIREFOX.match(line)
    return _frame(found["function"], found["file"], found["line"], found["column"]) if found else None


def _of_node(line: str) -> Frame | None:
    found = match_frame(f"    at {line}")
    return found.frame() if found is not None else None


def _frame(function: str | None, file: str, line: str | None, column: str | None = None) -> Frame:
    return Frame(
        function=intern(function) if function and function != "(anonymous)" else None,
        file=intern(file),
        line=to_number(line) if line else None,
        column=to_number(column) if column else None,
    )
