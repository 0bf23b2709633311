"""Failures of tests in the protocol TAP, as Node's test runner writes them where no terminal is.

======================================================  ======================================
line                                                    what comes next
======================================================  ======================================
``not ok 1 - total``                                    the rule that opens its properties
``  ---``                                               a property
``  error: "Cannot read properties of undefined"``      a property
``  error: |-``                                         the message's lines, further in
``  name: 'TypeError'``                                 a property
``  stack: |-``                                         the frames, further in
``    Cart.price (/srv/shop/a.test.js:2:89)``           a frame, the rule that closes
``  ...``                                               the next test
======================================================  ======================================
"""

from __future__ import annotations

from sys import intern

from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame, Origin, Trace
from .frames import match_frame

STACK = "stack: |"
_STACK = regex(r"(?P<margin> {1,64})stack: \|-?\s*\Z")
_TEST = regex(r"(?P<margin> {0,62})not ok \d{1,9} - (?P<name>.*)\Z")
_PROPERTY = regex(r" {1,64}(?P<name>error|name): (?P<value>\S.*)\Z")
_BLOCK = regex(r"\|[-+]?\s*\Z")
_OPENS = "---"
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
    if not _read_properties(cursor, error, margin):
        cursor.seek(stack)
        return None
    origin = Origin(offset=cursor.offset)
    test = (cursor.line or "").strip()
    cursor.seek(stack)
    cursor.advance()
    while (frame := _frame(cursor.line or "", margin)) is not None:
        if len(error.frames) < _MOST_FRAMES:
            error.frames.append(frame)
        cursor.advance()
    return Trace(error=error, format=name, origin=origin, preamble=[test]) if error.frames else None


def _frame(line: str, margin: str) -> Frame | None:
    if not line.startswith(f"{margin}  "):
        return None
    found = match_frame(f"    at {line.strip().removeprefix('at ')}")
    return found.frame() if found is not None else None


def _read_properties(cursor: Cursor, error: Error, margin: str) -> bool:
    """Take the error's properties above, and go back to the line of the test; False where none is there."""
    below: list[str] = []
    for _ in range(_MOST_LINES):
        if not cursor.back():
            return False
        line = cursor.line or ""
        if line.strip() == _OPENS and line.startswith(margin):
            return cursor.back() and _TEST.match(cursor.line or "") is not None
        if (found := _PROPERTY.match(line)) and not line.startswith(f"{margin} "):
            _take(error, found["name"], found["value"], [each[len(margin) + 2 :] for each in below[::-1]])
        is_block = line.startswith(f"{margin}  ") or not line.strip()
        below = [*below, line] if is_block else []
    return False


def _take(error: Error, name: str, value: str, block: list[str]) -> None:
    text = "\n".join(block).rstrip() if _BLOCK.match(value) else _unquoted(value.rstrip())
    if name == "name":
        error.type = intern(text) or None
    else:
        error.message = text[:_LONGEST_MESSAGE] or None


def _unquoted(value: str) -> str:
    quote = value[:1]
    if len(value) < 2 or quote not in ("'", '"') or not value.endswith(quote):
        return value
    return value[1:-1].replace("''", "'") if quote == "'" else value[1:-1].replace('\\"', '"')
