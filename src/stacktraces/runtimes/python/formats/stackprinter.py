"""stackprinter's tracebacks: code around each call with an arrow at its line, and the variables in it.

==================  ===========================================================  =======================
line                sample                                                       what comes next
==================  ===========================================================  =======================
frame               ``File "/srv/app/shop.py", line 13, in price_of``            code
code                ``    12   def price_of(name):``                             code, dots, blank
current line        ``--> 13       return CATALOG[name]["price"]``               code, dots, blank
whole function      ``    def handle(name): return FAILURES[name]()``            dots, blank
left out            `` (...)``                                                   code
dots                ``    ..................................................``  variable, blank
variable            ``     name = 'fig'``                                        more of it, variable, dots
summary             ``---- (full traceback above) ----``                         the same frames again
final line          ``KeyError: 'fig'``                                          message, chain, end
chain               ``While handling the above exception, another … occurred:``  frame
==================  ===========================================================  =======================

A logger may indent all of it.
"""

from __future__ import annotations

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import CauseKind, Error, Frame, Origin, Trace
from ..lines import CursorLines
from ..records import starts_record
from ..syntax import CHAIN_LINES, match_error, skip_blank

NAME = "stackprinter"

_FRAME = regex(r'(?P<margin> *)File "(?P<file>.*)", line (?P<line>\d+), in (?P<function>.*)$')
_CODE = regex(r"(?P<arrow>-->)? {0,10}\d+ (?P<source>.*)$")
_DOTS = "." * 50
_VARIABLE = regex(r" {5}(?P<name>[^\s=][^=]*?) = (?P<value>.*)$")
_SUMMARY = "---- (full traceback above) ----"
_WHILE = "While handling the above exception, another exception occurred:"
_CHAIN: dict[str, CauseKind] = {**CHAIN_LINES, _WHILE: "context"}
_BEFORE_FRAME = regex(r"\s|-->|\d|$")
_LINES_BACK = 300
"""Lines before an anchor in which a traceback may start."""
_CODE_LINES = 40
"""Lines between two frames, or between an anchor and the frame before it."""
_FRAMES_KEPT = 10_000
_LINKS_KEPT = 200
_MESSAGE_LINES = 200
_VALUE_LENGTH = 10_000


def read(cursor: Cursor) -> Trace | None:
    """The traceback that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    margin = _go_to_start(cursor)
    if margin is None:
        return None
    origin = Origin(offset=cursor.offset)
    lines = CursorLines(cursor, margin)
    error: Error | None = None
    kind: CauseKind | None = None
    for _ in range(_LINKS_KEPT):
        link = _read_link(lines)
        if link is None:
            break
        link.cause, link.cause_kind = error, kind
        error = link
        here = lines.mark()
        skip_blank(lines)
        kind = _CHAIN.get((lines.line or "").rstrip())
        if kind is None:
            lines.reset(here)
            break
        lines.advance()
        skip_blank(lines)
    if error is None or error.type is None:
        return None
    return Trace(error=error, format=NAME, origin=origin)


def _go_to_start(cursor: Cursor) -> str | None:
    """Go back to the first frame; its margin, ``None`` where there is none."""
    first: tuple[int, str] | None = None
    since = 0
    for _ in range(_LINES_BACK):
        line = cursor.line or ""
        since += 1
        if match := _FRAME.match(line):
            first, since = (cursor.offset, match["margin"]), 0
        elif since > _CODE_LINES or (first is not None and not _BEFORE_FRAME.match(line)):
            break
        if not cursor.back():
            break
    if first is None:
        return None
    cursor.seek(first[0])
    return first[1]


def _read_link(lines: CursorLines) -> Error | None:
    frames: list[Frame] = []
    while match := _FRAME.match(lines.line or ""):
        lines.advance()
        frame = Frame(function=match["function"], file=match["file"], line=to_number(match["line"]))
        _read_code(lines, frame)
        if len(frames) < _FRAMES_KEPT:
            frames.append(frame)
        skip_blank(lines)
    if (lines.line or "").rstrip() == _SUMMARY:
        lines.advance()
        while _FRAME.match(lines.line or ""):
            lines.advance()
            _read_code(lines, Frame())
        skip_blank(lines)
    found = match_error(lines.line or "")
    if not frames or found is None:
        return None
    lines.advance()
    return Error(type=found["type"], message=_read_message(lines, found["message"]), frames=frames[::-1])


def _read_code(lines: CursorLines, frame: Frame) -> None:
    """The lines of code under a frame, and the variables between the dots."""
    values: dict[str, str] = {}
    name: str | None = None
    in_values = False
    while (line := lines.line) is not None and line.strip() and not _FRAME.match(line):
        if line.strip() == _DOTS:
            in_values, name = not in_values, None
        elif in_values and (match := _VARIABLE.match(line)):
            name = match["name"]
            values[name] = match["value"]
        elif in_values and name is not None and len(values[name]) < _VALUE_LENGTH:
            values[name] += "\n" + line.strip()
        elif match := _CODE.match(line):
            if match["arrow"]:
                frame.source = match["source"].strip() or None
        elif frame.source is None and line.startswith("    "):
            frame.source = line.strip()
        elif not line[:1].isspace():
            break
        lines.advance()
    frame.locals = values or None


def _read_message(lines: CursorLines, first: str | None) -> str | None:
    """``first`` and the lines up to a blank one, a frame or a log record."""
    message = [first] if first is not None else []
    for _ in range(_MESSAGE_LINES if message else 0):
        line = lines.line
        if line is None or not line.strip() or _FRAME.match(line) or starts_record(line):
            break
        message.append(line)
        lines.advance()
    return "\n".join(message) or None
