"""Panics as other hooks than the standard library's report them: better-panic, human-panic, in browsers.

==============  ====================================================================  =====================
line            sample                                                                what comes next
==============  ====================================================================  =====================
backtrace       ``Backtrace (most recent call first):`` (better-panic)                frame
frame           ``  File "/srv/src/main.rs", line 1, in shop::stock``                 source, frame, crashed
crashed         ``The application panicked (crashed).``                               message
message         ``  index out of bounds: the len is 3 but the index is 7``            message, place
place           ``in src/main.rs, line 1``                                            thread
thread          ``thread: main``                                                      end
explanation     ``Cause: no stock. Panic occurred in file 'src/main.rs' at line 25``  cause (human-panic)
cause           ``cause = 'no stock'``, ``method = 'Panic'``                          backtrace
backtrace       ``backtrace = '''``                                                   frame, end
fields          ``panic.payload="m" panic.location="a.rs:3:9" panic.backtrace=   0: f``  frame (tracing-panic)
stack           ``Stack:``, behind a panic in WebAssembly                             ``Error``, frame
==============  ====================================================================  =====================
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Context, Error, Frame, Origin, Trace
from .backtrace import FRAME, MOST_FRAMES, read_backtrace
from .headers import LONGEST_MESSAGE, place_of

BACKTRACE = "Backtrace (most recent call "
EXPLAINED = "Panic occurred in file '"
STACK = "Stack:"
_LAST = "last"
_FRAME = regex(r"  File \"(?P<file>[^\"]{1,4000})\", line (?P<line>\d{1,9}), in (?P<function>\S.*)\Z")
_SOURCE = regex(r" {4}\S")
_PLACE = regex(r"in (?P<file>\S.{0,1000}?), line (?P<line>\d{1,9})\Z")
_THREAD = regex(r"thread: (?P<name>.{1,200})\Z")
_EXPLANATION = regex(
    r"(?:explanation = ['\"]{1,3})?(?:Cause: (?P<message>.*)\. )?Panic occurred in file"
    r" '(?P<file>[^']{1,1000})' "
    r"at line (?P<line>\d{1,9})"
)
_CAUSE = regex(r"cause = ['\"](?P<message>.*)['\"]\Z")
_NOT_TOLD = "Error cause could not be determined"
_DUMP = regex(r"backtrace = (?:'''|\"\"\")\Z")
_BROWSER = regex(
    r" {4}at (?:(?P<function>\S.*?)"
    r" \()?(?P<file>[^()\s]{1,2000}?)(?::(?:wasm-function\[\d{1,9}\]:0x[0-9a-f]{1,16}"
    r"|(?P<line>\d{1,9})(?::(?P<column>\d{1,9}))?))\)?\Z"
)
_FIREFOX = regex(
    r"(?P<function>[^@\s]{1,2000})@(?P<file>\S{1,2000}?)(?::(?P<line>\d{1,9})(?::(?P<column>\d{1,9}))?|:wasm-function.*)\Z"
)
PAYLOAD = 'panic.payload="'
_PAYLOAD = regex(
    r".{0,2000}?panic\.payload=\"(?P<message>(?:[^\"\\]"
    r"|\\.)*+)\" panic\.location=\"(?P<place>[^\"]{1,1000})\""
    r"(?: panic\.backtrace=(?P<first>.*))?"
)
_MODULE = regex(r"[\w-]{1,100}\.wasm\.")
_MOST_LINES = 200
_MOST_AHEAD = 12


def read_better_panic(cursor: Cursor, name: str) -> Trace | None:
    """The panic that better-panic reports; the cursor is on the line :data:`reports.CRASHED`."""
    crashed = cursor.offset
    frames, start = _frames_before(cursor)
    cursor.seek(crashed)
    cursor.advance()
    lines: list[str] = []
    while (line := cursor.line or "").startswith("  ") and len(lines) < _MOST_LINES:
        lines.append(line[2:])
        cursor.advance()
    place = _PLACE.match(cursor.line or "")
    if place is None or not lines:
        return None
    frame = Frame(file=place["file"], line=to_number(place["line"]))
    cursor.advance()
    context = Context()
    if thread := _THREAD.match(cursor.line or ""):
        context.thread = thread["name"]
        cursor.advance()
    error = Error(type="panic", message="\n".join(lines)[:LONGEST_MESSAGE], frames=frames or [frame])
    return Trace(error=error, format=name, origin=Origin(offset=start), context=context)


def _frames_before(cursor: Cursor) -> tuple[list[Frame], int]:
    """The frames above the current line, innermost first, and where the report starts."""
    crashed = cursor.offset
    frames: list[Frame] = []
    if not (cursor.back() and (cursor.line or cursor.back())):
        return [], crashed
    for _ in range(MOST_FRAMES * 3):
        line = cursor.line or ""
        if line.startswith(BACKTRACE):
            is_last = line.removeprefix(BACKTRACE).startswith(_LAST)
            return (frames if is_last else frames[::-1]), cursor.offset
        if found := _FRAME.match(line):
            if len(frames) < MOST_FRAMES:
                frame = Frame(function=intern(found["function"]), file=intern(found["file"]))
                frame.line = to_number(found["line"])
                frames.append(frame)
        elif not _SOURCE.match(line):
            break
        if not cursor.back():
            break
    return [], crashed


def read_human_panic(cursor: Cursor, name: str) -> Trace | None:
    """The report that human-panic writes to a file; the cursor is on its explanation."""
    found = _EXPLANATION.match(cursor.line or "")
    if found is None:
        return None
    start = cursor.offset
    error = Error(type="panic", message=found["message"])
    place = Frame(file=found["file"], line=to_number(found["line"]))
    uncertain: list[str] = []
    cursor.advance()
    end = cursor.offset
    for _ in range(_MOST_AHEAD):
        line = cursor.line
        if line is None:
            break
        if (cause := _CAUSE.match(line)) and cause["message"] != _NOT_TOLD:
            error.message = error.message or cause["message"]
        cursor.advance()
        end = cursor.offset if line else end
        if _DUMP.match(line):
            while cursor.line == "":
                cursor.advance()
            error.frames = read_backtrace(cursor, uncertain)
            end = cursor.offset
            break
    cursor.seek(end)
    error.frames = error.frames or [place]
    return Trace(error=error, format=name, origin=Origin(offset=start), uncertain=uncertain)


def read_payload(cursor: Cursor, name: str) -> Trace | None:
    """The panic that tracing-panic logs in fields of one record; the cursor is on it."""
    found = _PAYLOAD.match(cursor.line or "")
    place = place_of(found["place"]) if found is not None else None
    if found is None or place is None:
        return None
    origin = Origin(offset=cursor.offset)
    uncertain: list[str] = []
    frames: list[Frame] = []
    cursor.advance()
    if first := FRAME.match(found["first"] or ""):
        frames = [
            Frame(function=intern(first["function"]), id=first["id"]),
            *read_backtrace(cursor, uncertain),
        ]
    message = found["message"].replace('\\"', '"').replace("\\n", "\n")
    error = Error(type="panic", message=message[:LONGEST_MESSAGE], frames=frames or [place])
    return Trace(error=error, format=name, origin=origin, uncertain=uncertain)


def read_browser_stack(cursor: Cursor) -> list[Frame]:
    """The stack that console_error_panic_hook prints behind a panic, if it stands here; goes behind it."""
    here = cursor.offset
    for expected in ("", STACK, "", "Error"):
        if cursor.line == expected:
            cursor.advance()
        elif expected == STACK:
            cursor.seek(here)
            return []
    frames: list[Frame] = []
    while (found := _BROWSER.match(cursor.line or "") or _FIREFOX.match(cursor.line or "")) and len(
        frames
    ) < MOST_FRAMES:
        frame = Frame(file=intern(found["file"]))
        frame.function = intern(_MODULE.sub("", found["function"], 1)) if found["function"] else None
        frame.line = to_number(found["line"]) if found["line"] else None
        frame.column = to_number(found["column"]) if found["column"] else None
        frames.append(frame)
        cursor.advance()
    if not frames:
        cursor.seek(here)
    return frames
