"""Call stacks as Visual Studio copies them.

=======  ================================================================  ===============
line     sample                                                            what comes next
=======  ================================================================  ===============
said     ``Exception thrown at 0x00007FF6 in shop.exe: 0xC0000005: …``     frame
frame    ``>	shop.exe!Cart::Total() Line 22	C++``                      frame
frame    ``	shop.exe!main(int argc, char * * argv) Line 9	C++``          frame
passed   `` 	[External Code]	``                                        frame
=======  ================================================================  ===============
"""

from __future__ import annotations

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Trace
from ..told_stacks import Dialect, read_told
from .windows_crash import CODES

_DIALECT = Dialect(
    name="visual_studio",
    frames=(
        regex(
            r"[> ]?\s{0,8}(?P<module>[\w.+-]{1,200}\.(?:exe|dll|sys|pyd)|\w[\w.]{0,200})!(?P<function>.+?)"
            r"(?: Line (?P<line>\d{1,9}))?\s{1,8}(?:C\+\+|C|C#|F#|Unknown)(?: .*)?$"
        ),
        regex(
            r"[> ]?\s{0,8}(?P<module>[\w.+-]{1,200}\.(?:exe|dll"
            r"|sys))!(?P<address>[0-9a-f]{8,16})\(\)\s{1,8}Unknown.*$"
        ),
    ),
    said=(
        regex(
            r"(?:Unhandled e|E)xception (?:thrown )?at 0x[0-9A-Fa-f]{8,16} (?:\([^()]{1,200}\) )?in"
            r" [^:]{1,200}: "
            r"(?P<type>0x[0-9A-Fa-f]{8})(?:: (?P<message>.*))?$"
        ),
    ),
    passed=regex(r"\s{0,8}\[(?:External Code|Frames below may be .*|Inline Frame)\]\s*$"),
    fewest=2,
)


def read(cursor: Cursor) -> Trace | None:
    """The stack that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    trace = read_told(cursor, _DIALECT)
    if trace is not None and trace.error.type is not None:
        code = to_number(trace.error.type[2:], 16)
        trace.error.type = CODES.get(code, f"exception 0x{code:08x}")
    return trace
