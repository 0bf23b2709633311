"""Fatal messages and signals as glog, absl and folly print them.

=======  ==========================================================================  ====================
line     sample                                                                      what comes next
=======  ==========================================================================  ====================
fatal    ``F20261128 20:00:10.671470 10517 a.cc:2] Check failed: n == 3 (2 vs. 3)``   check
check    ``*** Check failure stack trace: ***``                                      frame
time     ``*** Aborted at 1795896010 (unix time) try "date -d @1795896010" …***``    counter, signal
counter  ``PC: @                0x0 (unknown)``                                      signal, frame
signal   ``*** SIGSEGV (@0x0) received by PID 10518 (TID 0x7f4e) …; stack trace: ***``  frame
signal   ``*** SIGSEGV received at time=1795896011 on cpu 0 ***``                    counter, frame
frame    ``    @     0x7f5de42fe1ed  google::LogMessage::Fail()``                    frame, source
source   ``                       /srv/app/a.cc:12``                                 frame
=======  ==========================================================================  ====================
"""

from __future__ import annotations

import re

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Context, Error, Frame, Origin, Trace
from ..symbol_lines import FRAMES_KEPT, of_google

NAME = "google_stack"

_CHECK = "*** Check failure stack trace: ***"
_TIME = regex(r"\*\*\* Aborted at \d++ \([Uu]nix time\b.*\*\*\*$")
_COUNTER = regex(r"PC: @ ++")
_SIGNAL = regex(
    r"\*\*\* (?:Signal \d++ \()?(?P<name>SIG[A-Z]++)\)? ?"
    r"(?P<text>(?>.*?(?:received at time=|received by PID (?P<pid>\d++))).*)\*\*\*$"
)
_FATAL = regex(
    r"F ?(?:\d{4}|\d{8}) \d\d:\d\d:\d\d(?:\.\d{1,6})? ++\d++ (?P<place>[^\]]++)\] (?P<message>.*)$"
)
_FAILED = "Check failed: "
_SOURCE = regex(r"\s{6,}(?P<file>\S.*?):(?P<line>\d++)$")
_MESSAGE_LINES = 50


def read(cursor: Cursor) -> Trace | None:
    """The report that the cursor is on; see :data:`stacktraces.runtimes.Reader`."""
    line = (cursor.line or "").rstrip()
    origin = Origin(offset=cursor.offset)
    context = Context()
    if line == _CHECK:
        return _read_check(cursor)
    if _TIME.match(line):
        cursor.advance()
        _pass_counter(cursor)
        line = (cursor.line or "").rstrip()
    signal = _SIGNAL.match(line)
    if signal is None:
        return None
    context.pid = signal["pid"]
    error = Error(type=signal["name"], message=signal["text"].strip(" ;") or None)
    cursor.advance()
    counter = _pass_counter(cursor)
    _read_stack(cursor, error)
    if counter is not None and counter.function and error.frames[:1] != [counter]:
        error.frames.insert(0, counter)
    return Trace(error=error, format=NAME, origin=origin, context=context)


def _read_check(cursor: Cursor) -> Trace | None:
    """A fatal message stands above its stack; it may have several lines."""
    stack = cursor.offset
    message: list[str] = []
    found: re.Match[str] | None = None
    for _ in range(_MESSAGE_LINES):
        if not cursor.back():
            break
        line = cursor.line or ""
        found = _FATAL.match(line)
        message.insert(0, found["message"] if found else line)
        if found is not None:
            break
    start = cursor.offset if found is not None else stack
    cursor.seek(stack)
    cursor.advance()
    error = Error(type="FATAL")
    if found is not None:
        text = "\n".join(message).rstrip()
        failed = text.startswith(_FAILED)
        error.type = "Check failed" if failed else "FATAL"
        error.message = text.removeprefix(_FAILED) or None
    _read_stack(cursor, error)
    return Trace(error=error, format=NAME, origin=Origin(offset=start)) if error.frames else None


def _pass_counter(cursor: Cursor) -> Frame | None:
    """The frame that the program counter tells; absl prints it there only."""
    if not _COUNTER.match(cursor.line or ""):
        return None
    frame = of_google((cursor.line or "").removeprefix("PC: "))
    cursor.advance()
    return frame


def _read_stack(cursor: Cursor, error: Error) -> None:
    while (line := cursor.line) is not None:
        frame = of_google(line)
        if frame is not None and len(error.frames) < FRAMES_KEPT:
            error.frames.append(frame)
        elif frame is None:
            source = _SOURCE.match(line) if error.frames else None
            if source is None or error.frames[-1].file is not None:
                break
            error.frames[-1].file, error.frames[-1].line = source["file"], to_number(source["line"])
        cursor.advance()
