"""The report of minidump-stackwalk (breakpad's and the one in Rust) on a minidump: all threads.

===========  ===================================================================
line         sample
===========  ===================================================================
reason       ``Crash reason:  SIGSEGV /SEGV_MAPERR``
thread       ``Thread 0 (crashed)``, ``Thread 3 - name: picker``
frame        `` 0  cartd!price_of(Item*) [cartd.c : 9 + 0x5]``, `` 1  libc.so.6 + 0x21bf7``
register     ``    rax = 0x0000000000000000   rdx = 0x…``
trust        ``    Found by: stack scanning``
===========  ===================================================================

Written from the documentation of breakpad and of rust-minidump.
"""

from __future__ import annotations

from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Error, Frame, Process, Snapshot, Thread
from ... import Format

NAME = "minidump_stackwalk"
_THREAD = regex(
    r"Thread (?P<id>\d{1,9})(?: (?P<name>(?!\(crashed|- ).{1,80}?))?(?P<crashed> \(crashed\))?"
    r"(?: - (?:name: (?P<named>.{0,80}?)|tid: (?P<tid>\d{1,10})).{0,80}?)?\s*"
)
_FRAME = regex(r" {0,2}(?P<id>\d{1,5}+)  (?P<rest>\S.{0,10000})")
_PLACE = regex(r" \[(?P<file>[^\[\]]{1,400}?) : (?P<line>\d{1,9}+) \+ 0x[0-9a-f]{1,16}+\]\Z")
_REASON = regex(r"Crash reason: {1,4}(?P<reason>\S.*?)(?<!\s)\s*")
_SIGNAL = regex(r"(?P<type>[A-Z][A-Z_]{2,40})(?: /? ?(?P<message>\S.*))?")
_PID = regex(r"Process (?:id|ID): {1,4}(?P<pid>\d{1,10})")
_SCANNED = "    Found by: stack scanning"
_HEAD_LINES = 60
_LINES_BETWEEN = 60


def read(cursor: Cursor) -> Snapshot | None:
    """The report whose first thread follows the cursor's line, its reason; see :class:`Format`."""
    reason = _REASON.fullmatch(cursor.line or "")
    if reason is None:
        return None
    signal = _SIGNAL.fullmatch(reason["reason"])
    error = Error(type=signal["type"], message=signal["message"]) if signal else None
    none = reason["reason"].lower().startswith(("no crash", "dump requested"))
    process = Process(error=None if none else error or Error(message=reason["reason"]))
    end, others = cursor.offset, 0
    while (line := cursor.line) is not None and others < _LINES_BETWEEN:
        others += 1
        if found := _THREAD.fullmatch(line):
            thread = Thread(id=found["id"], os_id=found["tid"], name=found["named"] or found["name"])
            thread.crashed = found["crashed"] is not None and not none
            process.threads.append(thread)
            others, end = 0, cursor.next_offset
        elif process.threads and (found := _FRAME.fullmatch(line)):
            process.threads[-1].frames.append(_frame(found["id"], found["rest"].rstrip()))
            others, end = 0, cursor.next_offset
        elif line.startswith(_SCANNED) and process.threads and process.threads[-1].frames:
            process.threads[-1].frames[-1].unreliable = True
        elif line.startswith("Loaded modules:"):
            break
        elif found := _PID.match(line):
            process.pid = to_number(found["pid"])
        cursor.advance()
    cursor.seek(end)
    if not any(each.frames for each in process.threads):
        return None
    return Snapshot(format=NAME, processes=[process])


def _frame(number: str, text: str) -> Frame:
    """The frame of ``cartd!price_of(Item*) [cartd.c : 9 + 0x5]`` or of ``libc.so.6 + 0x21bf7``."""
    frame = Frame(id=number)
    start = text.rfind(" [")
    place = _PLACE.match(text, start) if start >= 0 else None
    before, plus, offset = text.rpartition(" + 0x")
    if place is not None:
        text = text[:start]
        frame.file, frame.line = intern(place["file"]), to_number(place["line"])
    elif plus and len(offset) <= 16 and all(each in "0123456789abcdef" for each in offset):
        text, frame.offset = before, to_number(offset, 16)
    module, mark, function = text.partition("!")
    frame.module = intern(module)
    frame.function = intern(function) if mark and function else None
    return frame


FORMAT = Format(
    name=NAME,
    title="report of minidump-stackwalk",
    anchors=(b"Crash reason: ", b"Crash reason:  "),
    read=read,
)
