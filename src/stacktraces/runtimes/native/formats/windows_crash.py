"""What Windows says of programs and systems that died: the event log, Visual Studio, a debugger's analysis.

==========  =====================================================================  =====================
line        sample                                                                 what comes next
==========  =====================================================================  =====================
faulting    ``Faulting application name: shop.exe, version: 1.2.0.0, time stamp: …``  module
module      ``Faulting module name: ntdll.dll, version: 10.0.18362.1, …``          code
code        ``Exception code: 0xc0000005``                                         offset
offset      ``Fault offset: 0x0000000000002cd29``                                  paths
unhandled   ``Unhandled exception at 0x00007FF6 in shop.exe: 0xC0000005: Access violation reading …``
stopped     ``The computer has rebooted from a bugcheck.  The bugcheck was: 0x0000009f (0x03, …).``
stop        ``*** STOP: 0x0000007E (0xC0000005, 0xFC5ACBF3, …)``
bugcheck    ``DRIVER_IRQL_NOT_LESS_OR_EQUAL (d1)``, ``Arguments:``                  process, stack
stack       ``STACK_TEXT:``                                                        frame
frame       ``ffffd505`7e830840 fffff800`903d22eb : 0 0 0 0 : nt!KiPageFault+0x42b``  frame
==========  =====================================================================  =====================
"""

from __future__ import annotations

import re
from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Error, Frame, Origin, Trace
from ..symbol_lines import FRAMES_KEPT, LONGEST_LINE

NAME = "windows_crash"

_FAULTING = regex(
    r"(?:.{0,300}?)(?P<text>Faulting application (?:name: )?(?P<program>[^,\n]+?), version:? .*)$"
)
_MODULE = regex(r"[Ff]aulting module (?:name: )?(?P<module>[^,\n]{1,400}), version")
_CODE = regex(r"[Ee]xception code:? (?P<code>0x[0-9a-fA-F]{1,8})")
_AT_OFFSET = regex(r"[Ff]ault (?:offset|address):? (?P<offset>0x[0-9a-fA-F]{1,16})")
_EVENT = regex(r"\s*(?:Faulting |Exception code: |Fault offset: |Report Id: |Faulting package|$)")
_UNHANDLED = regex(
    r"(?:.{0,300}?)(?P<text>Unhandled exception at (?P<address>0x[0-9A-Fa-f]+)"
    r"(?: \((?P<module>[^()]+)\))? in (?P<program>[^:\n]+):"
    r" (?P<code>0x[0-9A-Fa-f]+)(?:: (?P<said>.*))?)$"
)
_BUGCHECK_EVENT = regex(r"(?:.{0,300}?)(?P<text>The bugcheck was: (?P<code>0x[0-9a-f]{8,16}) \(.*)$")
_STOP = regex(r"\*\*\* STOP: (?P<code>0x[0-9A-Fa-f]{8}) \(.*$")
_NAMED = regex(r"(?P<name>[A-Z][A-Z0-9_]{5,79}) \((?P<code>[0-9a-f]{1,8})\)$")
_USER_MODE = regex(r"ExceptionCode: (?P<code>[0-9a-f]{8})(?: \((?P<name>[^()]+)\))?")
_PROCESS = regex(r"PROCESS_NAME: +(?P<name>\S.*)$")
_STACK = regex(r"STACK_TEXT: *$")
_FRAME = regex(
    r"(?:[0-9a-f]{2,3} )?[0-9a-f]{8}(?:`[0-9a-f]{8})? [0-9a-f]{8}(?:`[0-9a-f]{8})?"
    r" {1,8}(?:: )?(?:[0-9a-f`]{8,17} ){3,4}(?:: )?(?P<call>\S.*)$"
)
_PLACE = regex(r"(?P<call>.*\S) \[(?P<file>[^\[\]]+) @ (?P<line>\d+)\] ?$")
_OFFSET = regex(r"(?P<call>.*?)\+0x(?P<offset>[0-9a-f]+)$")
_BARE = regex(r"0x[0-9a-f`]+$")
_COPIED = regex(r"[> ]?\s{0,8}[\w.+-]{1,200}!.{1,4000}\s(?:C\+\+|C|C#|Unknown)\b")
"""A frame of the call stack that Visual Studio copies: the exception is told with it."""
_BACK = 400
_TO_STACK = 60
_EVENT_LINES = 14

