""".NET and Mono: exceptions as C#, F# and Visual Basic programs print them, and what ends a process."""

from __future__ import annotations

import functools

from ...cursor import Cursor
from ...model import Trace
from ...trace_lines import LineKind, TraceLines
from .. import Format, Grammar, NameRules, Runtime, formats_in


def names() -> NameRules:
    from .names import NAMES

    return NAMES


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    from .reader import read

    return read(cursor)


def grammar() -> Grammar:
    from .grammar import GRAMMAR

    return GRAMMAR


def starts_trace(line: str, following: str) -> bool:
    """See :attr:`stacktraces.runtimes.Runtime.starts`."""
    may_follow = following.startswith(" ") or ") (at " in following
    if "xception" not in line or not (may_follow or line.startswith("Unhandled ")):
        return False
    from .syntax import starts_here

    return starts_here(line, following)


_LOCALISED = tuple(
    f"   {word} ".encode()
    for word in (
        "bei",
        "à",
        "em",
        "en",
        "in",
        "w",
        "v",
        "vid",
        "ved",
        "bij",
        "場所",
        "在",
        "於",
        "в",
        "위치:",
        "konum:",
    )
)
"""How a frame begins where the runtime speaks another language than English."""

FORMAT = Format(
    name="dotnet",
    title=".NET exception",
    anchors=(
        b"   at ",
        *_LOCALISED,
        b"UnityEngine.Debug:Log",
        b"Exception Details: ",
        b"[xUnit.net ",
        b") [0x0",
        b") (at ",
        b"Unhandled exception. ",
        b"Unhandled Exception:",
        b"Stack overflow.",
        b"Process terminated. ",
        b"Process is terminated due to StackOverflowException.",
        b"CLR: Managed code called FailFast",
    ),
    read=read,
    grammar=grammar,
    # Node's frames begin alike; those of .NET are told by their parameters.
    precedence=1,
)

_NAME = rb"[\w.`<>\[\],|$@+-]{1,1000}+"
_PARAMETERS = (
    rb"\((?!Native Method|Unknown Source|[^()\n]{0,500}(?::\d|\.(?:java|kt|scala)\)))[^()\n]{0,2000}+\)"
)
_FRAME = (
    rb" {2,12}at (?:\(wrapper [\w-]{1,60}\) )?"
    + _NAME
    + rb"(?:"
    + _PARAMETERS
    + rb"| \([^()\n]{0,2000}+\) \[0x)"
)
LINES = TraceLines(
    header=LineKind(rb"Unhandled exception\. ", (b"Unhandled exception. ",)),
    frame=LineKind(_FRAME, (b"  at ",)),
    goes_on=rb"--- End of |---> |\[ERROR\] FATAL UNHANDLED EXCEPTION: ",
    error=rb"(?:\w{1,200}\.){1,30}+\w{0,200}Exception(?::|\Z)",
    nested=rb" ---> ",
)

RUNTIME = Runtime(
    name="dotnet",
    title=".NET, Mono",
    names=names,
    formats=(FORMAT,),
    dumps=functools.partial(formats_in, f"{__name__}.dumps"),
    lines=LINES,
    starts=starts_trace,
    versions=".NET Core 3.1, Mono 6.8",
    reads="exceptions with inner ones and the members of an AggregateException, nobody caught or logged; "
    "`Stack overflow`, `Process terminated`; frames in fifteen languages; failed tests of MSTest, NUnit and "
    "xUnit; Unity's stacks; ASP.NET's error page",
    not_read="stacks that were logged without an exception; errors that PowerShell prints; the native report "
    "of a crash of Mono",
)
