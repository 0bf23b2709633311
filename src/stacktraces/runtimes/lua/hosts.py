"""Stacks as programs that embed Lua print them: without Lua's heading, or with words of their own.

===========================================================================  ===============================
line                                                                         who prints it
===========================================================================  ===============================
``3x Shop/Core.lua:12: attempt to index a nil value``                        World of Warcraft's addons
``[string "@Shop/Core.lua"]:12: in function `price'``                        a frame of it
``main.lua:12: in function 'update'``                                        LÖVE, below ``Traceback``
``12:00:00.123 - Stack Begin``                                               Roblox, below the message
``12:00:00.123 - Script 'Server.Shop', Line 12 - function price``            a frame of it
``ERR Error running script (call to f_6b1b…): @user_script:3: …``            Redis
===========================================================================  ===============================
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame, Origin, Trace
from .syntax import HEADING

STACK_BEGIN = "Stack Begin"
_BARE_FRAME = regex(
    r"(?:\[string \"[@=]?(?P<chunk>[^\"\n]{1,300})\"\]|(?P<file>\[C\]|[^\s:\[][^:\n]{0,300}\.lua))"
    r"(?::(?P<line>\d{1,9}))?: (?:in (?:function|method|field|local|upvalue|main chunk)(?: "
    r"(?:[`'](?P<name>[^'\n]{1,300})'|<(?P<where>[^>\n]{1,300})>))?|\?)\s*\Z"
)
_BARE_MESSAGE = regex(
    r"(?:\d{1,9}x |Message: |Stack: |Error: )?"
    r"(?P<place>\[string \".{1,200}\"\]:\d{1,9}|[^\s:][^:\n]{0,300}\.lua:\d{1,9}): (?P<message>.*)\Z"
)
_ABOUT = regex(r"(?:Time|Count|Message): |Traceback\s*\Z|Error\s*\Z|\s*\Z")
_MOST_ABOVE = 8
_HEAD = regex(r"\s*+(?:\d\d:\d\d:\d\d(?:\.\d{1,6})?\s++(?:- )?\s*+)?")
_TAIL = regex(r"\s{1,4}-\s{1,4}(?:Studio|Client|Server|Edit)(?: - \S.*)?\Z")
_ROBLOX_FRAME = regex(
    r"(?:Script '(?P<file>[^'\n]{1,300})', Line (?P<line>\d{1,9})"
    r"|(?P<path>[\w.@-]{1,300}), line (?P<at>\d{1,9}))(?: - (?:\w{1,20} )?(?P<name>[\w.:]{1,200}))?\Z"
)
_ROBLOX_MESSAGE = regex(r"(?:[\w.@-]{1,300}:\d{1,9}: )?(?P<message>.*)\Z")
_REDIS = regex(
    r".{0,300}?(?:ERR )?(?:Error (?:running|compiling) script \((?:call to f_[0-9a-f]{40}|new function)\): "
    r"@?(?:[\w.]{1,60}:\d{1,9}: )?(?P<file>@?[\w.]{1,60}):(?P<line>\d{1,9}): (?P<message>.*?)(?<!\s)\s*"
    r"|(?P<file2>@?user_script):(?P<line2>\d{1,9}): (?P<message2>.*?) script: [0-9a-f]{40}, on .*)\Z"
)
_MOST_FRAMES = 1000


def read_hosted(cursor: Cursor, line: str, name: str) -> Trace | None:
    """The trace on the cursor's line, if a program that embeds Lua printed it."""
    if STACK_BEGIN in line:
        return _read_roblox(cursor, name)
    if "user_script:" in line:
        return _read_redis(cursor, line, name)
    return _read_bare(cursor, name) if _BARE_FRAME.match(line) else None


def _frame(cursor: Cursor) -> Frame | None:
    found = _BARE_FRAME.match(cursor.line or "")
    if found is None:
        return None
    function = found["name"] or (found["where"] and f"function <{found['where']}>")
    return Frame(
        function=intern(function) if function else None,
        file=intern(found["chunk"] or found["file"]),
        line=to_number(found["line"]) if found["line"] else None,
    )


def _read_bare(cursor: Cursor, name: str) -> Trace | None:
    first = cursor.offset
    above = cursor.peek(-1) or ""
    if _BARE_FRAME.match(above) or above.strip() == HEADING:
        return None
    error, start = Error(), first
    for _ in range(_MOST_ABOVE):
        if not cursor.back():
            break
        line = cursor.line or ""
        if (found := _BARE_MESSAGE.match(line)) is not None:
            if error.message not in (None, found["message"]):
                break
            error.message, start = found["message"], cursor.offset
        elif not _ABOUT.match(line) or (error.message is not None and not line.strip()):
            break
    cursor.seek(first)
    while (frame := _frame(cursor)) is not None:
        if len(error.frames) < _MOST_FRAMES:
            error.frames.append(frame)
        cursor.advance()
    if error.message is None:
        return None
    return Trace(error=error, format=name, origin=Origin(offset=start))


def _text(line: str) -> str:
    """``line`` without the time and the place that Roblox prints around it."""
    head = _HEAD.match(line)
    return _TAIL.sub("", line[head.end() if head else 0 :])


def _read_roblox(cursor: Cursor, name: str) -> Trace | None:
    if _text(cursor.line or "").strip() != STACK_BEGIN:
        return None
    heading = cursor.offset
    if not cursor.back():
        return None
    origin = Origin(offset=cursor.offset)
    found = _ROBLOX_MESSAGE.match(_text(cursor.line or ""))
    error = Error(message=found["message"].strip() or None if found else None)
    cursor.seek(heading)
    cursor.advance()
    while (frame := _ROBLOX_FRAME.match(_text(cursor.line or "").rstrip())) is not None:
        if len(error.frames) < _MOST_FRAMES:
            where = frame["file"] or frame["path"]
            line = to_number(frame["line"] or frame["at"])
            error.frames.append(Frame(frame["name"], file=intern(where), line=line))
        cursor.advance()
    if _text(cursor.line or "").strip() == "Stack End":
        cursor.advance()
    return Trace(error=error, format=name, origin=origin) if error.frames else None


def _read_redis(cursor: Cursor, line: str, name: str) -> Trace | None:
    found = _REDIS.match(line)
    if found is None:
        return None
    origin = Origin(offset=cursor.offset)
    cursor.advance()
    place = Frame(file=found["file"] or found["file2"], line=to_number(found["line"] or found["line2"]))
    error = Error(message=found["message"] or found["message2"] or None, frames=[place])
    return Trace(error=error, format=name, origin=origin)
