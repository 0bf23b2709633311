"""Tells the start of a report from a line in the midst of one, where those of two writers interleave."""

from __future__ import annotations

from ...cursor import Cursor
from .frames import read_frame
from .heads import CUT_HERE, find_head
from .kernel_lines import KernelLines
from .report_lines import KNOWN, RULE, STACK

_SAID = 2
"""Lines from the mark that a report starts with to its head."""


def is_in_midst(cursor: Cursor, before: int) -> bool:
    """Whether the line at hand goes on with a report of its writer that starts before the place ``before``.

    That report was read when it started. A writer that does not name itself has no lines among others'.
    """
    lines = KernelLines(Cursor(cursor.buffer, cursor.offset, end=cursor.end))
    text = lines.text or ""
    head = find_head(text)
    if (
        lines.writer is None
        or CUT_HERE in text
        or RULE.match(text)
        or (head is None and not STACK.match(text))
    ):
        return False
    goes_on = head is None or head.trap
    for distance in range(_SAID):
        if not lines.back() or (distance == 0 and lines.cursor.offset >= before):
            return False
        earlier = lines.text or ""
        if goes_on:
            is_part = KNOWN.match(earlier) is not None or read_frame(earlier) is not None
            return bool(earlier.strip()) and (is_part or find_head(earlier) is not None)
        if CUT_HERE in earlier or (distance == 0 and RULE.match(earlier)):
            return lines.cursor.offset < before
    return False


def starts_report(cursor: Cursor, before: int) -> bool:
    """Whether a report starts on the line at hand, and not before the place ``before``."""
    text = KernelLines(cursor).text or ""
    if CUT_HERE in text:
        return True
    return find_head(text) is not None and not is_in_midst(cursor, before)
