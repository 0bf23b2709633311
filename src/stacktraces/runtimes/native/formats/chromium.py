"""Chromium's own reports: failed checks and signals; V8's fatal errors print theirs alike.

=========  ======================================================================  =====================
line       sample                                                                  what comes next
=========  ======================================================================  =====================
fatal      ``[26158:26193:1129/013256.846235:FATAL:bus.cc(405)] Check failed: n.``  frame
signal     ``Received signal 11 SEGV_MAPERR 000000000000``                         frame
dying      ``Crashing due to FD ownership violation:``                             frame
fatal      ``# Fatal error in ../../src/api.cc, line 12`` / ``# Check failed: n.``   frame
frame      ``#0 0x55c05fef4c29 base::debug::CollectStackTrace()``                  frame
frame      ``#3 0x7f1aa038c520 (/lib/x86_64-linux-gnu/libc.so.6+0x4651f)``         frame
frame      ``#6 0x5647776ad7d0 in blink::Crash() ./../../crash_helpers.cc:20:3``   frame
register   ``  r8: 00000000beeddead  r9: 00000000beeddead r10: 000009af72c938f0``  register, end
end        ``[end of stack trace]``
=========  ======================================================================  =====================
"""

from __future__ import annotations

import re
from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Error, Frame, Origin, Trace
from ..abort_messages import read_message
from ..symbol_lines import FRAMES_KEPT, LONGEST_LINE, SIGNALS

NAME = "chromium"

_FATAL = regex(
    r"\[(?:(?P<pid>\d+):(?P<tid>\d+):)?\d{4}/\d{6}(?:\.\d{1,6})?"
    r":FATAL:(?P<file>[^\]():]+)(?:\(|:)(?P<line>\d+)\)?\] (?P<text>.*)$"
)
_SIGNAL = regex(
    r"(?:\[[^\]]{0,80}\] ?)?Received signal (?P<number>\d{1,2})"
    r"(?P<rest>(?: [A-Z_]{3,20})?(?: [0-9a-f]{6,16})?)$"
)
_DYING = regex(r"Crashing due to (?P<text>.*):$")
_V8 = regex(r"# Fatal error in (?P<file>[^,]*?), line (?P<line>\d+)$")
_V8_TEXT = regex(r"# (?P<text>\S.*)$")
_OBJECT = regex(r"#FailureMessage Object: 0x[0-9a-f]+")
_CHECK = regex(r"(?P<kind>(?:D?Check failed|Debug check failed|NOTREACHED hit))[:.]? ?(?P<text>.*)$")
_FRAME = regex(
    r"#(?P<id>\d{1,4}) 0x(?P<address>[0-9a-f]{6,16}) (?:in )?"
    r"(?:\((?P<module>[^()]+)\+0x(?P<offset>[0-9a-f]+)\)|(?P<rest>\S.*))$"
)
_PLACE = regex(r"(?P<function>.*?) (?P<file>[^\s:()]+):(?P<line>\d+|\?)(?::(?P<column>\d+))?$")
_REGISTERS = regex(
    r"<unknown>$|  ?[a-z0-9]{2,3}: [0-9a-f]{16}|Calling _exit\(|\[end of stack trace\]$|#?$|Task trace:$"
)
_MAC = regex(
    r"(?P<id>\d{1,3}) {2,}(?P<module>\S.*?)(?<! ) +0x(?P<address>[0-9a-f]{8,16})"
    r" (?P<function>\S.*?)(?: \+ (?P<offset>\d+))?$"
)
_MOST_BEHIND = 12


