"""Crashes, stalls and lost errors that Seastar and ScyllaDB tell of, by addresses.

=======  =====================================================================  ===============
line     sample                                                                 what comes next
=======  =====================================================================  ===============
said     ``Segmentation fault on shard 0.``, ``Aborting on shard 3.``           passed
passed   ``Backtrace:``                                                         frame
frame    ``  0x4a1b2c``                                                         frame
frame    ``  /lib64/libc.so.6+0x3e6bf``                                         frame
one line ``Reactor stalled for 33 ms on shard 0. Backtrace: 0x3b5b5c 0x3b5c9f`` nothing
=======  =====================================================================  ===============
"""

from __future__ import annotations

from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Error, Frame, Origin, Trace
from ..symbol_lines import FRAMES_KEPT
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
_ONE_LINE = regex(
    r"(?:.{0,200}? )?(?P<message>(?P<type>Reactor stalled) for \d{1,9} ms on shard \d{1,5}.{0,80}?|"
    r"(?P<kind>oversized allocation): \d{1,20} bytes.{0,300}?)"
    r"[.:]? (?:Backtrace:|Please report: at) (?P<stack>(?:(?:\S{1,400}\+)?0x[0-9a-f]{1,16} ?){2,1000}+)\s*$"
)
_ADDRESS = regex(r"(?:(?P<module>[^\s+]{1,400})\+)?0x(?P<number>[0-9a-f]{1,16})")


def read(cursor: Cursor) -> Trace | None:
    """The report that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    return _read_one_line(cursor) or read_told(cursor, _DIALECT)


def _read_one_line(cursor: Cursor) -> Trace | None:
    """A stall, or an allocation that is too large, with the whole stack in its line."""
    found = _ONE_LINE.match(cursor.line or "")
    if found is None:
        return None
    frames: list[Frame] = []
    for each in _ADDRESS.finditer(found["stack"]):
        if len(frames) == FRAMES_KEPT:
            break
        module = each["module"]
        number = to_number(each["number"], 16)
        frames.append(Frame(module=intern(module), offset=number) if module else Frame(address=number))
    error = Error(type=found["type"] or found["kind"], message=found["message"], frames=frames)
    trace = Trace(error=error, format=_DIALECT.name, origin=Origin(offset=cursor.offset))
    cursor.advance()
    return trace
