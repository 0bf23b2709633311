"""Crashes of programs made with Unreal Engine.

=======  =====================================================================  ===============
line     sample                                                                 what comes next
=======  =====================================================================  ===============
said     ``Unhandled Exception: EXCEPTION_ACCESS_VIOLATION reading address 0``  blank, frame
said     ``LowLevelFatalError [File:Cart.cpp] [Line: 22] no stock``             blank, frame
said     ``Assertion failed: Cart [File:Cart.cpp] [Line: 22]``                  blank, frame
frame    ``ShopGame_Win64_Shipping!ACart::Total() [C:/Shop/Cart.cpp:22]``  frame
frame    ``[Callstack] 0x00007ff6a1b2c3d4 Shop.exe!ACart::Total() []``          frame
=======  =====================================================================  ===============

In a log each line has the engine's own prefix: ``[2024.05.02-08.15.03:123][  0]LogWindows: Error: ``.
"""

from __future__ import annotations

from ...._regex import regex
from ....cursor import Cursor
from ....model import Trace
from ..told_stacks import Dialect, read_told

_DIALECT = Dialect(
    name="unreal",
    frames=(
        regex(
            r"(?:\[Callstack\] (?P<address>0x[0-9a-fA-F]{6,16})"
            r" )?(?P<module>[\w.+-]{1,200}+)!(?P<function>.+?)"
            r"(?: \[(?P<file>[^\[\]]{0,400}?)(?::(?P<line>\d{1,9}))?\])?$"
        ),
        regex(r"(?P<module>kernel32|ntdll|KERNELBASE|user32|ucrtbase)$"),
    ),
    said=(
        regex(r"Unhandled Exception: (?P<type>EXCEPTION_\w{1,60})(?: (?P<message>.*))?$"),
        regex(
            r"(?P<type>LowLevelFatalError) \[File:(?P<file>[^\]]{1,400})\] \[Line: (?P<line>\d{1,9})\] ?"
            r"(?P<message>.*)$"
        ),
        regex(
            r"(?P<type>Assertion failed|Ensure condition failed|Fatal error): (?P<message>.*?) "
            r"\[File:(?P<file>[^\]]{1,400})\] \[Line: (?P<line>\d{1,9})\]"
        ),
        regex(r"Unhandled Exception: (?P<signal>SIG\w{1,10}): (?P<message>.*)$"),
    ),
    passed=regex(r"\s*$|=== Critical error: ===|Fatal error!?|Script stack:|\w+ has encountered"),
    lead=regex(
        r"(?:\[\d{4}\.\d\d\.\d\d-\d\d\.\d\d\.\d\d:\d{3}\]\[ *\d{1,4}\])?(?:Log\w{1,40}: )?"
        r"(?:(?:Error|Fatal|Critical): )?"
    ),
)


def read(cursor: Cursor) -> Trace | None:
    """The report that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    return read_told(cursor, _DIALECT)
