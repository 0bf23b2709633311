"""Panics of the kernels of FreeBSD, OpenBSD, NetBSD and macOS.

=======  =====================================================================  ===============
line     sample                                                                 what comes next
=======  =====================================================================  ===============
said     ``panic: page fault``                                                  passed
said     ``Fatal trap 12: page fault while in kernel mode``                     passed
said     ``panic(cpu 2 caller 0xffffff80): Kernel trap at 0x, type 14=page…``   passed
passed   ``KDB: stack backtrace:``, ``Stopped at      db_enter+0x14:  popq``     frame
frame    ``#5 0xffffffff80fe3ad8 at calltrap+0x8`` (FreeBSD)                    frame
frame    ``panic() at panic+0x43/frame 0xfffffe0012a1b3b0`` (FreeBSD's ddb)     frame
frame    ``cart_total(ffff800000a1b200) at cart_total+0x2c`` (OpenBSD)          frame
frame    ``0xffffff82 : 0xffffff7f com.shop.driver : __ZN4Shop5totalEv + 0x2c``  frame
=======  =====================================================================  ===============
"""

from __future__ import annotations

from ...._regex import regex
from ....cursor import Cursor
from ....model import Trace
from ..told_stacks import Dialect, read_told

_DIALECT = Dialect(
    name="bsd_panic",
    frames=(
        regex(
            r"#(?P<id>\d{1,4}) (?P<address>0x[0-9a-f]{8,16}) at"
            r" (?P<function>[\w.$]{1,200})\+(?P<offset>0x[0-9a-f]+)$"
        ),
        regex(
            r"(?P<function>[\w.$]{1,200}+)\([^()\n]{0,400}\) at (?:(?P<module>[\w-]{1,60}):)?[\w.$]{1,200}+"
            r"\+(?P<offset>0x[0-9a-f]+)(?:/frame 0x[0-9a-f]+)?$"
        ),
        regex(
            r"0x[0-9a-f]{8,16} : (?P<address>0x[0-9a-f]{8,16})(?: (?P<module>[\w.-]{1,200}) :"
            r" (?P<function>\S{1,400})"
            r" \+ (?P<offset>0x[0-9a-f]+))?\s*$"
        ),
    ),
    said=(
        regex(r"(?P<type>panic): (?P<message>.*)$"),
        regex(r"(?P<message>Fatal trap \d{1,3}: .*)$"),
        regex(
            r"(?P<message>(?:kernel: page fault trap|uvm_fault\("
            r"|fatal page fault in supervisor mode).*)$"
        ),
        regex(r"(?P<type>panic)\(cpu \d{1,4} caller 0x[0-9a-f]{8,16}\): (?P<message>.*)$"),
    ),
    passed=regex(
        r"\s*$|cpuid = |time = |KDB: |--- (?:trap|syscall|interrupt)|fault (?:virtual|code)"
        r"|instruction pointer|stack pointer"
        r"|frame pointer|code segment|\s+= |processor eflags|current process|trap number"
        r"|Stopped at |\s+TID  |\*? *\d{3,8} "
        r"|ddb\{|db\{|db>|https://www\.openbsd|reports\.  |CR0: "
        r"|[CRE][A-Z0-9]{2}: |R8: |R\d\d: |RFL: "
        r"|Fault CR2|Backtrace \(CPU|Debugger called|rdi:|r[a-z0-9]{2}: |\[ thread pid|Uptime: "
        r"|Panicked (?:task|thread)|mp_lock"
    ),
    closes=regex(r"end (?:of kernel|trace frame)|Uptime: "),
    type="panic",
)


def read(cursor: Cursor) -> Trace | None:
    """The report that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    return read_told(cursor, _DIALECT)
