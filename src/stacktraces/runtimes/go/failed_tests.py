"""Failed tests of ``go test``, with what they logged; of testify with its stack.

=====================================================  ==================================================
line                                                   what comes next
=====================================================  ==================================================
``=== RUN   TestTotal`` (``NAME``, ``CONT``)           what the test logs, with ``-v``
``--- FAIL: TestTotal (0.00s)``                        the same, without ``-v``; the next test
``=== FAIL: shop TestTotal (0.00s)``                   the same, of gotestsum
``    orders_test.go:14: got 2, want 3``               the message's next line, the next message, the end
``        second line``                                the same
``        \tError Trace:\t/src/shop/orders_test.go:14``  testify's next line of the stack, its next label
=====================================================  ==================================================

The one frame is the test at the place of what it logged last: which of its lines tells of the failure is not
printed. What a test logged that passed is no error.
"""

from __future__ import annotations

import re
from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame, Origin, Trace

NAME = "go_test"
LOGGED = "_test.go:"
_LOGGED = regex(r"(?P<margin>(?: {4}|\t){1,16})(?P<file>[\w.-]{1,200}\.go):(?P<line>\d{1,9}): ?(?P<text>.*)$")
_RUNS = regex(r"=== (?:RUN|CONT|NAME) {2,3}(?P<name>Test\S{0,500})\s*$")
_RESULT = regex(r"(?P<margin> {0,60})--- (?P<result>FAIL|PASS|SKIP): (?P<name>\S{1,500}) \(\d[\d.]*s\)\s*$")
_GOTESTSUM = regex(r"=== FAIL: \S{1,500} (?P<name>Test\S{0,500}) \(\d[\d.]*s\)\s*$")
_LABEL = regex(r"\t(?P<name>Error Trace|Error|Test|Messages): *\t(?P<text>.*)$")
_UNDER_LABEL = regex(r"\t {8,20}\t(?P<text>.*)$")
_PLACE = regex(r"\s*(?P<file>\S{1,1000}):(?P<line>\d{1,9})\s*$")
_GOT = "got:"
_MOST_ABOVE = 150
_MOST_BELOW = 256 << 10
"""Bytes from what a test logs to its result."""
_MOST_LINES = 300
_LONGEST = 1 << 16


def read(cursor: Cursor) -> Trace | None:
    """The failed test of which the cursor's line tells; see :data:`stacktraces.runtimes.Reader`."""
    line = cursor.line or ""
    if found := _RESULT.match(line):
        return _read_example(cursor, found) if found["result"] == "FAIL" else None
    first = _LOGGED.match(line)
    if first is None or _LOGGED.match(cursor.peek(-1) or ""):
        return None  # What the test logged was tried from its first line on.
    here = cursor.offset
    test = _test_above(cursor, first["margin"])
    origin = cursor.offset
    cursor.seek(here)
    if test is None:
        return None
    places, lines, labels = _read_logged(cursor, first["margin"])
    error = Error(message="\n".join(lines).strip("\n")[:_LONGEST] or None, frames=[places[-1]])
    _use_labels(error, labels)
    error.frames[-1].function = intern(test)
    return Trace(error=error, format=NAME, origin=Origin(offset=origin))


def _test_above(cursor: Cursor, margin: str) -> str | None:
    """The failed test that logged the cursor's line, and go back to the line that names it; else ``None``."""
    for _ in range(_MOST_ABOVE):
        if not cursor.back():
            return None
        line = cursor.line or ""
        if found := _RUNS.match(line):
            return found["name"] if _fails_below(cursor, found["name"]) else None
        if found := _GOTESTSUM.match(line):
            return found["name"]
        if found := _RESULT.match(line):
            # What is indented as deep is of the test that was run in it before.
            fits = len(found["margin"]) < len(margin)
            return found["name"] if fits and found["result"] == "FAIL" else None
        if LOGGED in line and _LOGGED.match(line):
            return None  # Of no failed test either: it was tried.
    return None


def _fails_below(cursor: Cursor, name: str) -> bool:
    """Whether the first result of the test below says that it failed: behind those of all its subtests."""
    end = min(cursor.offset + _MOST_BELOW, cursor.end)
    failed = cursor.buffer.find(f"--- FAIL: {name} (".encode(), cursor.offset, end)
    cursor.ended = cursor.ended or (failed < 0 and end == cursor.end)
    if failed < 0:
        return False
    return not any(
        cursor.buffer.find(f"--- {other}: {name} (".encode(), cursor.offset, failed) >= 0
        for other in ("PASS", "SKIP")
    )


def _read_logged(cursor: Cursor, margin: str) -> tuple[list[Frame], list[str], dict[str, list[str]]]:
    """What the test logged from the cursor's line on: the places, the lines, and what testify labels."""
    places: list[Frame] = []
    lines: list[str] = []
    labels: dict[str, list[str]] = {}
    label: list[str] | None = None
    deeper = f"{margin}    "
    for _ in range(_MOST_LINES):
        line = cursor.line
        if line is None:
            break
        found = _LOGGED.match(line)
        if found is not None and found["margin"] == margin:
            places.append(Frame(file=intern(found["file"]), line=to_number(found["line"])))
            label = None
            if found["text"].strip():
                lines.append(found["text"].rstrip())
        elif line.startswith(deeper):
            text = line[len(deeper) :]
            if labelled := _LABEL.match(text):
                label = labels.setdefault(labelled["name"], [])
                label.append(labelled["text"])
            elif label is not None:
                below = _UNDER_LABEL.match(text)
                label.append(below["text"] if below is not None else text)
            else:
                lines.append(text.rstrip())
        elif line.strip() or not (cursor.peek() or "").startswith(deeper):
            break
        cursor.advance()
    return places, lines, labels


def _use_labels(error: Error, labels: dict[str, list[str]]) -> None:
    """Give ``error`` what testify printed of it."""
    frames = [
        Frame(file=intern(found["file"]), line=to_number(found["line"]))
        for found in map(_PLACE.match, labels.get("Error Trace", []))
        if found is not None
    ]
    error.frames = frames or error.frames
    text = "\n".join(each.rstrip() for each in labels.get("Error", [])).strip("\n")
    error.message = "\n".join(each for each in (error.message, text) if each)[:_LONGEST] or None
    if notes := "\n".join(labels.get("Messages", [])).strip():
        error.notes.append(notes)


def _read_example(cursor: Cursor, found: re.Match[str]) -> Trace | None:
    """The example whose output is not what its comment says; the cursor is on its result."""
    origin = Origin(offset=cursor.offset)
    here = cursor.offset
    cursor.advance()
    if (cursor.line or "").strip() != _GOT:
        cursor.seek(here)
        return None
    lines: list[str] = []
    for _ in range(_MOST_LINES):
        line = cursor.line
        if line is None or line.startswith(("FAIL", "---", "===", "ok ", "PASS")):
            break
        lines.append(line.rstrip())
        cursor.advance()
    error = Error(
        message="\n".join(lines).strip("\n")[:_LONGEST], frames=[Frame(function=intern(found["name"]))]
    )
    return Trace(error=error, format=NAME, origin=origin)
