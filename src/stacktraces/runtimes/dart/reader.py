"""Dart's stack traces, and what stands above them.

=================================================================================  =====================
line                                                                               what it is
=================================================================================  =====================
``Unhandled exception:``, ``Unhandled Exception: Bad state: m``                    the message follows
``FormatException: Invalid number``                                                the type and message
``00:01 +0 -1: cart total [E]``                                                    a test that failed
``*** *** *** …``, ``pid: 71, tid: 75``, ``build_id: '3f2a'``                      a compiled program's stack
=================================================================================  =====================

Frames are the matter of :mod:`.frames`, the framework's reports of :mod:`.flutter`.
"""

from __future__ import annotations

from sys import intern

from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Origin, Trace
from .flutter import STACK, read_report
from .frames import frame_of, read_frames

NAME = "dart"
_UNHANDLED = regex(r".{0,300}?(?:Unhandled exception:\s*|Unhandled Exception: (?P<text>\S.*))\Z")
_HEADER = regex(
    r"(?P<type>_?[A-Z][\w.]{0,300}(?:Exception|Error)|Exception)(?: \([\w ]{1,60}\))?"
    r"(?:: ?(?P<message>.*))?\Z"
)
_IN_RECORD = regex(
    r"(?<![\w.])(?=_?[A-Z]\w{0,300}(?:Exception|Error)(?: \([\w ]{1,60}\))?(?:: |\s*\Z)|Exception: )"
)
_TEST = regex(r"\d\d:\d\d \+\d{1,9}(?: ~\d{1,9})?(?: -\d{1,9})?: (?P<name>.{1,1000}) \[E\]\s*\Z")
_COMPILED = regex(
    r"(?:\*\*\* )+\*\*\*\s*\Z|pid: \d|os: \w|isolate_(?:dso_base|instructions): |vm_\w{1,40}: "
    r"|build_id: '(?P<build>[0-9a-f]{1,80})'"
)
_FEWEST_FRAMES = 2
"""Frames that make a trace where nothing names an error."""
_LOOK_BACK = 100
_MOST_BLANK = 2


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    line = cursor.line or ""
    if STACK in line:
        report = read_report(cursor)
        return _trace(*report) if report is not None else None
    if frame_of(line) is None or _is_frame_before(cursor):
        return None
    frames_at = cursor.offset
    notes = _step_over_build(cursor)
    found = _error_above(cursor)
    error, start = found if found is not None else (Error(), frames_at)
    cursor.seek(frames_at)
    error.frames, left_out = read_frames(cursor)
    if found is None and len(error.frames) < _FEWEST_FRAMES:
        return None
    error.notes += notes
    return _trace(error, start, left_out)


def _trace(error: Error, start: int, left_out: int) -> Trace:
    uncertain = [f"{left_out} frames of a long stack are not here."] if left_out else []
    return Trace(error=error, format=NAME, origin=Origin(offset=start), uncertain=uncertain)


def _is_frame_before(cursor: Cursor) -> bool:
    """Whether the frame at hand is not the first of its stack: its reader was asked for the first."""
    frame, before = frame_of(cursor.line or ""), frame_of(cursor.peek(-1) or "")
    return before is not None and not (frame is not None and frame.id == 0)


def _step_over_build(cursor: Cursor) -> list[str]:
    """Go back to the first line that a compiled program prints above its frames; the build, as a note."""
    notes: list[str] = []
    while (found := _COMPILED.match(cursor.peek(-1) or "")) is not None and cursor.back():
        if found["build"]:
            notes.append(f"build {found['build']}")
    return notes


def _error_above(cursor: Cursor) -> tuple[Error, int] | None:
    """The error that the lines above the cursor tell of, and where it starts."""
    lines: list[str] = []
    blank = 0
    for _ in range(_LOOK_BACK):
        if not cursor.back():
            return None
        line, start = cursor.line or "", cursor.offset
        if unhandled := _UNHANDLED.match(line):
            texts = [unhandled["text"], *lines] if unhandled["text"] else lines
            return (_error(texts), start) if texts else None
        if _TEST.match(line):
            return (_error([each.removeprefix("  ") for each in lines]), start) if lines else None
        if frame_of(line) is not None:
            return None
        text = line.strip()
        if starts_record(line):
            in_record = _IN_RECORD.search(line)
            return _error([line[in_record.start() :] if in_record else text, *lines]), start
        if _HEADER.match(text) and (found := _unhandled_before(cursor)) is not None:
            return _error([text, *lines]), found
        blank += not text
        lines.insert(0, line)
    return None


def _unhandled_before(cursor: Cursor) -> int | None:
    """Where an error starts whose type is on the cursor's line: there, or above, where more is said first.

    ``None`` where the line is one of a failed test's message.
    """
    start = cursor.offset
    before = cursor.peek(-1) or ""
    if _TEST.match(before):
        return None
    if _UNHANDLED.match(before):
        cursor.back()
        start = cursor.offset
    return start


def _error(lines: list[str]) -> Error:
    """The error that ``lines`` name; its type is not known where a program threw a text."""
    while lines and not lines[-1].strip():
        lines.pop()
    found = _HEADER.match(lines[0].strip()) if lines else None
    if found is None:
        return Error(message="\n".join(lines).rstrip() or None)
    rest = [found["message"]] if found["message"] else []
    return Error(type=intern(found["type"]), message="\n".join([*rest, *lines[1:]]).rstrip() or None)
