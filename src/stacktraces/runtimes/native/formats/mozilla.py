"""Assertions and stacks of Firefox, Thunderbird, SpiderMonkey and what else is built like them.

=======  =====================================================================  ===============
line     sample                                                                 what comes next
=======  =====================================================================  ===============
said     ``Assertion failure: aCart (must not be null), at dom/Cart.cpp:22``    frame
said     ``###!!! ASSERTION: no stock: 'aCart', file dom/Cart.cpp:22``          frame
frame    ``#01: mozilla::dom::Cart::Total() [dom/shop/Cart.cpp:22]``            frame
frame    ``#02: ??? [/usr/lib/firefox/libxul.so +0x1a2b3c]``                    frame
=======  =====================================================================  ===============
"""

from __future__ import annotations

from ...._regex import regex
from ....cursor import Cursor
from ....model import Trace
from ..told_stacks import Dialect, read_told

_DIALECT = Dialect(
    name="mozilla",
    frames=(
        regex(
            r"#(?P<id>\d\d{1,3}): (?P<function>.+?) ?[\[(](?P<module>[^\[\]()]{1,400}?)"
            r" \+(?P<offset>0x[0-9a-f]+)[\])]$"
        ),
        regex(
            r"#(?P<id>\d\d{1,3}): (?P<function>.+?)"
            r" ?[\[(](?P<file>[^\[\]():]{1,400}+):(?P<line>\d{1,9}|\?{3})[\])]$"
        ),
        regex(r"#(?P<id>\d\d{1,3}): (?P<function>\S.*)$"),
    ),
    said=(
        regex(
            r"(?:\[\w+ \d+, [^\]]{1,80}\] )?(?P<type>Assertion failure): (?P<message>.*), at "
            r"(?P<file>\S{1,400}):(?P<line>\d{1,9})$"
        ),
        regex(
            r"(?:\[[^\]]{1,120}\] )?###!!! (?P<type>ASSERTION|ABORT): (?:(?P<message>.*?),? ?)??(?:file "
            r"(?P<file>[^\s,]{1,400}?)(?::|, line )(?P<line>\d{1,9}))?$"
        ),
        regex(r"Hit MOZ_CRASH\((?P<message>.*)\) at (?P<file>\S{1,400}):(?P<line>\d{1,9})$"),
    ),
    passed=regex(r"\Z(?!\Z)"),
    type="MOZ_CRASH",
)


def read(cursor: Cursor) -> Trace | None:
    """The report that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    return read_told(cursor, _DIALECT)
