"""Crashes and failed assertions of Ceph's daemons.

=======  =====================================================================  ===============
line     sample                                                                 what comes next
=======  =====================================================================  ===============
said     ``*** Caught signal (Segmentation fault) **``                          passed, frame
said     ``src/os/BlueStore.cc: 11061: FAILED ceph_assert(r == 0)``             passed, frame
passed   `` ceph version 16.2.7 (f9aa0297) pacific (stable)``                   frame
frame    `` 3: (BlueStore::_do_write(int)+0x2a1) [0x55d6a1b2c4e5]``             frame, passed
frame    `` 2: /usr/bin/ceph-osd(+0x56a56e) [0x55d6a1b2c56e]``                  frame, passed
passed   `` NOTE: a copy of the executable, or `objdump -rdS <executable>` …``  nothing
=======  =====================================================================  ===============
"""

from __future__ import annotations

from ...._regex import regex
from ....cursor import Cursor
from ....model import Trace
from ..told_stacks import Dialect, read_told

# 2024-05-02T08:15:03.123+0000 7f1a2b3c4700 -1, which Ceph's log puts before the first line.
_PREFIX = r"(?:\d{4}-\S{1,40} [0-9a-f]{6,16} {1,2}-?\d{1,2} )?"

_DIALECT = Dialect(
    name="ceph",
    frames=(
        regex(
            r" {0,4}(?P<id>\d{1,4}): (?P<module>/[^\s()]{1,400}+)?\((?P<function>[^\n]*?)"
            r"(?:\+(?P<offset>0x[0-9a-f]+))?\) \[(?P<address>0x[0-9a-f]+)\]$"
        ),
        regex(r" {0,4}(?P<id>\d{1,4}): (?P<module>/[^\s()]{1,400}+) \[(?P<address>0x[0-9a-f]+)\]$"),
        regex(
            r" {0,4}(?P<id>\d{1,4}): (?P<function>[\w:~<>]{1,400}+)\(\)(?: \[(?P<address>0x[0-9a-f]+)\])?$"
        ),
    ),
    said=(
        regex(_PREFIX + r"(?:\*\*\* )?(?P<message>Caught signal \((?P<signal>[^()]{1,80})\))(?: \*\*)?$"),
        regex(_PREFIX + r"(?P<message>Caught signal (?P<signal>\d{1,2}) \([^()]{1,80}\))$"),
        regex(
            _PREFIX
            + r"(?P<file>[^\s:]{1,400}+): (?P<line>\d{1,9}): (?P<type>FAILED \w{1,40}|ceph_abort_msg|abort)"
            r"\((?P<message>.*)\)$"
        ),
        regex(
            _PREFIX
            + r"[^\s:]{1,400}+: In function '(?P<function>.*)' thread (?P<thread>[0-9a-f]+) time \S.*$"
        ),
        regex(r" in thread (?P<thread>[0-9a-f]+)(?: thread_name:\S+)?$"),
    ),
    passed=regex(r"\s*$| ceph version | NOTE: a copy of the executable"),
)


def read(cursor: Cursor) -> Trace | None:
    """The report that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    return read_told(cursor, _DIALECT)
