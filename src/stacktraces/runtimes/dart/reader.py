"""Dart's stack traces.

=================================================================================  =====================
line                                                                               what it is
=================================================================================  =====================
``Unhandled exception:``                                                           the message follows
``FormatException: Invalid number``                                                the type and message
``#0      Store.price.<anonymous closure> (package:shop/store.dart:17:20)``        a frame
``<asynchronous suspension>``                                                      the stack goes on
=================================================================================  =====================
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Frame, Origin, Trace

NAME = "dart"
_FRAME = regex(
    r"\s*+#(?P<number>\d{1,6}+) {1,8}+(?P<name>\S.{0,500}?) \("
    r"(?P<file>(?:package|dart|file):[^()\n]{1,1000}?)"
    r"(?::(?P<line>\d{1,9}))?(?::(?P<column>\d{1,9}))?\)\s*\Z"
)
_UNHANDLED = regex(r".{0,300}?(?:Unhandled exception:|Unhandled Exception: (?P<text>\S.*))\s*\Z")
_HEADER = regex(r"(?P<type>_?[A-Z][\w.]{0,300}(?:Exception|Error)|Exception)(?:: ?(?P<message>.*))?\Z")
_IN_RECORD = regex(r"(?<![\w.])(?=_?[A-Z]\w{0,300}(?:Exception|Error)(?:: |\s*\Z)|Exception: )")
_SUSPENSION = "<asynchronous suspension>"
FRAMES_KEPT = 1000
_LOOK_BACK = 100


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    found = _FRAME.match(cursor.line or "")
    if found is None or found["number"] != "0":
        return None
    frames_at = cursor.offset
    lines: list[str] = []
    for _ in range(_LOOK_BACK):
        if not cursor.back():
            return None
        line = cursor.line or ""
        start = cursor.offset
        if unhandled := _UNHANDLED.match(line):
            error = _error([unhandled["text"], *lines] if unhandled["text"] else lines, certain=True)
            break
        text = line.strip()
        in_record = _IN_RECORD.search(line) if starts_record(line) else None
        if _HEADER.match(text) or in_record:
            before = cursor.peek(-1)
            first = line[in_record.start() :] if in_record else text
            error = _error([first, *lines], certain=False)
            if before is not None and _UNHANDLED.match(before):
                cursor.back()
                start = cursor.offset
            break
        if starts_record(line) or _FRAME.match(line):
            return None
        lines.insert(0, line)
    else:
        return None
    if error is None:
        return None
    cursor.seek(frames_at)
    left_out = _take_frames(cursor, error)
    uncertain = [f"{left_out} frames of a long stack are not here."] if left_out else []
    return Trace(error=error, format=NAME, origin=Origin(offset=start), uncertain=uncertain)


def _error(lines: list[str], *, certain: bool) -> Error | None:
    """The error that ``lines`` name; its type is not known where a program threw a text."""
    if not lines:
        return None
    found = _HEADER.match(lines[0].strip())
    if found is None:
        return Error(message="\n".join(lines).rstrip()) if certain else None
    rest = [found["message"]] if found["message"] else []
    return Error(type=intern(found["type"]), message="\n".join([*rest, *lines[1:]]).rstrip() or None)


def _take_frames(cursor: Cursor, error: Error) -> int:
    """Add the frames from the cursor on to ``error``; gives how many were not kept."""
    left_out = 0
    while (line := cursor.line) is not None:
        found = _FRAME.match(line)
        if found is not None and error.frames and found["number"] == "0":
            break
        if found is None and line.strip() != _SUSPENSION:
            break
        cursor.advance()
        if found is None:
            continue
        if len(error.frames) >= FRAMES_KEPT:
            left_out += 1
            continue
        error.frames.append(
            Frame(
                function=intern(found["name"]),
                file=intern(found["file"]),
                line=to_number(found["line"]) if found["line"] else None,
                column=to_number(found["column"]) if found["column"] else None,
                id=to_number(found["number"]),
            )
        )
    return left_out
