"""PowerShell: error records in their views, as lists, and the stacks of scripts."""

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
    return following.rstrip() == "Line |" and ":" in line


FORMAT = Format(
    name="powershell",
    title="PowerShell error",
    anchors=(
        b"+ CategoryInfo ",
        b"Line |",
        b"Exception             :",
        b".ps1: line ",
        b".psm1: line ",
        b"<No file>: line ",
    ),
    read=read,
    precedence=5,
)

LINES = TraceLines(
    header=LineKind(
        rb"At [^\n]{1,500}:\d{1,9} char:\d|Line \|\s*\Z|Exception {13}:",
        (b" char:", b"Line |", b"Exception             :"),
    ),
    frame=LineKind(
        rb"(?:ScriptStackTrace {1,20}+: )?+at [^\n,]{1,300}, [^\n]{1,500}: line \d| {4}\+ CategoryInfo ",
        (b".ps1: line ", b".psm1: line ", b"<No file>: line ", b"+ CategoryInfo "),
        within=True,
    ),
    goes_on=rb"at |\+ |Line \||(?:TargetObject|CategoryInfo|FullyQualifiedErrorId|ErrorDetails|InvocationInfo"
    rb"|ScriptStackTrace|PipelineIterationInfo|PSMessageDetails) {1,20}:",
    nested=rb"\+ ",
)

RUNTIME = Runtime(
    name="powershell",
    title="PowerShell",
    names=names,
    formats=(FORMAT,),
    lines=LINES,
    starts=starts_trace,
    versions="none: written from documents and from what users showed of PowerShell 5.1 and 7",
    reads="errors in the views of 5.1 and 7 with their place, lists of an error record's properties, "
    "Get-Error, script stack traces below a message",
    not_read="what another program writes to its standard error, which 5.1 makes an error; errors of 7 on "
    "one line, without a place",
)
