"""What Gradle prints of a failed test unless it is told otherwise: types and places, no stack.

======================================================  ===============================================
line                                                    what comes next
======================================================  ===============================================
``shop.OrdersTest > total FAILED``                      the error
``    java.lang.IllegalStateException at T.java:5``     causes
``        Caused by: java.io.IOException at T.java:9``  causes
======================================================  ===============================================

The place is the innermost frame within the test's class; the test itself is known to stand on the stack.
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame, Origin, Trace
from .headers import NAME as CLASS

NAME = "gradle"

_TEST = regex(r"(?P<class>[^\W\d][\w$.]*)(?: > .{1,500})?? > (?P<test>[^>]{1,500}) FAILED\s*$")
_ERROR = regex(rf"\s+(?P<cause>Caused by: )?(?P<type>{CLASS}) at (?P<file>[^\s:]+):(?P<line>\d{{1,9}})\s*$")
_CAUSES_KEPT = 100


def read(cursor: Cursor) -> Trace | None:
    """The test whose line the cursor is on; see :data:`stacktraces.runtimes.Reader`."""
    test = _TEST.match(cursor.line or "")
    if test is None:
        return None
    origin = Origin(offset=cursor.offset)
    cursor.advance()
    first = last = None
    for _ in range(_CAUSES_KEPT):
        found = _ERROR.match(cursor.line or "")
        if found is None or bool(found["cause"]) != (first is not None):
            break
        error = Error(type=found["type"])
        place = Frame(module=intern(test["class"]), file=intern(found["file"]), line=to_number(found["line"]))
        error.frames = [place]
        if last is None:
            first = error
            error.frames.append(Frame(function=f"{test['class']}.{test['test'].removesuffix('()')}"))
        else:
            last.cause, last.cause_kind = error, "cause"
        last = error
        cursor.advance()
    return Trace(error=first, format=NAME, origin=origin) if first is not None else None
