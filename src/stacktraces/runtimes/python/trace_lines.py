"""What the lines of tracebacks look like, for whatever takes them out of a log's wrapping."""

from __future__ import annotations

from typing import Any

from ...trace_lines import LineKind, TraceLines


def render(exceptions: Any) -> str | None:
    """See :attr:`stacktraces.trace_lines.TraceLines.render`."""
    from .structured import render

    return render(exceptions)


TRACE_LINES = TraceLines(
    header=LineKind(
        rb"(?:(?:  \+ Exception Group )?Traceback|Stack) \(most recent call last\):(?!['\"] )",
        (b"(most recent call last):",),
    ),
    frame=LineKind(rb'  File "[^"\n]{1,4096}", line \d', (b'  File "',)),
    # As in preambles.py, where they are told one from the other.
    preamble=LineKind(
        rb"Exception in (?:thread .+:$|callback |Tkinter callback$)|Exception ignored (?:in|while|on|from)\b"
        rb"|(?:Task|Future) exception was never retrieved$"
        rb"|Unhandled (?:exception in |[Ee]rror(?: in Deferred:?)?$)"
        rb"|Error in (?:sys\.|atexit\.)\w+:$|Original exception was:$"
        rb"|Process [\w-]+(?::\d+)*+:$|--- Logging error ---$",
        (b"xception ", b" error", b"Error", b"Process "),
    ),
    # Keys that asyncio prints, frames of a source traceback.
    after_preamble=rb"(?:future|handle|task|protocol|transport|source_traceback|handle_traceback): |  |$",
    goes_on=rb"The above exception was the direct cause|During handling of the above exception",
    error=rb"[\w.]{0,200}(?:Error|Exception|Warning|Exit|Failed|Failure)(?::|\Z)",
    nested=rb"  \| ",
    joined_frame=rb'File "[^"\n]{1,4096}", line \d{1,9}(?:, in (?:<\w{1,40}>|[\w.]{1,400}))?',
    opening="Traceback (most recent call last):",
    render=render,
)
