"""The virtual machine's own crash: the notice that it prints, and its file ``hs_err_pid4711.log``.

============================================================  ========================================
line                                                          what comes next
============================================================  ========================================
``# A fatal error has been detected by the Java Runtime …``   signal, internal error
``#  SIGSEGV (0xb) at pc=0x7fd4, pid=10562, tid=10563``       problematic frame
``#  Internal Error (g1.cpp:12), pid=10562, tid=10563``       what was asserted
``#  guarantee(n > 0) failed: no regions``                    end of the notice
``# Problematic frame:`` / ``# V  [libjvm.so+0xed2]  F+0x1``  end of the notice
``---------------  T H R E A D  ---------------``             current thread, stacks
``Current thread (0x7fd4):  JavaThread "main" [… id=10563``   stacks
``Native frames: (J=compiled Java code, j=interpreted, …)``   frames
``V  [libjvm.so+0xed27f4]  Unsafe_PutInt+0x124``              a frame of the virtual machine
``C  [liborchard.so+0x1c3d]  pick_plum+0x1d``                 one of a library
``j  Crash.f()V+23``, ``J 12 c2 Crash.f()V (9 bytes) @ 0x7``  one of Java: interpreted, compiled
``v  ~StubRoutines::call_stub``                               one that the virtual machine made
``Java frames: (J=compiled Java code, …)``                    frames: a further stack of the same thread
``END.``
============================================================  ========================================

The file starts with the notice again: where both stand together, they are one crash.
"""

from __future__ import annotations

import re
from sys import intern

import msgspec

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...log_records.timestamps import to_iso
from ...model import Error, Frame, Process, RelatedStack, Snapshot, Thread
from .parts import Stack

NAME = "hs_err"
DETECTED = "error has been detected by"
NO_MEMORY = "There is insufficient memory for the Java Runtime Environment to continue."

_SIGNAL = regex(
    r"(?P<type>[A-Z][A-Z0-9_]+) \(0x[0-9a-f]+\) at pc=0x[0-9a-f]+, pid=(?P<pid>\d+), tid=(?P<tid>\w+)"
)
_INTERNAL = regex(
    r"(?P<type>Internal Error|Out of Memory Error) \((?:(?P<file>[^():]+):(?P<line>\d+)|[^()]*)\),"
    r" pid=(?P<pid>\d+), tid=(?P<tid>\w+)"
)
_SAYS_WHY = ("Internal Error", "Out of Memory Error")
"""The line after these says what was wrong."""
_PROBLEMATIC = "Problematic frame:"
_THREAD = regex(r'Current thread \(\w+\):\s+(?P<kind>\w+) (?:"(?P<name>.*)"\s*)?\[(?:\w+, )?id=(?P<id>\d+)')
_STACK = regex(r"(?P<kind>Native|Java) frames:")
_COMMAND = regex(r"(?:Command Line|java_command): (?P<command>.*)$")
_TIME = regex(r"Time: (?P<time>\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4})")
_NATIVE = regex(
    r"[VCA]  (?:\[(?P<module>[^\]+]+)\+0x[0-9a-f]+\]|0x(?P<address>[0-9a-f]{1,16}))"
    r"(?:\s+(?P<function>\S.*?))??(?:\+0x(?P<offset>[0-9a-f]{1,16}))?"
    r"(?:(?<!\s)\s+\((?P<file>[^():]+):(?P<line>\d+)\))?(?<!\s)\s*$"
)
_INTERPRETED = regex(r"[jA]  (?P<function>[^\s(]+)\(")
_COMPILED = regex(r"J\s+(?:\d+%?\s+)?(?:!\s+)?(?:[a-z]\w*\s+)?(?P<function>[^\s(]+)\(")
_STUB = regex(r"v  ~?(?P<function>\S.*?)(?: 0x[0-9a-f]+)?(?<!\s)\s*$")
_SECTION = "---------------  "
_END = b"\nEND."
_LONGEST_FILE = 1 << 20
_STRANGE_LINES = 3
"""Lines that another part of the program may print amid a notice, or between two copies of it."""
_NOTICE_LINES = 60
_LINES_TO_STACK = 400
"""Lines of the file's summary and of the thread's section before its stacks."""


class _Report(msgspec.Struct):
    """What was read of a crash."""

    error: Error = msgspec.field(default_factory=Error)
    pid: str | None = None
    tid: str | None = None
    place: Frame | None = None
    """The virtual machine's own source line that found the error."""
    problematic: Frame | None = None
    thread: str | None = None
    native: list[Frame] = []
    java: list[Frame] = []
    command: str | None = None
    time: str | None = None

    @property
    def key(self) -> tuple[str | None, str | None]:
        """What is the same in two reports of one crash."""
        return self.error.type, self.pid


