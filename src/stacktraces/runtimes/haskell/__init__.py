"""Haskell: errors with the call stack that GHC's programs print, and cost-centre stacks of profiled ones."""

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
    return line.startswith("*** Exception (reporting due to +RTS -xc)") or following.startswith(
        ("CallStack (from HasCallStack):", "HasCallStack backtrace:")
    )


FORMAT = Format(
    name="haskell",
    title="Haskell error",
    anchors=(
        b"CallStack (from HasCallStack)",
        b"CallStack (from -prof)",
        b"HasCallStack backtrace:",
        b"Cost-centre stack backtrace:",
        b"*** Exception (reporting due to +RTS -xc)",
        b": Non-exhaustive patterns in ",
        b": Non-exhaustive guards in ",
        b": Missing field in record construction ",
        b": No instance nor default method for class operation ",
    ),
    read=read,
)

LINES = TraceLines(
    header=LineKind(
        rb"CallStack \(from (?:HasCallStack|-prof)\)|HasCallStack backtrace:"
        rb"|\*\*\* Exception \(reporting due to \+RTS -xc\)"
        rb"|[^\s:]{1,200}+: [^\n:]{1,500}+:[\d(][\d,():-]{0,60}+: Non-exhaustive (?:patterns|guards) in ",
        (
            *(b"CallStack (from ", b"HasCallStack backtrace:", b"*** Exception (reporting due to "),
            b": Non-exhaustive ",
        ),
    ),
    frame=LineKind(rb"  [^\s,]{1,300}+, called at [^\n:]{1,500}+:\d", (b", called at ",), within=True),
    goes_on=rb"CallStack \(from |HasCallStack backtrace:|Cost-centre stack backtrace:",
)

RUNTIME = Runtime(
    name="haskell",
    title="Haskell",
    names=names,
    formats=(FORMAT,),
    lines=LINES,
    starts=starts_trace,
    versions="GHC 9.0; 9.10 and 9.12 from documents",
    reads="errors with the call stack of `HasCallStack`, in threads and logged; patterns that match nothing, "
    "with their place; stacks of cost centres, as `+RTS -xc` and profiled programs print them",
    not_read="exceptions without a stack or a place (`prog: divide by zero`)",
)
