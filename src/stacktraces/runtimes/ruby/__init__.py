"""Ruby: what it prints itself, what its loggers and frameworks print, crashes of the interpreter."""

from __future__ import annotations

import functools

from ...cursor import Cursor
from ...model import Trace
from ...trace_lines import LineKind, TraceLines
from .. import Format, NameRules, Runtime, formats_in, reader_of


def names() -> NameRules:
    from .names import NAMES

    return NAMES


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    from .reader import read

    return read(cursor)


def starts_trace(line: str, following: str) -> bool:
    """See :attr:`stacktraces.runtimes.Runtime.starts`."""
    if line.startswith("#<Thread:"):
        return " terminated with exception " in line
    if ":in " not in line:
        return False
    from .syntax import match_from, match_header

    header = match_header(line)
    return header is not None and (header.rest.endswith(")") or match_from(following) is not None)


FORMAT = Format(
    name="ruby",
    title="Ruby error",
    anchors=(
        b":in `",
        b":in '",
        b"[BUG] ",
        b"(SyntaxError)",
        b"(LoadError)",
        b": syntax error, unexpected ",
        # RSpec, minitest, JRuby
        b"Failure/Error:",
        b"#test_",
        b"<main> at ",
        b"(root) at ",
        b" at org/jruby/",
    ),
    read=read,
)

JOB = Format(
    name="ruby_job",
    title="failed job of delayed_job or Resque",
    anchors=(b" prior attempts) with ", b") failed: #<", b") failed: #\\u003c"),
    read=reader_of(f"{__name__}.jobs"),
)

_PLACE = rb"[^\s:]\S{0,1000}?:\d{1,9}:in [`'][^'\n]{1,1000}'"
LINES = TraceLines(
    header=LineKind(_PLACE + rb": ", (b":in `", b":in '")),
    frame=LineKind(
        rb"\t(?:\d{1,6}: )?from [^\n]{1,1000}?:in [`']|" + _PLACE + rb"\s*+\Z",
        (b"\tfrom ", b":in `", b":in '"),
        within=True,
    ),
    preamble=LineKind(rb"#<Thread:0x[^\n]{1,1000}> terminated with exception ", (b"#<Thread:0x",)),
    goes_on=_PLACE + rb"(?!: )|Caused by:|Causes:|Did you mean\?",
)

RUNTIME = Runtime(
    name="ruby",
    title="Ruby",
    names=names,
    formats=(FORMAT, JOB),
    dumps=functools.partial(formats_in, f"{__name__}.dumps"),
    lines=LINES,
    starts=starts_trace,
    versions="Ruby 3.1, 3.4 (WebAssembly)",
    reads="errors that ended a program or a thread in both orders, with causes, suggestions and the source "
    "line; errors that Logger, Rails, Sidekiq, Rake and RSpec log; failed jobs of delayed_job and Resque;"
    " `[BUG]` reports with their native stack",
    not_read="warnings; other errors that are logged without their stack",
)
