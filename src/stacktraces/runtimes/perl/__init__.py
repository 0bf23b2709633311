"""Perl: errors with a stack of Carp or Devel::StackTrace, and those without where that is sure."""

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
    if not following.startswith("\t") or not (" called at " in following or "propagated at " in following):
        return False
    from .syntax import PROPAGATED, match_call, match_header

    goes_on = match_call(following) is not None or PROPAGATED.match(following) is not None
    return goes_on and match_header(line) is not None


FORMAT = Format(
    name="perl",
    title="Perl error",
    anchors=(
        *(
            b") called at ",
            b"} called at ",
            b"' called at ",
            b'" called at ',
            b".pm called at ",
            b".pl called at ",
        ),
        *(b"...propagated at ", b"Trace begun at "),
        *(b".pl line ", b".pm line ", b".cgi line ", b".psgi line ", b".t line ", b" -e line ", b"(eval "),
    ),
    read=read,
)

LINES = TraceLines(
    header=LineKind(rb"Trace begun at \S", (b"Trace begun at ",)),
    frame=LineKind(
        rb"\t(?:[\w:']{1,200}+(?:\[[^\]\n]{1,200}+\])?+\([^\n]{0,2000}?\)|eval \{\.\.\.\}|require \S{1,500}+)"
        rb" called at \S",
        (b") called at ", b"} called at ", b".pm called at ", b".pl called at "),
        within=True,
    ),
    goes_on=rb"[\w:']{1,200}(?:\[[^\]\n]{1,200}\])?\([^\n]{0,2000}\) called at |Trace begun at ",
)

RUNTIME = Runtime(
    name="perl",
    title="Perl",
    names=names,
    formats=(FORMAT,),
    lines=LINES,
    starts=starts_trace,
    versions="Perl 5.36, Devel::StackTrace 2.04",
    reads="errors with a stack of Carp or Devel::StackTrace; those without one where they are the "
    "interpreter's own, are logged as errors, or are the last line; what is said when they are passed on",
    not_read='warnings; errors whose text is all that tells of them (`die "text\\n"`)',
)
