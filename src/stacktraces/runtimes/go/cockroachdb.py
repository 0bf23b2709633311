"""Errors of cockroachdb/errors printed with ``%+v``: the layers of an error, some with the stack of where it
was made.

==============  ==============================================  ==========================
line            sample                                          what comes next
==============  ==============================================  ==========================
message         ``place order: no stock``                       layer
layer           ``(1) attached stack trace``                    mark
layer           ``Wraps: (2) place order``                      layer, text, types
mark            ``  -- stack trace:``                           function
function        ``  | main.place``                              place
place           ``  | <TAB>/srv/app/main.go:13``                function, repeated, layer
repeated        ``  | [...repeated from below...]``             layer
text            ``  | more of a layer's text``                  text, layer
types           ``Error types: (1) *withstack.withStack …``     end
==============  ==============================================  ==========================
"""

from __future__ import annotations

from sys import intern

import msgspec

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Frame, Origin, Trace
from .logged import message_of_record
from .syntax import Lines

STACK_MARK = "-- stack trace:"
_FIRST = regex(r"\(1\)(?: (?P<text>.*))?\Z")
_LAYER = regex(r"Wraps: \(\d{1,4}\)(?: (?P<text>.*))?\Z")
_STACK_ATTACHED = "attached stack trace"
_TYPES = "Error types: "
_TYPE = regex(r"\(\d{1,4}\) (?P<type>\S{1,400})")
_FUNCTION = regex(r"  \| (?P<function>[^\s\[]\S{0,4000})\Z")
_PLACE = regex(r"  \| \s+(?P<file>\S[^\t]{0,4000}):(?P<line>\d{1,9})\Z")
_MORE = regex(r"  \| (?P<text>.*)\Z")
_MOST_LAYERS = 200
_MOST_LINES = 2000
_LOOK_BACK = 64
_LONGEST_MESSAGE = 1 << 16


class _Layer(msgspec.Struct):
    text: str
    frames: list[Frame] = []


def read_cockroachdb(cursor: Cursor, name: str) -> Trace | None:
    """The error that the cursor's line is part of, in the format ``name``."""
    line = cursor.line or ""
    margin = line[: line.index(STACK_MARK)]
    if not margin.endswith("  ") or margin.strip():
        return None
    lines = Lines(cursor, margin[:-2])
    if not _step_to_first_layer(lines):
        return None
    start = cursor.offset
    message = _message_before(lines)
    if cursor.offset < start:
        start = cursor.offset
        lines.advance()
    layers = _read_layers(lines)
    types = [found["type"] for found in _TYPE.finditer(_take_types(lines))]
    error = _chain(layers, message, types[-1] if types else None)
    return Trace(error=error, format=name, origin=Origin(offset=start)) if error.frames else None


def _step_to_first_layer(lines: Lines) -> bool:
    for _ in range(_LOOK_BACK):
        if not lines.cursor.back():
            return False
        line = lines.line or ""
        if _FIRST.match(line):
            return True
        if not (_LAYER.match(line) or _MORE.match(line)):
            return False
    return False


def _message_before(lines: Lines) -> str | None:
    """The error's whole message, and a move to its line if that is no log record of another kind."""
    cursor = lines.cursor
    here = cursor.offset
    line = lines.peek(-1)
    if not line or line[:1].isspace():
        return None
    if starts_record(line):
        return message_of_record(line)
    cursor.back()
    return line if cursor.offset < here else None


def _read_layers(lines: Lines) -> list[_Layer]:
    layers: list[_Layer] = []
    in_stack = False
    for _ in range(_MOST_LINES):
        line = lines.line
        if line is None:
            break
        found = _LAYER.match(line) if layers else _FIRST.match(line)
        if found is not None:
            in_stack = False
            if len(layers) < _MOST_LAYERS:
                layers.append(_Layer(found["text"] or ""))
        elif not line.startswith("  "):
            break
        elif line.strip() == STACK_MARK:
            in_stack = True
        elif in_stack:
            if frame := _read_frame(lines, line):
                layers[-1].frames.append(frame)
        elif more := _MORE.match(line):
            layers[-1].text += "\n" + more["text"]
        lines.advance()
    return layers


def _read_frame(lines: Lines, line: str) -> Frame | None:
    """The frame whose first line is ``line``, the current one; goes to its last."""
    function = _FUNCTION.match(line)
    place = _PLACE.match(lines.peek() or "")
    if function is None or place is None:
        return None
    lines.advance()
    return Frame(intern(function["function"]), file=intern(place["file"]), line=to_number(place["line"]))


def _take_types(lines: Lines) -> str:
    line = lines.line or ""
    if not line.startswith(_TYPES):
        return ""
    lines.advance()
    return line


def _chain(layers: list[_Layer], message: str | None, root_type: str | None) -> Error:
    """An error for each layer with a stack: its message is what the layers below it say."""
    error: Error | None = None
    texts: list[str] = []
    for layer in reversed(layers):
        if layer.text and layer.text != _STACK_ATTACHED:
            texts.insert(0, layer.text)
        if not layer.frames:
            continue
        kind = root_type if error is None else None
        text = ": ".join(texts)[:_LONGEST_MESSAGE] or None
        error = Error(
            type=kind, message=text, frames=layer.frames, cause=error, cause_kind="cause" if error else None
        )
    if error is None:
        return Error()
    error.message = (message and message[:_LONGEST_MESSAGE]) or error.message
    return error
