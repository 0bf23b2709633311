"""Crashes that Wine's debugger shows.

=======  ===================================================================================  ===============
line     sample                                                                               what comes next
=======  ===================================================================================  ===============
said     ``wine: Unhandled page fault on read access to 00000018 at address 0000000140001A2B``  passed
said     ``Unhandled exception: page fault on read access to 0x00000018 in 64-bit code (0x14)``  passed
passed   ``Register dump:``, ``Backtrace:``                                                   frame
frame    ``=>0 0x0000000140001a2b in shop (+0x1a2b) (0x000000000011fe20)``                    frame
frame    ``  1 0x0000000140001b2c main+0x1c() in shop (0x000000000011fe50)``                  frame
=======  ===================================================================================  ===============
"""

from __future__ import annotations

from ...._regex import regex
from ....cursor import Cursor
from ....model import Trace
from ..told_stacks import Dialect, read_told

_DIALECT = Dialect(
    name="wine",
    frames=(
        regex(
            r"(?:=>| {1,3})?(?P<id>\d{1,4}) (?P<address>0x[0-9a-f]{6,16}) (?:(?P<function>(?!in"
            r" )[^\s(]\S{0,400}?)"
            r"(?:\+(?P<offset>0x[0-9a-f]+))?(?:\([^()\n]{0,1000}\))?"
            r" (?:\[(?P<file>[^\]:]{1,400}):(?P<line>\d{1,9})\] )?)?"
            r"(?:in (?P<module>[\w.+-]{1,200})|\S{1,40} ).*$"
        ),
    ),
    said=(
        regex(
            r"(?:[0-9a-f]{4}:err:\S{1,60} "
            r"|wine: )?Unhandled (?:exception: )?(?P<message>(?P<type>[a-z][a-z ]{2,40}?)"
            r"(?: (?:on|in|at|0x)\b.*)?)$"
        ),
    ),
    passed=regex(
        r"\s*$|Register dump:| (?:CS|SS|rip|rsp|EIP|Eip|Flags|RAX| ?[reER][a-z0-9A-Z]{1,2}): ?"
        r"|Stack dump:|Backtrace:|Modules:|  ?(?:[A-Z]{2,3}|0x[0-9a-f]{8,16})[:0-9]"
    ),
)


def read(cursor: Cursor) -> Trace | None:
    """The report that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    return read_told(cursor, _DIALECT)