CODES = {
    0x80000003: "EXCEPTION_BREAKPOINT",
    0xC0000005: "EXCEPTION_ACCESS_VIOLATION",
    0xC0000006: "EXCEPTION_IN_PAGE_ERROR",
    0xC000001D: "EXCEPTION_ILLEGAL_INSTRUCTION",
    0xC0000094: "EXCEPTION_INT_DIVIDE_BY_ZERO",
    0xC0000096: "EXCEPTION_PRIV_INSTRUCTION",
    0xC00000FD: "EXCEPTION_STACK_OVERFLOW",
    0xC0000135: "STATUS_DLL_NOT_FOUND",
    0xC0000142: "STATUS_DLL_INIT_FAILED",
    0xC0000374: "STATUS_HEAP_CORRUPTION",
    0xC0000409: "STATUS_STACK_BUFFER_OVERRUN",
    0xC000027B: "STATUS_STOWED_EXCEPTION",
    0xC06D007E: "MODULE_NOT_FOUND",
    0xE0434352: "CLR exception",
    0xE06D7363: "C++ exception",
    0x40000015: "STATUS_FATAL_APP_EXIT",
}
"""Names of the exceptions that end most programs."""
STOPS = {
    0x0A: "IRQL_NOT_LESS_OR_EQUAL",
    0x1A: "MEMORY_MANAGEMENT",
    0x1E: "KMODE_EXCEPTION_NOT_HANDLED",
    0x24: "NTFS_FILE_SYSTEM",
    0x3B: "SYSTEM_SERVICE_EXCEPTION",
    0x50: "PAGE_FAULT_IN_NONPAGED_AREA",
    0x7A: "KERNEL_DATA_INPAGE_ERROR",
    0x7B: "INACCESSIBLE_BOOT_DEVICE",
    0x7E: "SYSTEM_THREAD_EXCEPTION_NOT_HANDLED",
    0x7F: "UNEXPECTED_KERNEL_MODE_TRAP",
    0x9F: "DRIVER_POWER_STATE_FAILURE",
    0xC2: "BAD_POOL_CALLER",
    0xD1: "DRIVER_IRQL_NOT_LESS_OR_EQUAL",
    0xEF: "CRITICAL_PROCESS_DIED",
    0x101: "CLOCK_WATCHDOG_TIMEOUT",
    0x116: "VIDEO_TDR_FAILURE",
    0x124: "WHEA_UNCORRECTABLE_ERROR",
    0x133: "DPC_WATCHDOG_VIOLATION",
    0x139: "KERNEL_SECURITY_CHECK_FAILURE",
}
"""Names of the bug checks that are met most."""


def read(cursor: Cursor) -> Trace | None:
    """What the cursor's line tells of; see :data:`stacktraces.runtimes.Reader`."""
    line = (cursor.line or "")[:LONGEST_LINE].rstrip()
    if _STACK.match(line):
        return _read_analysis(cursor)
    trace = Trace(error=Error(), format=NAME, origin=Origin(offset=cursor.offset))
    if found := _FAULTING.match(line):
        return _read_event(cursor, trace, found)
    if found := _UNHANDLED.match(line):
        if _COPIED.match(cursor.peek() or ""):
            return None
        _set_unhandled(trace, found)
    elif found := _BUGCHECK_EVENT.match(line) or _STOP.match(line):
        code = to_number(found["code"], 16)
        trace.error.type = STOPS.get(code, f"bug check 0x{code:x}")
        trace.error.message = found.groupdict().get("text") or found[0]
    else:
        return None
    cursor.advance()
    return trace


