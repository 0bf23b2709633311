"""JavaScript: Node, Deno, Bun and browsers."""

from __future__ import annotations

from ...trace_lines import LineKind, TraceLines
from .. import NameRules, Runtime


def names() -> NameRules:
    from .names import NAMES

    return NAMES


LINES = TraceLines(
    frame=LineKind(
        rb" {4,8}at [^\n]{1,4000}?(?::\d{1,9}:\d{1,9}|native|<anonymous>|index \d{1,9})\)?", (b"    at ",)
    ),
    goes_on=rb"Caused by: |\}",
    error=rb"[\w$]{0,200}(?:Error|Exception)(?: \[\w{1,100}\])?(?::|\Z)",
)

RUNTIME = Runtime(name="javascript", title="JavaScript", names=names, lines=LINES)
