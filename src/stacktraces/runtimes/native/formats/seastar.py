"""Crashes, stalls and lost errors that Seastar and ScyllaDB tell of, by addresses.

=======  =====================================================================  ===============
line     sample                                                                 what comes next
=======  =====================================================================  ===============
said     ``Segmentation fault on shard 0.``, ``Aborting on shard 3.``           passed
passed   ``Backtrace:``                                                         frame
frame    ``  0x4a1b2c``                                                         frame
frame    ``  /lib64/libc.so.6+0x3e6bf``                                         frame
=======  =====================================================================  ===============
"""

from __future__ import annotations

from ...._regex import regex
from ....cursor import Cursor
from ....model import Trace
from ..told_stacks import Dialect, read_told

_DIALECT = Dialect(
    name="seastar",
    frames=(
        regex(r"[ \t]{1,8}(?P<address>0x[0-9a-f]{4,16})$"),
        regex(r"[ \t]{1,8}(?P<module>/\S{1,400}?)\+(?P<offset>0x[0-9a-f]{1,16})$"),
    ),
    said=(
        regex(
            r".{0,200}?(?P<message>(?P<signal>Segmentation fault|Abort|Aborted|Bus error"
            r"|Illegal instruction|Floating point exception)"
            r"(?:ing)? on shard \d{1,5}.{0,80})$"
        ),
    ),
    passed=regex(r"\s*Backtrace:$"),
)


def read(cursor: Cursor) -> Trace | None:
    """The report that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    return read_told(cursor, _DIALECT)
