"""JavaScript: Node, Deno, Bun and browsers."""

from __future__ import annotations

from ...cursor import Cursor
from ...model import Trace
from ...trace_lines import LineKind, TraceLines
from .. import Format, NameRules, Runtime
from .grammar import GRAMMAR


def names() -> NameRules:
    from .names import NAMES

    return NAMES


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    from .reader import read

    return read(cursor)


LINES = TraceLines(
    frame=LineKind(
        rb" {4,8}at [^\n]{1,4000}?(?::\d{1,9}:\d{1,9}|native|<anonymous>|index \d{1,9})\)?", (b"    at ",)
    ),
    goes_on=rb"Caused by: |\}",
    error=rb"[\w$]{0,200}(?:Error|Exception)(?: \[\w{1,100}\])?(?::|\Z)",
)

RUNTIME = Runtime(
    name="javascript",
    title="JavaScript",
    names=names,
    lines=LINES,
    versions="Node 20 and 24, Deno 2.9",
    reads="uncaught and logged errors with causes, members and properties, rejections, warnings with a stack",
    formats=(
        Format(
            name="javascript",
            title="JavaScript error",
            anchors=(
                b"   at ",
                b"Node.js v",
                b" --trace-uncaught ...` to show where ",
                b"Error: Command failed",
            ),
            read=read,
            grammar=GRAMMAR,
        ),
    ),
)
