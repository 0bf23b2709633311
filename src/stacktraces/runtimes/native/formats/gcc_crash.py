"""Crashes of GCC: internal compiler errors.

=======  ===================================================================  ===============
line     sample                                                               what comes next
=======  ===================================================================  ===============
said     ``shop.c:22:1: internal compiler error: in lra_assign, at lra.c:9``  quoted, frame
quoted   ``   22 | }``                                                        quoted, frame
frame    ``0x1a2b3c4 lra(_IO_FILE*)``                                         place, frame
place    ``	../../gcc/lra.c:2395``                                            frame
passed   ``Please submit a full bug report,``                                 passed
=======  ===================================================================  ===============
"""

from __future__ import annotations

from ...._regex import regex
from ....cursor import Cursor
from ....model import Trace
from ..told_stacks import Dialect, read_told

_DIALECT = Dialect(
    name="gcc_crash",
    frames=(regex(r"(?P<address>0x[0-9a-f]{4,16}) (?P<function>\S.*)$"),),
    said=(
        regex(
            r"(?:(?P<input>.{1,400}?): )?internal compiler error: (?P<message>in"
            r" (?P<function>[^,]{1,400}), at "
            r"(?P<file>[^\s:]{1,400}+):(?P<line>\d{1,9}))$"
        ),
        regex(r"(?:.{1,400}?: )?internal compiler error: (?P<message>.*)$"),
    ),
    passed=regex(
        r" {0,8}(?:\d{1,9} )?\| |Please submit|with preprocessed|Please include|See <|during "
        r"|The bug is not reproducible"
    ),
    place=regex(r"\t(?P<file>\S{1,400}?):(?P<line>\d{1,9})$"),
    type="internal compiler error",
)


def read(cursor: Cursor) -> Trace | None:
    """The report that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    return read_told(cursor, _DIALECT)
