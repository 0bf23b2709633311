"""Exceptions as Monolog writes them, also in Laravel: ``[object] (TYPE(code: 0): MESSAGE at FILE:1)``."""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Frame, Origin, Trace
from .lines import CursorLines, Lines, ListLines
from .stacks import read_stack
from .syntax import MONOLOG_STACK, PREVIOUS

_OBJECT = "[object] ("
_ESCAPED_PREVIOUS = f"\\n{PREVIOUS}{_OBJECT}"
_FIRST = regex(
    r"(?P<type>[\w\\]{1,500}+(?:@anonymous[^\s(]{0,500}+)?)\(code: [^)\n]{0,100}+\): (?P<message>.*)\Z"
)
_LAST = regex(r"(?P<message>.*) at (?P<file>\S.{0,1000}?):(?P<line>\d{1,9}+)\)(?P<rest>.*)\Z")
_END = regex(r'\s{0,4}+"\}')
_MOST_LINES = 100
_MOST_LINKS = 100
_LONGEST_MESSAGE = 1 << 16


def read_monolog(cursor: Cursor, name: str) -> Trace | None:
    """The record on the cursor's line; ``None`` where that holds no exception."""
    line = cursor.line or ""
    origin = Origin(offset=cursor.offset)
    text = line.partition(_OBJECT)[2]
    lines: Lines = CursorLines(cursor)
    lines.advance()
    if _ESCAPED_PREVIOUS in text:
        text, *others = text.split("\\n")
        lines = ListLines(others)
    error = _read_object(lines, text)
    if error is None:
        return None
    link = error
    for _ in range(_MOST_LINKS):
        here = lines.mark()
        while lines.line == "":
            lines.advance()
        text = lines.line or ""
        if not text.startswith(PREVIOUS + _OBJECT):
            lines.reset(here)
            break
        lines.advance()
        cause = _read_object(lines, text.removeprefix(PREVIOUS + _OBJECT))
        if cause is None:
            lines.reset(here)
            break
        link.cause, link.cause_kind = cause, "cause"
        link = cause
    if _END.match(lines.line or ""):
        lines.advance()
    return Trace(error=error, format=name, origin=origin)


def _unescaped(text: str) -> str:
    """The text of a string in JSON whose line ends were written as they are."""
    return text.replace("\\/", "/").replace('\\"', '"').replace("\\\\", "\\")


def _ends(line: str) -> bool:
    """Whether a message that has not ended by ``line`` was cut."""
    return _OBJECT in line or starts_record(line)


def _read_object(lines: Lines, text: str) -> Error | None:
    """The exception whose text starts with ``text``; passes over its stack."""
    first = _FIRST.match(text)
    if first is None:
        return None
    message: list[str] = []
    text = first["message"]
    while (last := _LAST.match(text)) is None:
        if len(message) >= _MOST_LINES or lines.line is None or _ends(lines.line):
            return None
        message.append(text)
        text = lines.line
        lines.advance()
    message.append(last["message"])
    place = Frame(file=intern(_unescaped(last["file"])), line=to_number(last["line"]))
    frames: list[Frame] = []
    if lines.line == MONOLOG_STACK:
        lines.advance()
        stack = read_stack(lines)
        for call in stack.calls:
            call.function = intern(_unescaped(call.function))
            call.args = call.args and _unescaped(call.args)
            call.caller.file = call.caller.file and intern(_unescaped(call.caller.file))
        frames = stack.frames(place)
    return Error(
        type=intern(_unescaped(first["type"])),
        message=_unescaped("\n".join(message))[:_LONGEST_MESSAGE] or None,
        frames=frames or [place],
    )
