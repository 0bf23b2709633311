"""The stack of one thread as WinDbg's ``k`` prints it.

=======  ===========================================================================  ===============
line     sample                                                                       what comes next
=======  ===========================================================================  ===============
passed   ``# Child-SP          RetAddr               Call Site``                      frame
frame    ``02 00000012`3a1b2ce0 00007ff6`1a1b2d4e     shop!f+0x2c [C:/cart.cpp @ 22]``  frame
frame    ``00 0012fcd8 7c90e9ab ntdll!KiFastSystemCallRet`` (32 bits)                 frame
=======  ===========================================================================  ===============
"""

from __future__ import annotations

from ...._regex import regex
from ....cursor import Cursor
from ....model import Trace
from ..told_stacks import Dialect, read_told

_NUMBER = r"(?:[0-9a-f]{8}`)?[0-9a-f]{8}"
_DIALECT = Dialect(
    name="windbg_stack",
    frames=(
        regex(
            rf"(?:(?P<id>[0-9a-f]{{2,4}}) )?{_NUMBER} {_NUMBER} {{1,8}}(?:(?:{_NUMBER} ){{3}})?"
            r"(?P<module>[\w.+-]{1,200})!(?P<function>.+?)(?:\+(?P<offset>0x[0-9a-f]+))?"
            r"(?: \[(?P<file>[^\[\]]{1,400}?) @ (?P<line>\d{1,9})\] ?)?$"
        ),
        regex(
            rf"(?:(?P<id>[0-9a-f]{{2,4}}) )?{_NUMBER} {_NUMBER} {{1,8}}"
            r"(?P<module>[\w.+-]{1,200})\+(?P<offset>0x[0-9a-f]+)$"
        ),
        regex(
            r"(?P<id>[0-9a-f]{2,4}) \(Inline Function\) -{8}(?:`-{8})?"
            r" {1,8}(?P<module>[\w.+-]{1,200})!(?P<function>.+?)(?:\+0x[0-9a-f]+)?(?:"
            r" \[(?P<file>[^\[\]]{1,400}?) @ (?P<line>\d{1,9})\] ?)?$"
        ),
    ),
    said=(
        regex(
            r"\([0-9a-f]{1,6}\.[0-9a-f]{1,6}\): (?P<message>(?P<type>[A-Z][\w+# ]{3,40}) - code"
            r" [0-9a-f]{8}.*)$"
        ),
    ),
    passed=regex(
        r" ?# (?:Child-SP|ChildEBP|Memory)|(?:Child-SP|ChildEBP) +RetAddr"
        r"|WARNING: (?:Stack|Frame)|\d{1,3}:\d{3}> k"
    ),
)


def read(cursor: Cursor) -> Trace | None:
    """The stack that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    return read_told(cursor, _DIALECT)