def _read_event(cursor: Cursor, trace: Trace, found: re.Match[str]) -> Trace | None:
    """An event of the log: over several lines, or all on one."""
    texts = [found["text"]]
    cursor.advance()
    end = cursor.offset
    for _ in range(_EVENT_LINES):
        line = (cursor.line or "x")[:LONGEST_LINE]
        if not _EVENT.match(line) or "Faulting application name" in line:
            break
        texts.append(line.strip())
        cursor.advance()
        end = cursor.offset if line.strip() else end
    cursor.seek(end)
    text = "\n".join(texts)
    module, code, offset = _MODULE.search(text), _CODE.search(text), _AT_OFFSET.search(text)
    if module is None:
        return None
    frame = Frame(module=intern(module["module"]))
    frame.offset = to_number(offset["offset"], 16) if offset else None
    number = to_number(code["code"], 16) if code else None
    kind = CODES.get(number, f"exception 0x{number:08x}") if number is not None else "Application Error"
    trace.error = Error(type=kind, message=f"{found['program']} in {frame.module}", frames=[frame])
    trace.context.process = found["program"]
    return trace


def _set_unhandled(trace: Trace, found: re.Match[str]) -> None:
    code = to_number(found["code"], 16)
    trace.error.type = CODES.get(code, f"exception 0x{code:08x}")
    trace.error.message = found["said"] or found["text"]
    module = found["module"] or found["program"]
    trace.error.frames = [Frame(module=intern(module), address=to_number(found["address"], 16))]
    trace.context.process = found["program"]


def _read_analysis(cursor: Cursor) -> Trace | None:
    """What ``!analyze -v`` says; the cursor is on the heading of the stack."""
    stack = cursor.offset
    trace = Trace(error=Error(), format=NAME, origin=Origin(offset=stack))
    if not _step_to_reason(cursor, trace):
        return None
    cursor.seek(stack)
    cursor.advance()
    frames = trace.error.frames
    end = cursor.offset
    while (line := cursor.line) is not None:
        found = _FRAME.match(line[:LONGEST_LINE].rstrip())
        if found is None and (frames or line.strip()):
            break
        cursor.advance()
        if found is not None:
            if len(frames) < FRAMES_KEPT:
                frames.append(_frame(found["call"]))
            end = cursor.offset
    cursor.seek(end)
    return trace if frames else None


def _step_to_reason(cursor: Cursor, trace: Trace) -> bool:
    """Go back to the bug check, or to the exception of a program."""
    error = trace.error
    for _ in range(_BACK):
        if not cursor.back():
            break
        line = (cursor.line or "")[:LONGEST_LINE].rstrip()
        if _STACK.match(line):
            break
        if found := _PROCESS.match(line):
            trace.context.process = found["name"]
        elif (found := _USER_MODE.search(line)) and error.type is None:
            code = to_number(found["code"], 16)
            error.type, error.message = CODES.get(code, f"exception 0x{code:08x}"), found["name"]
            trace.origin.offset = cursor.offset
        elif found := _NAMED.match(line):
            if error.type is None:
                error.type, error.message = found["name"], _explanation(cursor)
            trace.origin.offset = cursor.offset
            return True
    return error.type is not None


def _explanation(cursor: Cursor) -> str | None:
    """What stands below the name of a bug check, up to its arguments."""
    lines = []
    for distance in range(1, 12):
        line = cursor.peek(distance)
        if line is None or line.startswith("Arguments:"):
            break
        lines.append(line.strip())
    return "\n".join(lines).strip() or None


def _frame(call: str) -> Frame:
    frame = Frame()
    if place := _PLACE.match(call):
        call, frame.file, frame.line = place["call"], intern(place["file"]), to_number(place["line"])
    if _BARE.match(call):
        frame.address = to_number(call.replace("`", ""), 16)
        return frame
    if offset := _OFFSET.match(call):
        call, frame.offset = offset["call"], to_number(offset["offset"], 16)
    module, mark, _ = call.partition("!")
    frame.module = intern(module)
    # The debugger's own name of a function holds its module.
    frame.function = intern(call) if mark else None
    return frame
