"""Dart and Flutter: exceptions that nobody caught or that were logged with their stack."""

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
    return line.rstrip() == "Unhandled exception:" and following.strip() != ""


FORMAT = Format(
    name="dart",
    title="Dart exception",
    anchors=(
        b"#0      ",
        b"#00 abs ",
        b"When the exception was thrown, this was the stack",
        *(b".dart %d" % digit for digit in range(1, 10)),
        b"  dart:",
        b"  package:",
    ),
    read=read,
)

LINES = TraceLines(
    header=LineKind(
        rb"Unhandled [Ee]xception:|When the exception was thrown, this was the stack",
        (b"Unhandled exception:", b"Unhandled Exception:", b"When the exception was thrown, this was"),
    ),
    frame=LineKind(
        rb"#\d{1,5}+ {1,6}+[^\n(]{1,500}+\((?:package|dart|file):| {4}#\d\d abs [0-9a-f]{8,16} "
        rb"|(?: {2})?(?:package:|file:)?[\w./-]{1,300}\.dart \d{1,9}:\d{1,9} {2,40}[\w<$]",
        (b"#0   ", b"#1   ", b"#2   ", b"    #00 abs ", b".dart "),
        within=True,
    ),
    goes_on=rb"#\d{1,5} {1,6}|<asynchronous suspension>|=====+ asynchronous gap|\*\*\* |pid: \d|build_id: "
    rb"|(?:package|dart|file):\S{1,300}(?: \d{1,9}:\d{1,9})? {2}|\(elided ",
)

RUNTIME = Runtime(
    name="dart",
    title="Dart, Flutter",
    names=names,
    formats=(FORMAT,),
    lines=LINES,
    starts=starts_trace,
    versions="none: written from documents",
    reads="exceptions that nobody caught or were logged, with asynchronous parts of the stack; those that "
    "the Flutter framework caught; failed tests and what else package:stack_trace formats; programs compiled "
    "ahead of time, by the offsets in their build",
    not_read="what a compiled program's functions are called: that takes `flutter symbolize`",
)
