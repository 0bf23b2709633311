"""Exceptions whose type, message and stack stand behind labels: of test runners, and in Windows' event log.

=====================================================  ================================================
line                                                   what comes next
=====================================================  ================================================
``  Failed TestTotal [12 ms]``                         the label of the message
``  Error Message:``                                   the exception, or what was asserted
``   System.DivideByZeroException : Attempted to …``   the message's next line, an inner one, the stack
``---- System.ArgumentException : no sku``             the same (xUnit)
``  Stack Trace:``                                     a frame
``----- Inner Stack Trace -----``                      a frame of the inner exception
``1) Failed : Shop.Tests.Total``                       what was asserted, a frame (NUnit's console)
``    Exception type: NullReferenceException``         the message (ASP.NET's event 3005)
``    Exception message: Object reference not set …``  a frame
=====================================================  ================================================
"""

from __future__ import annotations

from sys import intern

from ..._regex import regex
from ...cursor import Cursor
from ...model import Error
from .exceptions import Exceptions
from .syntax import match_frame, match_header

_STACK, _MESSAGE = "Stack Trace:", "Error Message:"
_FAILED = regex(r"\s{0,8}(?:Failed|X) \S.*\Z")
_INNER = regex(r"\s{0,8}-{4,40} (?P<text>\S.* : .*)\Z")
_INNER_STACK = regex(r"\s{0,8}-{5,40} Inner Stack Trace\b.* -{5,40}\s*\Z")
_EVENT_TYPE = regex(r"\s{1,8}Exception type: (?P<type>[\w.+`]{1,300})\s*\Z")
_EVENT_MESSAGE = regex(r"\s{1,8}Exception message: (?P<message>.*)\Z")
_THREW = regex(r"Test method \S{1,500} threw exception:\s*\Z")
"""MSTest's words above the exception that a test threw."""
_NUNIT = regex(r"\d{1,7}\) (?:Failed|Error|Invalid) : \S.*\Z")
_MOST_LINES = 200
_MOST_EVENT_LINES = 20
_LONGEST_MESSAGE = 1 << 16


def read_labelled(cursor: Cursor) -> tuple[Error, int, list[str]] | None:
    """The exception of which the cursor is on the first frame: the error, its start, the failed test.

    ``None``, and the cursor where it was, where no label stands above.
    """
    frames = cursor.offset
    above = (cursor.peek(-1) or "").strip()
    found = _read_test(cursor) if above == _STACK else _read_event(cursor) or _read_nunit(cursor, frames)
    cursor.seek(frames)
    if found is None:
        return None
    error, start, preamble = found
    exceptions = Exceptions(cursor)
    link: Error | None = error
    while link is not None:
        while exceptions.take_frame(link):
            cursor.advance()
        if _INNER_STACK.match(cursor.line or "") is None or link.cause is None:
            break
        link = link.cause
        cursor.advance()
    return error, start, preamble


def _read_test(cursor: Cursor) -> tuple[Error, int, list[str]] | None:
    lines: list[str] = []
    cursor.back()
    for _ in range(_MOST_LINES):
        if not cursor.back() or match_frame(cursor.line or "") is not None:
            return None
        line = cursor.line or ""
        if line.strip() == _MESSAGE:
            break
        lines.insert(0, line)
    else:
        return None
    start, preamble = cursor.offset, []
    if _FAILED.match(cursor.peek(-1) or "") and cursor.back():
        start, preamble = cursor.offset, [(cursor.line or "").strip()]
    error = chain_of(lines)
    return (error, start, preamble) if error is not None else None


def chain_of(lines: list[str]) -> Error | None:
    """The error that the lines of a message tell of, with the inner ones as its causes."""
    texts: list[list[str]] = [[]]
    for line in lines[1:] if lines and _THREW.match(lines[0].strip()) else lines:
        if inner := _INNER.match(line):
            texts.append([inner["text"]])
        else:
            texts[-1].append(line.strip() if not texts[-1] else line.rstrip())
    outer: Error | None = None
    for text in reversed(texts):
        message = "\n".join(text).strip()[:_LONGEST_MESSAGE]
        if not message:
            continue
        header = match_header(message)
        error = Error(type=header.type, message=header.message) if header else Error(message=message)
        error.cause, error.cause_kind = outer, "cause" if outer is not None else None
        outer = error
    return outer


def _read_nunit(cursor: Cursor, frames: int) -> tuple[Error, int, list[str]] | None:
    """What NUnit's console tells of a failed test: its number and name, the message, the frames."""
    cursor.seek(frames)
    lines: list[str] = []
    for _ in range(_MOST_LINES):
        if not cursor.back() or match_frame(cursor.line or "") is not None or not (cursor.line or "").strip():
            return None
        line = cursor.line or ""
        if _NUNIT.match(line):
            error = chain_of(lines)
            return (error, cursor.offset, [line.strip()]) if error is not None else None
        lines.insert(0, line)
    return None


def _read_event(cursor: Cursor) -> tuple[Error, int, list[str]] | None:
    text: list[str] = []
    for _ in range(_MOST_EVENT_LINES):
        if not cursor.back() or match_frame(cursor.line or "") is not None:
            return None
        line = cursor.line or ""
        if found := _EVENT_MESSAGE.match(line):
            kind = _EVENT_TYPE.match(cursor.peek(-1) or "")
            if kind is None:
                return None
            cursor.back()
            message = "\n".join([found["message"], *text]).strip()
            return Error(type=intern(kind["type"]), message=message or None), cursor.offset, []
        text.insert(0, line)
    return None
