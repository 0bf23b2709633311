"""IPython's and Jupyter's tracebacks: the code around each call, an arrow at its line.

==================  ===========================================================  =======================
line                sample                                                       what comes next
==================  ===========================================================  =======================
rule                ``-----------------------------------------------------``    header
header              ``ZeroDivisionError        Traceback (most recent call …)``  frame
frame               ``File /srv/app/shop.py:25, in charge(order, card)``         code
frame of a cell     ``Cell In[2], line 4`` / ``Input In [2], in g()``            code
older frame         ``<ipython-input-2-f561> in g()`` / ``~/x.py in f(a)``       code
code                ``     24 try:``                                             code, variable, blank
current line        ``---> 25     amount = total(order)``                        code, variable, blank
variable (verbose)  ``        order = {'apple': 2}``                             code, variable, blank
skipped             ``    [... skipping similar frames: f at line 39 (58 …)]``   blank
final line          ``ZeroDivisionError: integer division or modulo by zero``    message, chain, end
==================  ===========================================================  =======================
"""

from __future__ import annotations

import re

import msgspec

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import CauseKind, Error, Frame, Origin, Trace
from ..lines import CursorLines
from ..messages import Reading, read_message
from ..syntax import CHAIN_LINES, match_error, skip_blank

NAME = "ipython"

_HEADER = regex(r"(?P<type>[^\W\d]\w*)\s+Traceback \(most recent call last\)\s*$")
_RULE = regex(r"-{40,}$")
_FRAME = regex(
    r"(?:File (?P<file>\S.{0,1000}?):(?P<line>\d+)"
    r"|(?P<cell>(?:Cell|Input) In ?\[\d+\])(?:, line (?P<cell_line>\d+))?"
    r"|(?P<old_file>(?:<|~?/|[A-Za-z]:\\)\S.{0,1000}?)(?= in ))"
    r"(?:,? in (?P<function><[^>]+>|[^(\s]+)(?P<arguments>\(.*+(?<=\)))?)?$"
)
_CURRENT = regex(r"-{1,}> ?(?P<line>\d+)(?: (?P<source>.*))?$")
_CODE = regex(r" {1,10}\d+(?: |$)")
_SKIPPED = regex(r"\s+\[\.\.\. skipping (?P<count>\d+ |similar )?.*?(?:\((?P<times>\d+) times\))?\]$")
_VARIABLE = regex(r"        (?P<name>[^\s=][^=]*?) = (?P<value>.*?)(?P<glued>(?<!\s)\s{4,}\d+ .*)?$")
_PROMPT = regex(r"In ?\[\d+\]:|-{40,}$|" + "|".join(CHAIN_LINES))
_FRAMES_KEPT = 10_000
_FRAME_LENGTH = 4_096
"""Characters of the longest line that is taken for a frame's."""
_LINKS_KEPT = 200


def read(cursor: Cursor) -> Trace | None:
    """The traceback whose header the cursor is on; see :data:`stacktraces.runtimes.Reader`."""
    header = _HEADER.match(cursor.line or "")
    if header is None:
        return None
    body = cursor.offset
    if cursor.back() and not _RULE.match(cursor.line or ""):
        cursor.seek(body)
    origin = Origin(offset=cursor.offset)
    cursor.seek(body)
    reading = Reading(uncertain=[], record=_PROMPT)
    error: Error | None = None
    kind: CauseKind | None = None
    for _ in range(_LINKS_KEPT):
        link = _read_link(cursor, reading)
        if link is None:
            break
        link.cause, link.cause_kind = error, kind
        error = link
        here = cursor.offset
        lines = CursorLines(cursor, "")
        skip_blank(lines)
        kind = CHAIN_LINES.get((cursor.line or "").rstrip())
        if kind is not None:
            cursor.advance()
            skip_blank(lines)
        if kind is None or not _HEADER.match(cursor.line or ""):
            cursor.seek(here)
            break
    if error is None:
        return None
    return Trace(error=error, format=NAME, origin=origin, uncertain=reading.uncertain)


def _read_link(cursor: Cursor, reading: Reading) -> Error | None:
    header = _HEADER.match(cursor.line or "")
    if header is None:
        return None
    cursor.advance()
    error = Error(type=header["type"], frames=_read_frames(cursor))
    error.frames.reverse()
    match = match_error(cursor.line or "")
    if match is None or match["type"].rpartition(".")[2] != header["type"]:
        return error if error.frames else None
    cursor.advance()
    error.type = match["type"]
    lines = CursorLines(cursor, "")
    error.message, error.notes = read_message(lines, match["message"], match["type"], reading)
    return error


def _read_frames(cursor: Cursor) -> list[Frame]:
    """The frames, outermost first, up to the final line or the first line that is of no frame."""
    frames: list[Frame] = []
    while (line := cursor.line) is not None:
        if match := _match_frame(line):
            cursor.advance()
            number = match["line"] or match["cell_line"]
            frame = Frame(
                function=match["function"],
                file=match["file"] or match["cell"] or match["old_file"],
                line=to_number(number) if number else None,
                args=match["arguments"][1:-1] if match["arguments"] else None,
            )
            _read_code(cursor, frame)
            if len(frames) < _FRAMES_KEPT:
                frames.append(frame)
        elif match := _SKIPPED.match(line):
            _repeat(frames, to_number(match["times"] or "0"))
            cursor.advance()
        elif not line.strip():
            cursor.advance()
        else:
            break
    return frames


def _match_frame(line: str) -> re.Match[str] | None:
    return _FRAME.match(line) if len(line) <= _FRAME_LENGTH else None


def _repeat(frames: list[Frame], times: int) -> None:
    if frames:
        last = frames[-1]
        times = min(times, _FRAMES_KEPT - len(frames))
        frames.extend(msgspec.structs.replace(last) for _ in range(times))


def _read_code(cursor: Cursor, frame: Frame) -> None:
    """The lines of code under a frame; the arrow's is the frame's source."""
    variables: dict[str, str] = {}
    while (line := cursor.line) is not None and line.strip() and not _match_frame(line):
        if match := _CURRENT.match(line):
            frame.source = (match["source"] or "").strip() or None
            frame.line = frame.line or to_number(match["line"])
        elif frame.source and not _CODE.match(line) and (match := _VARIABLE.match(line)):
            variables[match["name"].strip()] = match["value"].rstrip()
        elif not line[:1].isspace():
            break
        cursor.advance()
    frame.locals = variables or None
