"""Failures of tests in the protocol TAP, as Node's test runner writes them where no terminal is.

======================================================  ======================================
line                                                    what comes next
======================================================  ======================================
``not ok 1 - total``                                    the rule that opens its properties
``  ---``                                               a property
``  error: "Cannot read properties of undefined"``      a property
``  error: |-``                                         the message's lines, further in
``  name: 'TypeError'``                                 a property
``  stack: |-``                                         the header or the frames, further in
``    TypeError: boom``                                 the frames: tape and QUnit print a whole trace
``    Cart.price (/srv/shop/a.test.js:2:89)``           a frame, a property, the rule that closes
``  type: TypeError``                                   a property: node-tap prints it below the frames
``  ...``                                               the next test
======================================================  ======================================
"""

from __future__ import annotations

from sys import intern

from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame, Origin, Trace
from .frames import match_frame
from .headers import find_header

STACK = "stack: |"
_STACK = regex(r"(?P<margin> {1,64})stack: \|-?\s*\Z")
_TEST = regex(r"(?P<margin> {0,62})not ok \d{1,9} (?:- )?(?P<name>.*?)(?: # time=\S+)?\Z")
_PROPERTY = regex(r" {1,64}(?P<name>error|message|name|type): (?P<value>\S.*)\Z")
_BLOCK = regex(r"\|[-+]?\s*\Z")
_OPENS, _CLOSES = "---", "..."
_MOST_LINES = 300
_MOST_FRAMES = 1000
_LONGEST_MESSAGE = 1 << 16


def read_failure(cursor: Cursor, name: str) -> Trace | None:
    """The failure on whose line ``stack:`` the cursor is."""
    found = _STACK.match(cursor.line or "")
    if found is None:
        return None
    stack, margin = cursor.offset, found["margin"]
    error = Error()
    if not _read_properties_above(cursor, error, margin):
        cursor.seek(stack)
        return None
    start, test = Origin(offset=cursor.offset), _TEST.match(cursor.line or "")
    preamble = [(cursor.line or "").strip()] if test is not None else []
    cursor.seek(stack)
    cursor.advance()
    if not _read_stack(cursor, error, margin):
        cursor.seek(stack)
        return None
    _read_properties_below(cursor, error, margin)
    if error.message is None and test is not None:
        error.message = test["name"] or None
    return Trace(error=error, format=name, origin=start, preamble=preamble)


def _read_stack(cursor: Cursor, error: Error, margin: str) -> bool:
    """Take the stack, whose first lines may be the error's header; False where it has no frames."""
    above: list[str] = []
    for _ in range(_MOST_LINES):
        line = cursor.line or ""
        if _frame(line, margin) is not None or not line.startswith(f"{margin}  "):
            break
        above.append(line[len(margin) + 2 :].rstrip())
        cursor.advance()
    if above and (header := find_header(above[0])) is not None and header.at_start:
        error.type = header.type
        error.message = "\n".join([header.message or "", *above[1:]])[:_LONGEST_MESSAGE] or None
    while (frame := _frame(cursor.line or "", margin)) is not None:
        if len(error.frames) < _MOST_FRAMES:
            error.frames.append(frame)
        cursor.advance()
    return bool(error.frames)


def _frame(line: str, margin: str) -> Frame | None:
    if not line.startswith(f"{margin}  "):
        return None
    found = match_frame(f"    at {line.strip().removeprefix('at ')}")
    return found.frame() if found is not None else None


def _read_properties_above(cursor: Cursor, error: Error, margin: str) -> bool:
    """Take the error's properties above, and go back to the line of the test, or to the rule below another
    assertion of the same test; False where neither is there."""
    below: list[str] = []
    for _ in range(_MOST_LINES):
        if not cursor.back():
            return False
        line = cursor.line or ""
        if _STACK.match(line):
            return False  # Of another failure, which was tried.
        if line.strip() == _OPENS and line.startswith(margin):
            return _TEST.match(cursor.peek(-1) or "") is None or cursor.back()
        if (found := _PROPERTY.match(line)) and not line.startswith(f"{margin} "):
            _take(error, found["name"], found["value"], [each[len(margin) + 2 :] for each in below[::-1]])
        is_block = line.startswith(f"{margin}  ") or not line.strip()
        below = [*below, line] if is_block else []
    return False


def _read_properties_below(cursor: Cursor, error: Error, margin: str) -> None:
    """Take the properties below the stack, and go behind the rule that closes them."""
    here = cursor.offset
    for _ in range(_MOST_LINES):
        line = cursor.line
        if line is None or (line.strip() and not line.startswith(margin)):
            break
        cursor.advance()
        if line.strip() == _CLOSES:
            return
        if (found := _PROPERTY.match(line)) and not line.startswith(f"{margin} "):
            _take(error, found["name"], found["value"], [])
    cursor.seek(here)


def _take(error: Error, name: str, value: str, block: list[str]) -> None:
    text = "\n".join(block).rstrip() if _BLOCK.match(value) else _unquoted(value.rstrip())
    if name in ("name", "type"):
        error.type = intern(text) or None
    elif text and (name == "error" or error.message is None):
        error.message = text[:_LONGEST_MESSAGE]


def _unquoted(value: str) -> str:
    quote = value[:1]
    if len(value) < 2 or quote not in ("'", '"') or not value.endswith(quote):
        return value
    return value[1:-1].replace("''", "'") if quote == "'" else value[1:-1].replace('\\"', '"')
