"""What was thrown, or rejected with, and is no error or has no stack: Node shows the value instead.

============================================================================  ===========================
line                                                                          what it is
============================================================================  ===========================
``/srv/app.js:3``, the source line, a line of carets                          where it was thrown
``just a string``, ``{ code: 7 }``, ``[Error: m] { errno: -2 }``              the value
``(Use `node --trace-uncaught ...` to show where the exception was thrown)``  not always
``Node.js v20.20.2``                                                          from Node 17 on
============================================================================  ===========================
"""

from __future__ import annotations

from ...cursor import Cursor
from ...model import Error, Frame
from .excerpts import Excerpt, is_caret, step_over_excerpts
from .frames import match_frame
from .headers import Header, find_header, find_weak_header, parse_bracketed
from .starts import Start
from .syntax import NODE_VERSION, USE_TRACE_UNCAUGHT, pass_version

_LOOK_BACK = 200
_UNCAUGHT = "Uncaught:"


def read_without_frames(cursor: Cursor) -> tuple[Error, Start] | None:
    """The error without frames above Bun's version, which is on the cursor's line."""
    end = cursor.offset
    for _ in range(_LOOK_BACK):
        if not cursor.back() or match_frame(cursor.line or "") or NODE_VERSION.match(cursor.line or ""):
            return None
        line = cursor.line or ""
        header = find_header(line)
        if line.startswith("error") and header is None:
            header = find_weak_header(line)
        if header is not None and header.at_start and line[:1] != " ":
            break
    else:
        return None
    start = Start(cursor.offset, header, cursor.offset)
    message = header.message
    if message is None:
        cursor.advance()
        lines = []
        while cursor.offset < end and (cursor.line or "").strip():
            lines.append(cursor.line or "")
            cursor.advance()
        message = "\n".join(lines) or None
    cursor.seek(end)
    cursor.advance()
    return Error(type=header.type, message=message), start


def read_thrown(cursor: Cursor) -> tuple[Error, Start] | None:
    """The value whose last line, or what Node prints below it, is on the cursor's line.

    Leaves the cursor behind what Node prints below it.
    """
    end = cursor.offset
    start = _find_start(cursor)
    if start is None:
        return None
    cursor.seek(start.header_offset)
    lines = []
    while cursor.offset < end:
        lines.append(cursor.line or "")
        cursor.advance()
    if USE_TRACE_UNCAUGHT.match(cursor.line or ""):
        cursor.advance()
        pass_version(cursor)
    else:
        cursor.advance()
    return _error("\n".join(lines).strip(), start.excerpt), start


def _find_start(cursor: Cursor) -> Start | None:
    """The line below the carets."""
    for _ in range(_LOOK_BACK):
        if not cursor.back():
            return None
        line = cursor.line or ""
        if match_frame(line) is not None or NODE_VERSION.match(line):
            return None
        if is_caret(line):
            cursor.advance()
            header_offset = cursor.offset
            excerpt = step_over_excerpts(cursor)
            if excerpt is None:
                return None
            return Start(cursor.offset, Header(None, None), header_offset, excerpt, "node")
    return None


def _error(value: str, excerpt: Excerpt | None) -> Error:
    """The error that ``value`` says; its place is that of the excerpt, the only one that is known."""
    value = value.removeprefix(_UNCAUGHT).lstrip()
    first = value.partition("\n")[0]
    header = parse_bracketed(first)
    if header is not None:
        error = Error(type=header.type, message=header.message)
    elif (header := find_header(first)) is not None and header.at_start:
        _, newline, rest = value.partition("\n")
        error = Error(type=header.type, message=(header.message or "") + newline + rest or None)
    else:
        error = Error(message=value or None)
    if excerpt is not None:
        error.frames.append(Frame(file=excerpt.file, line=excerpt.line, source=excerpt.source))
    return error
