"""Go."""

from __future__ import annotations

from ...trace_lines import LineKind, TraceLines
from .. import NameRules, Runtime


def names() -> NameRules:
    from .names import NAMES

    return NAMES


LINES = TraceLines(
    header=LineKind(
        rb"goroutine \d++ [^\[\n]{0,80}\[[^\]\n]{1,200}\]:|panic: |fatal error: ",
        (b"goroutine ", b"panic: ", b"fatal error: "),
    ),
    frame=LineKind(rb"\t[^\t\n]{1,4096}?\.(?:go|s):\d", (b"\t/",)),
    goes_on=rb"goroutine \d|[\w./*()\[\]-]{1,500}\(|created by |\[signal |exit status ",
)

RUNTIME = Runtime(name="go", title="Go", names=names, lines=LINES)
