"""How Django's report of an error ends a link of a chain: on its debug page, in mails, in what users paste.

===========  ==================================================================  =========================
line         sample                                                              what comes next
===========  ==================================================================  =========================
chain line   ``The above exception ('fig') was the direct cause of the …``       frames, without a header
type         ``Exception Type: KeyError at /orders``                             value
value        ``Exception Value: 'fig'``                                          end
===========  ==================================================================  =========================

Django prints no error behind a link's frames: its message stands in the chain line, and the last error
below all.
"""

from __future__ import annotations

from ..._regex import regex
from ...model import CauseKind, Error
from .lines import Lines

CHAIN_LINE = regex(
    r"(?:The above exception \((?P<cause>.*)\) was the direct cause of the following exception"
    r"|During handling of the above exception \((?P<context>.*)\), another exception occurred):\s*$"
)
_TYPE = regex(r"Exception Type:\s+(?P<type>[^\W\d][\w.]*)(?: at \S*)?\s*$")
_VALUE = regex(r"Exception Value:\s*(?P<value>.*)$")
_MOST_BLANK = 4
_ESCAPED = regex(r"&lt;\w+&gt;")


def chain_kind(line: str) -> CauseKind | None:
    """What a chain line of Django's says; ``None`` for any other line."""
    match = CHAIN_LINE.match(line)
    return None if match is None else "cause" if match["cause"] is not None else "context"


def read_end(lines: Lines) -> Error | None:
    """What Django tells of the error whose frames stand above: its type and message, as far as it does.

    ``lines`` is left on the chain line, or behind the last error; where neither stands, it does not move.
    """
    here = lines.mark()
    for _ in range(_MOST_BLANK):
        blank = lines.line
        if blank is None or blank.strip():
            break
        lines.advance()
    line = lines.line or ""
    if (chained := CHAIN_LINE.match(line)) is not None:
        return Error(message=chained["cause"] if chained["cause"] is not None else chained["context"])
    if (named := _TYPE.match(line)) is not None:
        lines.advance()
        error = Error(type=named["type"])
        if (value := _VALUE.match(lines.line or "")) is not None:
            error.message = value["value"] or None
            lines.advance()
        return error
    lines.reset(here)
    return None


def put_back_characters(error: Error) -> None:
    """Replace the character references in a chain of errors that stood on a page."""
    chain = error.chain()
    if not any(_ESCAPED.match(frame.function or "") for each in chain for frame in each.frames):
        return
    import html  # Its table of entities takes long to import, and few logs hold a page.

    for each in chain:
        each.message = html.unescape(each.message) if each.message else each.message
        for frame in each.frames:
            frame.function = html.unescape(frame.function) if frame.function else frame.function
            frame.source = html.unescape(frame.source) if frame.source else frame.source
