"""What ndk-stack makes of a native crash on Android: frames with their places.

=====  ==========================================================================  ============
line   sample                                                                      what comes next
=====  ==========================================================================  ============
said   ``********** Crash dump: **********``                                       said, frame
said   ``Abort message: 'no stock'``                                               frame
frame  ``#00 0x0000000000012345 /lib/arm64/libshop.so (shop::price(int)+28) (…)``  function
func.  ``                                          shop::price(int)``              place
place  ``                                          /src/shop/price.cpp:14:5``      frame, function
=====  ==========================================================================  ============
"""

from __future__ import annotations

from ...._regex import regex
from ....cursor import Cursor
from ....model import Trace
from ..told_stacks import Dialect, read_told

_DIALECT = Dialect(
    name="ndk_stack",
    frames=(
        regex(
            r"#(?P<id>\d{1,4}) 0x(?P<address>[0-9a-f]{8,16}) (?P<module>\S{1,1000}?)"
            r"(?: \((?P<function>[^\n]*?)\+\d{1,9}\))?(?: \(BuildId: [0-9a-f]{1,64}\))?\s*$"
        ),
    ),
    said=(
        regex(r"\*{5,20} (?P<type>Crash dump): \*{5,20}\s*$"),
        regex(r"Abort message: '(?P<message>.*)'\s*$"),
    ),
    passed=regex(r"Build fingerprint: |\s*$|Crash dump is completed"),
    # The function, which the frame has as well, stands above its place.
    place=regex(r" {20,100}(?:(?P<file>\S{1,1000}?):(?P<line>\d{1,9})(?::(?P<column>\d{1,9}))?\s*$|\S)"),
)


def read(cursor: Cursor) -> Trace | None:
    """The report that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    return read_told(cursor, _DIALECT)
