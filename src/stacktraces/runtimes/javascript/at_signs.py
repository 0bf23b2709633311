"""The stacks of Firefox, Safari and what else is built on their engines: ``FUNCTION@FILE:LINE:COLUMN``.

==============================================  ========================================================
line                                            what it is
==============================================  ========================================================
``price@http://localhost/shop.js:2:23``         a call; ``anon/<`` and ``async*f`` are Firefox's names
``@http://localhost/shop.js:8:5``               code without a name
``q@http://localhost/shop.js line 10 > eval:1:15``  code made of a text, in Firefox
``forEach@[native code]``, ``[native code]``    a function of Safari's engine
``global code@http://localhost/shop.js:8:5``    the top level of a script, in Safari
``eval code@``, ``q@``                          code made of a text, in Safari
``onPress@main.jsbundle:1:4231``, ``t@1:4231``  React Native
``run([object Object])@http://localhost/x.js:27``  Firefox 3 and Opera, which print arguments
==============================================  ========================================================

The stack does not hold the header; what prints it puts the header above, as a rule.
"""

from __future__ import annotations

from collections import deque
from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Context, Error, Frame, Origin, Trace
from .frames import is_script
from .headers import Header, find_header, find_weak_header
from .stacks import FRAMES_KEPT
from .syntax import CAUSED_BY

_LONGEST = 8192
_LOOK_BACK = 50
_SLASHES_OF_URL = 3
"""A URL with a path has three; else what looks like a line is a port."""
_CAUSES_KEPT = 100
_FRAMES_WITHOUT_HEADER = 2
_FRAME = regex(
    r"\s{0,20}(?P<function>(?:[^@\s(]|(?<=[a-z]) (?=[a-z]))*+(?:\([^@]{0,400}\))?)"
    r"@(?P<place>(?:[a-z][a-z+-]*:/?/?|/|\[native code\]$|[\w$.<>-]).*|)$"
)
_PLACE = regex(r"(?P<file>.+?):(?P<line>\d{1,9})(?::(?P<column>\d{1,9}))?$")
_EVALUATED = regex(r".+ line \d{1,9} > \w+$")
_TOP_LEVEL = frozenset({"[native code]", "global code", "module code", "eval code"})
_PREFIX = regex(r".*\bJS ERROR: ")


def read_at_signs(cursor: Cursor, name: str) -> Trace | None:
    """The trace that a frame, or the header, on the cursor's line is part of; ``name`` is the format's."""
    line = cursor.line or ""
    if _PREFIX.match(line):
        cursor.advance()
        if match_at_frame(cursor.line or "") is None:
            return None
    elif match_at_frame(line) is None:
        return None
    first_frame = _first_frame(cursor)
    cursor.seek(first_frame)
    header, start = _find_header(cursor)
    cursor.seek(start)
    message = _read_lines(cursor, first_frame, header)
    error = Error(type=header.type if header else None, message=message, frames=_read_frames(cursor))
    if header is None and len(error.frames) < _FRAMES_WITHOUT_HEADER:
        return None
    _read_causes(cursor, error)
    return Trace(error=error, format=name, origin=Origin(offset=start), context=Context())


def match_at_frame(line: str) -> Frame | None:
    """The frame that ``line`` holds, ``None`` where it holds none of this kind."""
    match = _FRAME.match(line) if len(line) <= _LONGEST else None
    if match is None:
        return None
    function, place = match["function"] or None, match["place"]
    frame = Frame(function=intern(function) if function else None)
    if place in ("", "[native code]"):
        return frame if function else None
    found = _PLACE.match(place)
    if found is None:
        return None
    file = found["file"]
    if file.startswith(("http://", "https://")) and file.count("/") < _SLASHES_OF_URL:
        return None
    if file.isdecimal() and found["column"] is None:
        # React Native: LINE:COLUMN of the only file there is.
        frame.line, frame.column = to_number(file), to_number(found["line"])
        return frame if function else None
    if not ("/" in file or is_script(file) or file.startswith(("<", "["))):
        return None
    if " " in file and _EVALUATED.match(file) is None and not is_script(file):
        return None
    frame.file, frame.line = intern(file), to_number(found["line"])
    frame.column = to_number(found["column"]) if found["column"] else None
    return frame


def _first_frame(cursor: Cursor) -> int:
    """Where the run of frames starts that the cursor's line is of."""
    first = cursor.offset
    for _ in range(FRAMES_KEPT):
        if not cursor.back() or not _is_frame(cursor.line or ""):
            break
        first = cursor.offset
    return first


def _is_frame(line: str) -> bool:
    return line.strip() in _TOP_LEVEL or match_at_frame(line) is not None


def _find_header(cursor: Cursor) -> tuple[Header | None, int]:
    """The header above the frames, and where its line starts: where the frames start, if there is none."""
    first_frame = cursor.offset
    for step in range(_LOOK_BACK):
        if not cursor.back():
            break
        line = cursor.line or ""
        header = find_header(line)
        if header is None and step == 0 and (line.strip()):
            header = find_weak_header(line)
        if header is not None and not header.bracketed:
            return header, cursor.offset
        if starts_record(line) or _is_frame(line):
            break
    return None, first_frame


def _read_lines(cursor: Cursor, first_frame: int, header: Header | None) -> str | None:
    """The message: the lines from the cursor's on, which holds the header, up to the frames."""
    if header is None:
        return None
    lines = [] if header.message is None else [header.message]
    cursor.advance()
    while cursor.offset < first_frame:
        lines.append(cursor.line or "")
        cursor.advance()
    return "\n".join(lines).rstrip() or None


def _read_frames(cursor: Cursor) -> list[Frame]:
    frames: list[Frame] = []
    outermost: deque[Frame] = deque(maxlen=FRAMES_KEPT // 2)
    while (line := cursor.line) is not None:
        text = line.strip()
        frame = Frame(function=text) if text in _TOP_LEVEL else match_at_frame(line)
        if frame is None:
            break
        (frames if len(frames) < FRAMES_KEPT // 2 else outermost).append(frame)
        cursor.advance()
    return [*frames, *outermost]


def _read_causes(cursor: Cursor, error: Error) -> None:
    """The causes that GNOME's shell of Firefox's engine prints below an error."""
    for _ in range(_CAUSES_KEPT):
        line = cursor.line or ""
        match = CAUSED_BY.match(line)
        if match is None:
            return
        here = cursor.offset
        header = find_header(line[match.end() :])
        cursor.advance()
        if header is None or match_at_frame(cursor.line or "") is None:
            cursor.seek(here)
            return
        error.cause = Error(type=header.type, message=header.message, frames=_read_frames(cursor))
        error.cause_kind = "cause"
        error = error.cause
