"""Processes that died of a signal, as the kernel or the process above them tells it in one line.

=======  ============================================================================
by       sample
=======  ============================================================================
kernel   ``shop[4321]: segfault at 18 ip 000055d6a1b2 sp 00007ffc error 4 in shop[55d6a1b2b000+1000]``
kernel   ``traps: shop[4321] general protection fault ip:7f1a sp:7ffc error:0 in lib.so[7f1a+1000]``
nginx    ``worker process 1235 exited on signal 11 (core dumped)``
php-fpm  ``[pool www] child 40 exited on signal 11 (SIGSEGV) after 12.3 seconds from start``
Apache   ``AH00052: child pid 1235 exit signal Segmentation fault (11)``
systemd  ``shop.service: Main process exited, code=dumped, status=11/SEGV``
=======  ============================================================================

The kernel's line names the shared object and the address in it: that is the one frame.
"""

from __future__ import annotations

import re
from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Error, Frame, Origin, Trace
from ..symbol_lines import SIGNALS

NAME = "died_process"
_FAULT = regex(
    r".{0,300}?(?P<text>(?P<process>[^\s\[\]:][^\[\]:]{0,60}?)\[(?P<pid>\d{1,10})\]:? (?:trap )?"
    r"(?P<what>segfault|general protection(?: fault)?|invalid opcode|divide error|int3|stack segment)"
    r"(?: at (?P<at>[0-9a-f]{1,16}))? (?:ip|rip):? ?(?P<ip>[0-9a-f]{8,16}) (?:sp"
    r"|rsp):? ?[0-9a-f]{8,16} error:? ?[0-9a-f]{1,8}"
    r"(?: in (?P<module>[^\[\]]{1,200})\[(?:(?P<offset>[0-9a-f]{1,16}),)?"
    r"(?P<base>[0-9a-f]{1,16})\+[0-9a-f]{1,16}\])?.*)$"
)
_EXITED = regex(
    r".{0,300}?(?P<text>(?:worker process|cache manager process|cache loader process"
    r"|child) (?P<pid>\d{1,10}) exited on signal "
    r"(?P<signal>\d{1,2})\b.*)$"
)
_APACHE = regex(
    r".{0,300}?(?P<text>child pid (?P<pid>\d{1,10}) exit signal [A-Z][\w /]{1,40}"
    r" \((?P<signal>\d{1,2})\).*)$"
)
_SYSTEMD = regex(
    r".{0,300}?(?P<text>(?P<process>[\w@.:\\-]{1,200}): Main process exited, code=dumped,"
    r" status=(?P<signal>\d{1,2})/[A-Z]{2,6})$"
)
_KINDS = {
    "segfault": "SIGSEGV",
    "general protection": "SIGSEGV",
    "general protection fault": "SIGSEGV",
    "stack segment": "SIGBUS",
    "invalid opcode": "SIGILL",
    "divide error": "SIGFPE",
    "int3": "SIGTRAP",
}
_LONGEST = 2_000


def read(cursor: Cursor) -> Trace | None:
    """What the cursor's line tells of a process; see :data:`stacktraces.runtimes.Reader`."""
    line = (cursor.line or "")[:_LONGEST].rstrip()
    trace = Trace(error=Error(), format=NAME, origin=Origin(offset=cursor.offset))
    found = _FAULT.match(line)
    if found is not None:
        trace.error.type = _KINDS[found["what"]]
        trace.error.frames = _place(found)
    else:
        found = _EXITED.match(line) or _APACHE.match(line) or _SYSTEMD.match(line)
        kind = SIGNALS.get(to_number(found["signal"])) if found is not None else None
        if found is None or kind is None:
            return None
        trace.error.type = kind
    groups = found.groupdict()
    trace.error.message = groups["text"]
    trace.context.process = groups.get("process")
    trace.context.pid = groups.get("pid")
    cursor.advance()
    return trace


def _place(found: re.Match[str]) -> list[Frame]:
    if found["module"] is None:
        return []
    frame = Frame(module=intern(found["module"]), address=to_number(found["ip"], 16))
    if found["offset"]:
        frame.offset = to_number(found["offset"], 16)
    else:
        frame.offset = max(to_number(found["ip"], 16) - to_number(found["base"], 16), 0)
    return [frame]
