"""Reports of the Xen hypervisor of itself.

=======  =====================================================================  ===============
line     sample                                                                 what comes next
=======  =====================================================================  ===============
said     ``(XEN) Xen BUG at page_alloc.c:2139``                                 passed
passed   ``(XEN) RIP:    e008:[<ffff82d0402a1b2c>] free_pages+0x2c/0x90``       passed
passed   ``(XEN) Xen call trace:``                                              frame
frame    ``(XEN)    [<ffff82d0402a1c3d>] F put_page+0x10/0x20``                 frame
said     ``(XEN) Panic on CPU 3:``                                              passed
=======  =====================================================================  ===============
"""

from __future__ import annotations

from ...._regex import regex
from ....cursor import Cursor
from ....model import Trace
from ..told_stacks import Dialect, read_told

_DIALECT = Dialect(
    name="xen",
    frames=(
        regex(
            r" {1,8}\[<(?P<address>[0-9a-f]{8,16})>\] (?:[RFS] )?(?P<function>[\w.$#/-]{1,200}?)"
            r"\+(?P<offset>0x[0-9a-f]+)/0x[0-9a-f]+$"
        ),
    ),
    said=(
        regex(r"Xen (?P<type>BUG|WARN) at (?P<message>(?P<file>\S{1,200}):(?P<line>\d{1,7}))"),
        regex(r"Assertion '(?P<message>.*)' failed at (?P<file>\S{1,200}):(?P<line>\d{1,7})"),
        regex(r"\*\*\* (?P<type>DOUBLE FAULT) \*\*\*"),
        regex(r"(?P<type>FATAL (?:TRAP|PAGE FAULT)): ?(?P<message>.*)$"),
        regex(r"\*\*\* (?P<message>Watchdog timer detects that CPU\d+ is stuck!)$"),
    ),
    passed=regex(
        r"\s*$|----\[ Xen|CPU: |RIP: |RFLAGS: |r[a-z0-9]{1,2}: |cr\d: |fs[bg]?: |gsb?: |ds: |es: "
        r"|ss: |Xen |\s+[0-9a-f]{16}|\*{8,}"
        r"|Panic on CPU|Reboot|Resetting|Error code|\[error_code|Faulting linear|FATAL|Pagetable"
        r"| L\d\[|Valid stack|LR: |PC: "
    ),
    lead=regex(r"(?:\[ {0,9}\d{1,9}\.\d{6}\] )?\(XEN\) (?:\[[^\]]{1,40}\] )?"),
    type="Xen crash",
)


def read(cursor: Cursor) -> Trace | None:
    """The report that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    return read_told(cursor, _DIALECT)
