"""From the line of an anchor to a trace.

=========================================================  ============================================
line                                                       what comes next
=========================================================  ============================================
``Debugger entered--Lisp error: (void-function price)``    frames
``  price("plum")``                                        frames; arguments may take further lines
``  (if (equal s "plum") (error "no plum: %s" s) 3)``      a form that is evaluated, which is no frame
=========================================================  ============================================
"""

from __future__ import annotations

from sys import intern

from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Frame, Origin, Trace

NAME = "elisp"
_ENTERED = r".{0,200}?Debugger entered--Lisp error: \((?P<type>[^\s()\"]{1,200})"
_HEADER = regex(_ENTERED + r"(?: (?P<data>.*))?\)\s*\Z")
_FIRST = regex(_ENTERED + r" (?P<data>.*)\Z")
_FRAME = regex(r"[ *] (?P<name>[^\s()\"'`,;#\[][^\s()\"]{0,300})\((?P<args>.*)\Z")
_COMPILED = regex(r"[ *] (?P<name>#(?:f\(compiled-function|\[|<subr)|\(closure|\(lambda)")
_FORM = regex(r"[ *] \S")
_TEXT = regex(r'"(?P<text>(?:[^"\\]|\\.)*+)"\Z')
_ESCAPED = regex(r"\\(.)")
_MOST_LINES = 100
_MOST_FRAMES = 1000


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    start = cursor.offset
    error = _read_header(cursor)
    if error is None:
        return None
    left_out = 0
    while (line := cursor.line) is not None and line.strip() and not starts_record(line):
        found = _FRAME.match(line)
        if found is None and not (_COMPILED.match(line) or _FORM.match(line)) and not error.frames:
            break
        if len(error.frames) >= _MOST_FRAMES:
            left_out += 1
        elif found is not None:
            args = found["args"].removesuffix(")")
            error.frames.append(Frame(function=intern(found["name"]), args=args or None))
        elif _COMPILED.match(line):
            error.frames.append(Frame(function="lambda"))
        cursor.advance()
    if not error.frames:
        return None
    trace = Trace(error=error, format=NAME, origin=Origin(offset=start))
    if left_out:
        trace.uncertain.append(f"{left_out} lines of a long stack are not here.")
    return trace


def _read_header(cursor: Cursor) -> Error | None:
    """The error of the header, whose data may hold line ends."""
    found = _HEADER.match(cursor.line or "") or _FIRST.match(cursor.line or "")
    if found is None:
        return None
    data = found["data"] or ""
    cursor.advance()
    if not found[0].rstrip().endswith(")"):
        lines = [data]
        for _ in range(_MOST_LINES):
            line = cursor.line
            if line is None or starts_record(line):
                return None
            lines.append(line)
            cursor.advance()
            if line.rstrip().endswith(")"):
                break
        data = "\n".join(lines).rstrip().removesuffix(")")
    text = _TEXT.match(data)
    message = _ESCAPED.sub(r"\1", text["text"]) if text is not None else data
    return Error(type=intern(found["type"]), message=message or None)