def read(cursor: Cursor) -> Snapshot | None:
    """The crash that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    for _ in range(_STRANGE_LINES):
        if (cursor.peek(-1) or "").rstrip() != "#" or not cursor.back():
            break
    report = _read_notice(cursor)
    if report is None:
        return None
    _read_sections(cursor, report)
    while _passes_copy(cursor, report):
        _read_sections(cursor, report)
    return _snapshot(report)


def _passes_copy(cursor: Cursor, report: _Report) -> bool:
    """Pass the notice of the same crash, where it follows once more; else False, and no move."""
    here = cursor.offset
    _step_to_notice(cursor)
    following = _read_notice(cursor)
    if following is None or following.key != report.key:
        cursor.seek(here)
        return False
    return True


def _step_to_notice(cursor: Cursor) -> None:
    """Go to the next line of a notice, over what else was printed meanwhile, if it is near."""
    here = cursor.offset
    for _ in range(_STRANGE_LINES):
        line = cursor.line
        if line is None or line.startswith("#"):
            break
        cursor.advance()
    if not (cursor.line or "").startswith("#"):
        cursor.seek(here)


def _read_notice(cursor: Cursor) -> _Report | None:
    """What the lines that start with ``#``, from the cursor's on, tell of a crash; passes over them."""
    report = _Report()
    error = report.error
    wants_message = started = False
    for _ in range(_NOTICE_LINES):
        if (line := cursor.line) is None:
            break
        if not line.startswith("#"):
            _step_to_notice(cursor)
            line = cursor.line or ""
        text = line[1:].strip()
        starts = DETECTED in text or text == NO_MEMORY
        if not line.startswith("#") or (starts and started):
            break
        started = started or starts
        cursor.advance()
        if found := _SIGNAL.match(text) or _INTERNAL.match(text):
            _take_head(report, found)
            wants_message = found["type"] in _SAYS_WHY
        elif text == NO_MEMORY:
            error.type, wants_message = "Out of Memory Error", True
        elif text == _PROBLEMATIC:
            report.problematic = read_frame((cursor.line or "#")[1:].strip())
        elif text and wants_message:
            error.message, wants_message = text, False
    return report if error.type is not None else None


def _take_head(report: _Report, found: re.Match[str]) -> None:
    report.error.type = found["type"]
    report.pid, report.tid = found["pid"], found["tid"]
    place = found.groupdict()
    if place.get("file"):
        report.place = Frame(file=intern(place["file"]), line=to_number(place["line"]))


def _read_sections(cursor: Cursor, report: _Report) -> None:
    """The file behind its notice: the crashed thread and its stacks. The cursor stays where there is none."""
    here = end = cursor.offset
    sections = False
    for _ in range(_LINES_TO_STACK):
        line = cursor.line
        if line is None or DETECTED in line:
            break
        sections = sections or line.startswith(_SECTION)
        if line.strip() and not sections:
            break
        cursor.advance()
        if found := _STACK.match(line):
            frames = _read_stack(cursor)
            end = cursor.offset
            if found["kind"] == "Java":
                report.java = frames
                break
            report.native = frames
        elif sections:
            _take_fact(report, line)
    cursor.seek(end)
    if end > here:
        _pass_rest(cursor)


def _take_fact(report: _Report, line: str) -> None:
    if found := _THREAD.match(line):
        report.thread, report.tid = found["name"] or found["kind"], found["id"]
    elif found := _COMMAND.match(line):
        report.command = found["command"]
    elif found := _TIME.match(line):
        report.time = to_iso(found["time"])


def _read_stack(cursor: Cursor) -> list[Frame]:
    stack = Stack()
    while (line := cursor.line) is not None and line.strip():
        frame = read_frame(line)
        if frame is not None:
            stack.add(frame)
        cursor.advance()
    return stack.frames


def _pass_rest(cursor: Cursor) -> None:
    """Go behind the file's last line, where that is near: registers, memory, events, libraries."""
    start = cursor.offset
    stop = min(start + _LONGEST_FILE, cursor.end)
    following = cursor.buffer.find(DETECTED.encode(), start, stop)
    end = cursor.buffer.find(_END, max(start - 1, 0), stop if following < 0 else following)
    if end >= 0:
        cursor.seek(end + 1)
        cursor.advance()
    elif stop == cursor.end and following < 0:
        cursor.ended = True


def read_frame(line: str) -> Frame | None:
    """The frame that ``line`` prints; ``None`` for any other line."""
    if found := _NATIVE.match(line):
        frame = Frame(module=found["module"] and intern(found["module"]))
        frame.function = found["function"] and intern(found["function"])
        frame.address = to_number(found["address"], 16) if found["address"] else None
        frame.offset = to_number(found["offset"], 16) if found["offset"] else None
        if found["file"]:
            frame.file, frame.line = intern(found["file"]), to_number(found["line"])
        return frame
    found = _INTERPRETED.match(line) or _COMPILED.match(line) or _STUB.match(line)
    return Frame(function=intern(found["function"])) if found is not None else None


def _snapshot(report: _Report) -> Snapshot:
    frames = report.native or report.java or [each for each in (report.problematic or report.place,) if each]
    error = report.error
    if report.java and report.native:
        error.related.append(RelatedStack("Java frames", report.java))
    thread = Thread(
        id=report.tid,
        os_id=report.tid if report.tid is not None and report.tid.isdecimal() else None,
        name=report.thread,
        crashed=True,
        frames=frames,
    )
    pid = to_number(report.pid) if report.pid is not None else None
    process = Process(pid=pid, command=report.command, threads=[thread], error=error)
    return Snapshot(format=NAME, processes=[process], tool="HotSpot", time=report.time)
