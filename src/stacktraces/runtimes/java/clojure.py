"""Errors as Clojure prints them: in a sentence, with one place, or as a map, with all of them.

==========================================================  ===========================================
line                                                        what comes next
==========================================================  ===========================================
``Execution error (IOException) at shop.core/f (a.clj:2).`` the message, blank, ``Full report at:``
``Syntax error compiling at (a.clj:2:1).``                  the same
``#error {``                                                ``:cause``, ``:via``, ``:trace``
``[{:type java.io.IOException``                             ``:message``, ``:data``, ``:at``, a cause
``:message "no link"``                                      of the error whose type was met last
``:at [shop.core$f invokeStatic "a.clj" 2]}``               where that error was thrown
``[[shop.core$f invokeStatic "a.clj" 2]``                   the stack of the last error, the root
==========================================================  ===========================================
"""

from __future__ import annotations

import re
from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Frame, Origin, Trace
from .parts import Stack

NAME = "clojure"
_SENTENCE = regex(
    r"(?P<what>Execution error|Syntax error|Unexpected error)(?: \((?P<class>[\w$.]+)\))?"
    r"(?: - invalid arguments to \S+)?(?: (?:compiling|macroexpanding|reading source))?(?: (?!at )\S+)?"
    r" at (?:(?P<function>\S+) )?\((?P<file>[^():\s]+)(?::(?P<line>\d+))?(?::(?P<column>\d+))?\)\.\s*$"
)
_MAP = regex(r"(?:.*\s)?#error \{\s*$")
_FIELD = regex(r"[\s\[{]*:(?P<name>type|message|at|cause|data|via|trace|phase)\b\s*(?P<value>.*)$")
_STRING = regex(r'"(?P<text>(?:[^"\\]|\\.)*+)"')
_FRAME = regex(
    r'[\s\[]*\[(?P<class>[^\s"\[\]]+) (?P<method>[^\s"\[\]]+) (?:"(?P<file>[^"]*)"|nil) (?P<line>-?\d{1,9})\]'
)
_PROMPT = regex(r"[\w.-]+=> ")
_REPORT = "Full report at:"
_MESSAGE_LINES = 50
_DATA_LINES = 100
"""Lines of a value that is of no interest, between two fields."""
_ERRORS_KEPT = 100
_ESCAPES = {"\\n": "\n", "\\t": "\t", '\\"': '"', "\\\\": "\\"}
_ESCAPE = regex(r"\\.")


def read(cursor: Cursor) -> Trace | None:
    """The error that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    line = cursor.line or ""
    if _MAP.match(line):
        return _read_map(cursor)
    at = max(line.find(word) for word in ("Execution error", "Syntax error", "Unexpected error"))
    found = _SENTENCE.match(line[at:]) if at >= 0 else None
    return _read_sentence(cursor, found) if found is not None else None


def _read_sentence(cursor: Cursor, found: re.Match[str]) -> Trace:
    frame = Frame(function=found["function"], file=intern(found["file"]))
    frame.line = to_number(found["line"]) if found["line"] else None
    frame.column = to_number(found["column"]) if found["column"] else None
    error = Error(type=found["class"] or found["what"], frames=[frame])
    origin = Origin(offset=cursor.offset)
    cursor.advance()
    message: list[str] = []
    while (line := cursor.line) is not None and len(message) < _MESSAGE_LINES:
        if not line.strip() or starts_record(line) or _PROMPT.match(line) or _SENTENCE.match(line):
            break
        message.append(line)
        cursor.advance()
    error.message = "\n".join(message) or None
    _pass_report(cursor)
    return Trace(error=error, format=NAME, origin=origin)


def _pass_report(cursor: Cursor) -> None:
    if (cursor.line or "x").strip() or (cursor.peek() or "").strip() != _REPORT:
        return
    for _ in range(3):
        cursor.advance()


def _read_map(cursor: Cursor) -> Trace | None:
    origin = Origin(offset=cursor.offset)
    cursor.advance()
    errors: list[Error] = []
    stack = Stack()
    end, strange, in_trace = cursor.offset, 0, False
    while (line := cursor.line) is not None and strange < _DATA_LINES:
        if _MAP.match(line):
            break
        found = _FIELD.match(line)
        frame = _frame(line) if in_trace else None
        if found is not None and found["name"] == "trace":
            in_trace, strange = True, 0
            frame = _frame(found["value"])
        elif found is not None:
            _take_field(errors, found["name"], found["value"])
            strange = 0 if found["name"] == "type" and len(errors) < _ERRORS_KEPT else strange + 1
        elif in_trace and frame is None:
            break
        else:
            strange += 1
        cursor.advance()
        if frame is not None:
            stack.add(frame)
            end = cursor.offset
            if line.rstrip().endswith("]]}"):
                break
    cursor.seek(end)
    if not errors or not stack.count:
        return None
    errors[-1].frames = stack.frames
    for outer, inner in zip(errors[-2::-1], errors[:0:-1], strict=True):
        outer.cause, outer.cause_kind = inner, "cause"
    return Trace(error=errors[0], format=NAME, origin=origin)


def _take_field(errors: list[Error], name: str, value: str) -> None:
    if name == "type" and len(errors) < _ERRORS_KEPT:
        errors.append(Error(type=intern(value.strip())))
    elif errors and name == "message" and (text := _STRING.match(value)):
        errors[-1].message = _ESCAPE.sub(lambda each: _ESCAPES.get(each[0], each[0]), text["text"])
    elif errors and name == "at" and (frame := _frame(value)):
        errors[-1].frames = [frame]


def _frame(text: str) -> Frame | None:
    found = _FRAME.match(text)
    if found is None:
        return None
    frame = Frame(function=intern(f"{found['class']}.{found['method']}"))
    if found["file"]:
        frame.file = intern(found["file"])
        frame.line = to_number(found["line"]) if not found["line"].startswith("-") else None
    return frame
