"""Android's report of a native crash: a tombstone, or what debuggerd writes to the log.

=========  =======================================================================  ======================
line       sample                                                                   what comes next
=========  =======================================================================  ======================
libc       ``Fatal signal 11 (SIGSEGV), code 1, fault addr 0x0 in tid 31 (q)``      rule
rule       ``*** *** *** *** *** *** *** *** *** *** *** *** *** *** *** ***``      build
process    ``pid: 26085, tid: 31457, name: queue  >>> com.example.shop <<<``        signal
signal     ``signal 11 (SIGSEGV), code 1 (SEGV_MAPERR), fault addr 0xf4240``        abort, registers
abort      ``Abort message: 'FORTIFY: write: count too large'``                     registers
backtrace  ``backtrace:``                                                           frame
frame      ``      #00 pc 0004ed8c  /apex/lib64/libc.so (abort+164) (BuildId: c7)``  frame
rule       ``--- --- --- --- --- --- --- --- --- --- --- --- --- --- --- ---``      process, of a thread
=========  =======================================================================  ======================

Registers, stacks' contents and memory are passed over. Other threads are told with their names.
"""

from __future__ import annotations

import re
from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Error, Frame, Origin, RelatedStack, Trace
from ..logcat import LogcatLines, split
from ..symbol_lines import FRAMES_KEPT, LONGEST_LINE

NAME = "android_crash"

_SIGNAL = regex(r"signal \d{1,2} \((?P<name>SIG[A-Z]{2,8})\), code .*$")
_LIBC = regex(
    r"Fatal signal \d{1,2} \((?P<name>SIG[A-Z]{2,8})\)(?:,| at ).{0,400}?(?: in tid "
    r"|, thread )(?P<tid>\d+) \((?P<thread>.{0,100}?)\)(?:, pid (?P<pid>\d+) \((?P<process>.{0,1000})\))?$"
)
_PROCESS = regex(
    r"(?:Cmdline: .* )?pid: (?P<pid>\d+), tid: (?P<tid>\d+)"
    r"(?:, name: (?P<thread>.{0,400}?))? *>>> (?P<process>.{0,1000}) <<<$"
)
_RULE = "*** *** ***"
_ABORT = regex(r"(?:Abort message|Cause): ")
_BACKTRACE = regex(r"\s*backtrace:\s*$")
_FRAME = regex(r"\s*#(?P<id>\d{2,4}) +pc (?:0x)?(?P<pc>[0-9a-f]{1,16}) +(?P<rest>\S.*)$")
_BUILD = regex(r" \(BuildId: [0-9a-f]+\)$")
_OFFSET = regex(r" \(offset (?:0x)?[0-9a-f]+\)")
_FUNCTION = regex(r"(?P<module>\S.{0,400}?) \((?P<function>\S.*?)(?:\+(?P<offset>\d+))?\)$")
_NOTE = regex(r"\s*NOTE: |\s*$")
_SECTION = regex(
    r"\s*$|(?:---|memory near|memory map|stack:|open files|code around|\s+[0-9a-f]{8,16} |NOTE: |log )"
)
"""What a tombstone says behind the stack of the thread that crashed; the log has no more."""
_TO_THREADS = 5_000
_THREADS_KEPT = 1_000
_BACK = 16
_TO_RULE = 12
_TO_PROCESS = 40
_TO_BACKTRACE = 80
_BLANK_LINES = 2
"""Between two frames, as logcat's long format has them."""


def read(cursor: Cursor) -> Trace | None:
    """The crash that the cursor's line tells of; see :data:`stacktraces.runtimes.Reader`."""
    text = split(cursor.line or "")[1].strip()
    lines = LogcatLines(cursor)
    trace = Trace(error=Error(), format=NAME, origin=Origin(offset=cursor.offset))
    if found := _LIBC.match(text):
        return _read_from_libc(lines, trace, found)
    if found := _SIGNAL.match(text):
        here = cursor.offset
        if not _step_to_start(lines, trace):
            return None
        cursor.seek(here)
        return _read_signal(lines, trace, found)
    return None


