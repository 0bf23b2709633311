"""Stacks that RocksDB, MyRocks and TiKV's engine print when they crash.

=======  ==========================================================================  ===============
line     sample                                                                      what comes next
=======  ==========================================================================  ===============
said     ``Received signal 11 (Segmentation fault)``                                 passed, frame
passed   ``Invoking GDB for stack trace...``                                         frame
frame    ``#0   ./shop(_ZN4shop5totalEv+0x2c) [0x55d6] shop::total()	cart.cc:22``  frame
frame    ``#2   /lib/libc.so.6(+0x29d8f) [0x7f1a] ??	??:0``                       frame
=======  ==========================================================================  ===============
"""

from __future__ import annotations

from ...._regex import regex
from ....cursor import Cursor
from ....model import Trace
from ..told_stacks import Dialect, read_told

_DIALECT = Dialect(
    name="rocksdb",
    frames=(
        regex(
            r"#(?P<id>\d{1,4}) {2,3}(?P<module>[^()\[\]]{1,400}?)\((?P<mangled>[^()\n]*)\)"
            r" \[(?P<address>0x[0-9a-f]+)\]"
            r" (?P<function>[^\t]+?)\t(?P<file>[^\s:]{1,400}+):(?P<line>\d{1,9}|\?)"
        ),
    ),
    said=(regex(r"(?P<message>Received signal (?P<signal>\d{1,2}) \([^()]{1,80}\))$"),),
    passed=regex(r"Invoking (?:GDB|LLDB) for stack trace"),
)


def read(cursor: Cursor) -> Trace | None:
    """The report that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    return read_told(cursor, _DIALECT)