def read(cursor: Cursor) -> Trace | None:
    """The report whose first line the cursor is on; see :data:`stacktraces.runtimes.Reader`."""
    line = (cursor.line or "").rstrip()
    trace = Trace(error=Error(), format=NAME, origin=Origin(offset=cursor.offset))
    alone = False
    if found := _FATAL.match(line):
        alone = True
        _set_fatal(trace, found)
        cursor.advance()
    elif found := _SIGNAL.match(line):
        _read_signal(cursor, trace, found)
    elif found := _DYING.match(line):
        trace.error.type, trace.error.message = "SIGABRT", line.rstrip(":")
        cursor.advance()
    elif found := _V8.match(line):
        alone = _read_v8(cursor, trace, found)
    else:
        return None
    place = trace.error.frames[:]
    trace.error.frames = _read_frames(cursor) or place
    if trace.error.frames == place and not alone:
        return None
    _pass_registers(cursor)
    return trace


def _set_fatal(trace: Trace, found: re.Match[str]) -> None:
    check = _CHECK.match(found["text"])
    trace.error.type = check["kind"] if check else "FATAL"
    trace.error.message = (check["text"] if check else found["text"]).strip() or None
    trace.error.frames = [Frame(file=found["file"], line=to_number(found["line"]))]
    trace.context.pid, trace.context.thread = found["pid"], found["tid"]


def _read_signal(cursor: Cursor, trace: Trace, found: re.Match[str]) -> None:
    """A signal; what glibc said before it aborted stands on the line before."""
    error = trace.error
    number = int(found["number"])
    error.type = SIGNALS.get(number, f"signal {number}")
    error.message = f"Received signal {number}{found['rest']}"
    here = cursor.offset
    if cursor.back():
        at = cursor.offset
        said = read_message(cursor)
        if said is not None and cursor.offset == here:
            error.type, error.message, error.frames = said.type, said.message, said.frames
            trace.origin.offset = at
    cursor.seek(here)
    cursor.advance()


def _read_v8(cursor: Cursor, trace: Trace, found: re.Match[str]) -> bool:
    """What V8 says between lines that begin with a hash; whether it says anything."""
    cursor.advance()
    text = _V8_TEXT.match((cursor.line or "").rstrip())
    if text is None:
        return False
    check = _CHECK.match(text["text"])
    trace.error.type = check["kind"] if check else "Fatal error"
    trace.error.message = check["text"] if check else text["text"]
    if found["file"]:
        trace.error.frames = [Frame(file=found["file"], line=to_number(found["line"]))]
    for _ in range(_MOST_BEHIND):
        cursor.advance()
        line = (cursor.line or "x").rstrip()
        if _OBJECT.match(line):
            if "#" not in line[1:]:
                cursor.advance()
            break
        if line != "#":
            break
    return True


def _read_frames(cursor: Cursor) -> list[Frame]:
    frames: list[Frame] = []
    while (line := cursor.line) is not None:
        line = _OBJECT.sub("", line[:LONGEST_LINE].rstrip())
        found = _FRAME.match(line)
        if (found is None and not _MAC.match(line)) or (found and frames and found["id"] == "0"):
            break
        if len(frames) < FRAMES_KEPT:
            frames.append(_frame(found) if found else _mac_frame(line))
        cursor.advance()
    return frames


def _frame(found: re.Match[str]) -> Frame:
    frame = Frame(id=found["id"], address=to_number(found["address"], 16))
    if found["module"]:
        frame.module = intern(found["module"])
        return frame
    function = found["rest"]
    if place := _PLACE.match(function):
        function = place["function"]
        if place["line"] != "?" and place["file"] != "??":
            frame.file, frame.line = intern(place["file"]), to_number(place["line"])
            frame.column = to_number(place["column"]) if place["column"] else None
    frame.function = None if function in ("<unknown>", "??") else intern(function)
    return frame


def _mac_frame(line: str) -> Frame:
    found = _MAC.match(line)
    if found is None:
        return Frame()
    frame = Frame(id=found["id"], module=intern(found["module"]), address=to_number(found["address"], 16))
    frame.function = intern(found["function"])
    return frame


def _pass_registers(cursor: Cursor) -> None:
    end = cursor.offset
    for _ in range(_MOST_BEHIND):
        line = cursor.line
        if line is None or not _REGISTERS.match(line):
            break
        cursor.advance()
        end = cursor.offset if line.strip() else end
    cursor.seek(end)
