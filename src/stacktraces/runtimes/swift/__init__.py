"""Swift: fatal errors, and the backtraces that the runtime prints of a crash."""

from __future__ import annotations

from ...cursor import Cursor
from ...model import Trace
from ...trace_lines import LineKind, TraceLines
from .. import Format, NameRules, Runtime


def names() -> NameRules:
    from .names import NAMES

    return NAMES


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    from .reader import read

    return read(cursor)


def starts_trace(line: str, following: str) -> bool:
    """See :attr:`stacktraces.runtimes.Runtime.starts`."""
    if ".swift" not in line and "Program crashed: " not in line:
        return False
    from .headers import match_fatal, match_reason

    return match_fatal(line) is not None or match_reason(line) is not None


FORMAT = Format(
    name="swift",
    title="Swift crash",
    anchors=(b".swift:", b".swift, line ", b"Program crashed: ", b"*** Swift runtime failure: "),
    read=read,
)

LINES = TraceLines(
    header=LineKind(
        rb"[^\s:]{1,300}+:\d{1,9}: (?:Fatal error|Precondition failed|Assertion failed)"
        rb"|\*\*\* Swift runtime failure: |(?:\*\*\* |\xf0\x9f\x92\xa3 )Program crashed: ",
        (b".swift:", b"*** Swift runtime failure: ", b"Program crashed: "),
    ),
    frame=LineKind(
        rb" {0,4}\d{1,6} {1,16}+(?:\[[a-z]{2,8}\] {1,16}+)?+(?:\[[a-z]{2,8}\] {1,16}+)?+0x[0-9a-f]{4,16} \S",
        (b"[ra] ", b"[inlined] ", b"[system] ", b"[async] ", b" 0x0000"),
    ),
    goes_on=rb"\*\*\* (?:Signal|Program crashed)|\xf0\x9f\x92\xa3 |Platform: |Thread \d|Registers:|Images \(",
)

RUNTIME = Runtime(
    name="swift",
    title="Swift",
    names=names,
    formats=(FORMAT,),
    lines=LINES,
    starts=starts_trace,
    versions="none: written from documents and from what users showed of Swift 5.2 to 6.2",
    reads="fatal errors, failed preconditions and assertions with their place; the crash reports of Swift "
    "5.9 and later with all threads; the stacks that earlier versions print",
    not_read="errors that a program prints itself",
)
