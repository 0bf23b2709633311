"""Failed examples of RSpec, and assertions of minitest that did not hold: what has no line of a logger's.

=====================================================  ====================================================
line                                                   what comes next
=====================================================  ====================================================
``  1) Cart counts``                                   ``Failure/Error:``, or ``Error:`` and the test's name
``     Failure/Error: expect(x).to eq(3)``             further lines of source, a blank line
``     NoMethodError:``                                the message, further to the right; not of expectations
``       expected: 3``                                 the message's other lines, places
``     # ./spec/cart_spec.rb:12:in `block in <main>'``  places
``     # --- Caused by: ---``                          ``# TYPE:``, ``#   MESSAGE``, ``#   PLACE``
``CartTest#test_total [test/cart_test.rb:9]:``         minitest's: the message, a blank line
=====================================================  ====================================================
"""

from __future__ import annotations

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame, Origin, Trace
from .syntax import TYPE, match_bare, match_place

FAILURE = "Failure/Error:"
_FAILURE = regex(r"(?P<margin>\s*+)Failure/Error: ?(?P<source>.*)\Z")
_NUMBERED = regex(r"\s*+\d{1,6}(?:\.\d{1,4})?\) \S")
_TYPE_LINE = regex(rf"\s*+(?P<type>{TYPE}):\s*\Z")
_PLACE = regex(r"\s*+# {1,10}(?P<place>\S.*)\Z")
_CAUSED_BY = "# --- Caused by: ---"
_RULER = "# ------------------"
_ASSERTION = regex(
    r"\s*+(?P<name>[A-Z][\w:]{0,200}#\S{1,300}) \[(?P<file>[^\]\n]{1,500}):(?P<line>\d{1,9})\]:\s*\Z"
)
_FAILURE_ABOVE = regex(r"(?:\s*+\d{1,6}\) )?Failure:\s*\Z")
_MOST_SOURCE = 30
_MOST_LINES = 200
_MOST_FRAMES = 1000
_MOST_LINKS = 20


def read_failure(cursor: Cursor, name: str) -> Trace | None:
    """The failed example whose ``Failure/Error:`` is on the cursor's line."""
    found = _FAILURE.match(cursor.line or "")
    if found is None:
        return None
    margin = len(found["margin"])
    origin, preamble = Origin(offset=cursor.offset), []
    if _NUMBERED.match(title := cursor.peek(-1) or ""):
        preamble = [title.strip()]
    cursor.advance()
    source = [found["source"]]
    for _ in range(_MOST_SOURCE):
        line = cursor.line or ""
        if not _indented(line, margin + 1):
            break
        source.append(line.strip())
        cursor.advance()
    _pass_blank(cursor)
    error = Error()
    if (named := _TYPE_LINE.match(cursor.line or "")) is not None:
        error.type = named["type"]
        cursor.advance()
    error.message = _message(cursor, margin)
    link = error
    link.frames = _frames(cursor)
    for _ in range(_MOST_LINKS):
        cause = _cause(cursor)
        if cause is None:
            break
        link.cause, link.cause_kind = cause, "cause"
        link = cause
    if not error.frames or (error.type is None and error.message is None):
        return None
    if len(source) == 1 and source[0]:
        error.frames[0].source = source[0]
    return Trace(error=error, format=name, origin=origin, preamble=preamble)


def _indented(line: str, count: int) -> bool:
    return bool(line.strip()) and not line[:count].strip()


def _pass_blank(cursor: Cursor) -> None:
    while cursor.line is not None and not cursor.line.strip():
        cursor.advance()


def _message(cursor: Cursor, margin: int) -> str | None:
    """The lines up to the first place, without the blanks that all of them start with."""
    lines: list[str] = []
    for _ in range(_MOST_LINES):
        line = cursor.line
        if line is None or _PLACE.match(line) or (line.strip() and not _indented(line, margin)):
            break
        lines.append(line)
        cursor.advance()
    shared = min((len(each) - len(each.lstrip()) for each in lines if each.strip()), default=0)
    return "\n".join(each[shared:] for each in lines).strip("\n").rstrip() or None


def _frames(cursor: Cursor) -> list[Frame]:
    frames: list[Frame] = []
    while (found := _PLACE.match(cursor.line or "")) is not None:
        frame = match_bare(found["place"]) or match_place(found["place"])
        if frame is None:
            break
        if len(frames) < _MOST_FRAMES:
            frames.append(frame)
        cursor.advance()
    return frames


def _cause(cursor: Cursor) -> Error | None:
    """The error that led to the one above; the cursor is on a ruler before it."""
    here = cursor.offset
    if (cursor.line or "").strip() == _RULER:
        cursor.advance()
    if (cursor.line or "").strip() != _CAUSED_BY:
        cursor.seek(here)
        return None
    cursor.advance()
    cause, lines = Error(), []
    for _ in range(_MOST_LINES):
        found = _PLACE.match(cursor.line or "")
        if found is None or found["place"].startswith("---"):
            break
        text = found["place"]
        frame = match_bare(text) or match_place(text)
        if frame is not None:
            cause.frames.append(frame)
        elif cause.frames:
            break
        elif cause.type is None and (named := _TYPE_LINE.match(text)) is not None:
            cause.type = named["type"]
        else:
            lines.append(text.strip())
        cursor.advance()
    cause.message = "\n".join(lines) or None
    return cause if cause.frames or cause.type else None


def in_assertion(line: str) -> bool:
    """Whether ``line`` says which test of minitest failed where."""
    return _ASSERTION.match(line) is not None


def read_assertion(cursor: Cursor, name: str) -> Trace | None:
    """The assertion of minitest that did not hold, whose test's name the cursor is on."""
    found = _ASSERTION.match(cursor.line or "")
    above = cursor.peek(-1) or ""
    if found is None or _FAILURE_ABOVE.match(above) is None:
        return None
    origin = Origin(offset=cursor.offset)
    cursor.advance()
    lines: list[str] = []
    while (line := cursor.line) is not None and line.strip() and len(lines) < _MOST_LINES:
        if in_assertion(line) or _FAILURE_ABOVE.match(line):
            break
        lines.append(line)
        cursor.advance()
    frame = Frame(function=found["name"].partition("#")[2], file=found["file"], line=to_number(found["line"]))
    error = Error(message="\n".join(lines).strip() or None, frames=[frame])
    return Trace(error=error, format=name, origin=origin, preamble=[found["name"]])
