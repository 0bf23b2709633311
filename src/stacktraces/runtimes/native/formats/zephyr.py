"""Fatal errors of Zephyr.

=======  =====================================================================  ===============
line     sample                                                                 what comes next
=======  =====================================================================  ===============
said     ``ASSERTION FAIL [items > 0] @ WEST_TOPDIR/shop/src/cart.c:22``         passed
said     ``***** MPU FAULT *****``                                              passed, frame
frame    ``Faulting instruction address (r15/pc): 0x08001a2b``                  passed
frame    ``     0: fp: 0x40001a2b ra: 0x80001a2b [cart_total+0x2c]``            frame
said     ``>>> ZEPHYR FATAL ERROR 25: Unknown error on CPU 0``                  passed
=======  =====================================================================  ===============

Each line has the prefix of Zephyr's log, ``[00:00:01.234,000] <err> os: ``, or ``E: ``.
"""

from __future__ import annotations

from ...._regex import regex
from ....cursor import Cursor
from ....model import Trace
from ..told_stacks import Dialect, read_told

_DIALECT = Dialect(
    name="zephyr",
    frames=(
        regex(r"Faulting instruction address \([^()]{1,20}\): (?P<address>0x[0-9a-f]{6,16})$"),
        regex(
            r" {1,8}(?P<id>\d{1,4}): (?:(?:fp|sp): 0x[0-9a-f]+ )?ra: (?P<address>0x[0-9a-f]+)"
            r"(?: \[(?P<function>[\w.$]{1,200})\+(?P<offset>0x[0-9a-f]+)\])?$"
        ),
        regex(r" {0,8}(?:EPC|mepc): (?P<address>[0-9a-fx]{6,18})\b"),
    ),
    said=(
        regex(r"\*{5} (?P<type>[A-Z][A-Za-z ]{1,40}) \*{5}$"),
        regex(r"ASSERTION FAIL \[(?P<message>.*)\] @ (?P<file>\S{1,400}):(?P<line>\d{1,9})$"),
    ),
    passed=regex(
        r"\s*$|  \S|r\d{1,2}/|xpsr|s\[|fpscr|Current thread: |Halting system|call trace:"
        r"|Fault during|mcause|mtval|EXC_RETURN"
        r"|\s*(?:r|a|t|s)\d{1,2}"
    ),
    lead=regex(r"(?:\[[\d:.,]{6,24}\] (?:\x1b\[[\d;]*m)?<err> \w{1,40}: ?|E: )"),
    closes=regex(r">>> (?P<message>ZEPHYR FATAL ERROR \d{1,4}: .*)$"),
    type="ASSERTION FAIL",
)


def read(cursor: Cursor) -> Trace | None:
    """The report that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    return read_told(cursor, _DIALECT)