def _read_from_libc(lines: LogcatLines, trace: Trace, found: re.Match[str]) -> Trace:
    """What the C library says first; the report of the same thread may follow."""
    trace.error.type, trace.error.message = found["name"], found[0]
    trace.context.pid, trace.context.process = found["pid"], found["process"]
    trace.context.thread = found["thread"]
    end = lines.cursor.next_offset
    lines.advance()
    for _ in range(_TO_PROCESS):
        text = lines.text
        if text is None or _LIBC.match(text.strip()):
            break
        process = _PROCESS.match(text.strip())
        if process is not None and process["tid"] == found["tid"]:
            return _read_of_process(lines, trace, process, end)
        lines.advance()
    lines.cursor.seek(end)
    return trace


def _read_of_process(lines: LogcatLines, trace: Trace, process: re.Match[str], end: int) -> Trace:
    _set_process(trace, process)
    for _ in range(_BACK):
        lines.advance()
        if signal := _SIGNAL.match((lines.text or "").strip()):
            return _read_signal(lines, trace, signal)
    lines.cursor.seek(end)
    return trace


def _set_process(trace: Trace, found: re.Match[str]) -> None:
    trace.context.pid, trace.context.process = found["pid"], found["process"].strip()
    trace.context.thread = (found["thread"] or "").strip() or None


def _step_to_start(lines: LogcatLines, trace: Trace) -> bool:
    """Go back from the signal to the process and the rule; False where no process is named."""
    named = False
    for _ in range(_BACK):
        if not lines.back():
            break
        text = (lines.text or "").strip()
        if not named and (found := _PROCESS.match(text)):
            named = True
            _set_process(trace, found)
            trace.origin.offset = lines.cursor.offset
        elif named and text.startswith(_RULE):
            trace.origin.offset = lines.cursor.offset
            break
    return named


def _read_signal(lines: LogcatLines, trace: Trace, found: re.Match[str]) -> Trace:
    """From the signal's line to the last frame."""
    error = trace.error
    said = [found[0]]
    error.type = found["name"]
    end = lines.cursor.next_offset
    lines.advance()
    for _ in range(_TO_BACKTRACE):
        text = lines.text
        if text is None or text.startswith(_RULE):
            break
        if _ABORT.match(text.strip()):
            said.append(text.strip())
        lines.advance()
        if _BACKTRACE.match(text):
            end = _read_frames(lines, error.frames)
            break
    error.message = "\n".join(said)
    lines.cursor.seek(end)
    text = lines.text
    if error.frames and trace.context.pid is not None and text is not None and _SECTION.match(text):
        end = _read_threads(lines, error, trace.context.pid, end)
        lines.cursor.seek(end)
    if not error.frames:
        trace.uncertain.append("The report ends before its stack.")
    return trace


def _read_threads(lines: LogcatLines, error: Error, pid: str, end: int) -> int:
    """Take the stacks of the other threads of the process ``pid``; gives where the last one ends."""
    title: str | None = None
    for _ in range(_TO_THREADS):
        text = lines.text
        if text is None or text.startswith(_RULE) or _LIBC.match(text.strip()):
            break
        if found := _PROCESS.match(text.strip()):
            if found["pid"] != pid:
                break
            title = f"thread {found['tid']} {(found['thread'] or '').strip()}".strip()
        lines.advance()
        if title is not None and _BACKTRACE.match(text):
            related = RelatedStack(title=title)
            end = _read_frames(lines, related.frames)
            if related.frames and len(error.related) < _THREADS_KEPT:
                error.related.append(related)
            title = None
    return end


def _read_frames(lines: LogcatLines, frames: list[Frame]) -> int:
    """Take the frames; gives where the last one ends."""
    end, blank = lines.cursor.offset, 0
    while (text := lines.text) is not None:
        found = _FRAME.match(text[:LONGEST_LINE])
        blank = 0 if text.strip() else blank + 1
        if found is None and (not _NOTE.match(text) or (frames and blank > _BLANK_LINES)):
            break
        if found is not None:
            if len(frames) < FRAMES_KEPT:
                frames.append(_frame(found))
            end = lines.cursor.next_offset
        lines.advance()
    return end


def _frame(found: re.Match[str]) -> Frame:
    frame = Frame(id=found["id"], address=to_number(found["pc"], 16))
    rest = _OFFSET.sub("", _BUILD.sub("", found["rest"].rstrip()))
    if call := _FUNCTION.match(rest):
        frame.function, rest = intern(call["function"]), call["module"]
        frame.offset = to_number(call["offset"]) if call["offset"] else None
    module = rest.rpartition("!")[2]
    frame.module = intern(module) if module and module != "<unknown>" else None
    return frame
