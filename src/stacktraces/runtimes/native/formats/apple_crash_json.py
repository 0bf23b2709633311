"""The crash report of macOS 12 and iOS 15 and later, ``.ips``: a line of JSON, and a JSON object after it.

The object tells the exception, which thread it arrived on, and the frames of each thread as offsets in
images.
"""

from __future__ import annotations

from typing import Any

from ....cursor import Cursor
from ....model import Error, Frame, Origin, RelatedStack, Trace
from ..symbol_lines import FRAMES_KEPT

NAME = "apple_crash_json"
STACKS_KEPT = 200
_FIRST_TRY, _LARGEST = 4 << 10, 16 << 20
"""Bytes of the object that are tried first, and at most."""
_NEAR_END = 64
"""An error so near the end of what was tried may be that it was cut there."""
_LONGEST_HEADER = 16 << 10
_BLANK_LINES = 8
_BACK = 60


def read(cursor: Cursor) -> Trace | None:
    """The report that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    start = _start(cursor)
    if start is None:
        return None
    body = _object(cursor)
    if body is None or "threads" not in body:
        return None
    error = _error(body)
    if error is None:
        return None
    trace = Trace(error=error, format=NAME, origin=Origin(offset=start))
    trace.context.process = _text(body.get("procName"))
    pid = body.get("pid")
    trace.context.pid = str(pid) if isinstance(pid, int) else None
    return trace


def _start(cursor: Cursor) -> int | None:
    """Where the report starts; the cursor is left on the object's first line."""
    line = (cursor.line or "").rstrip()
    if line.startswith('{"') and line.endswith("}") and len(line) < _LONGEST_HEADER:
        start = cursor.offset
        cursor.advance()
        return start if (cursor.line or "").startswith("{") else None
    for _ in range(_BACK):
        if not cursor.back():
            return None
        if (cursor.line or "").rstrip() == "{":
            return cursor.offset if _is_outermost(cursor) else None
    return None


def _is_outermost(cursor: Cursor) -> bool:
    """Whether the object that starts on the line is in no other: each would be read to its end again."""
    for distance in range(1, _BLANK_LINES):
        before = cursor.peek(-distance)
        if before is None or before.strip():
            return before is None or not before.rstrip().endswith((",", ":", "[", "{"))
    return False


def _object(cursor: Cursor) -> dict[str, Any] | None:
    """The object at the cursor, which is left behind it."""
    import json  # Takes long to import, for what few files hold.

    start, size = cursor.offset, _FIRST_TRY
    while size <= _LARGEST:
        raw = bytes(cursor.buffer[start : min(start + size, cursor.end)])
        text = raw.decode("utf-8", "surrogateescape")
        try:
            found, end = json.JSONDecoder().raw_decode(text)
            break
        except json.JSONDecodeError as error:
            if error.pos < len(text) - _NEAR_END and "Unterminated" not in error.msg:
                return None
        except (ValueError, RecursionError):
            return None
        if start + size >= cursor.end:
            return None
        size *= 8
    else:
        return None
    last = start + len(text[:end].encode("utf-8", "surrogateescape"))
    while cursor.offset < last and cursor.line is not None:
        cursor.advance()
    return found if isinstance(found, dict) else None


def _error(body: dict[str, Any]) -> Error | None:
    exception = body.get("exception")
    if not isinstance(exception, dict):
        return None
    kind, signal = _text(exception.get("type")), _text(exception.get("signal"))
    said = [kind, _text(exception.get("subtype")), *_specific(body.get("asi"))]
    error = Error(type=signal or kind, message="\n".join(each for each in said if each) or None)
    threads = [each for each in _list(body.get("threads")) if isinstance(each, dict)]
    images = _list(body.get("usedImages"))
    faulting = body.get("faultingThread")
    if raised := _list(body.get("lastExceptionBacktrace")):
        error.frames = _frames(raised, images)
    for index, thread in enumerate(threads):
        frames = _frames(_list(thread.get("frames")), images)
        if not error.frames and (index == faulting or thread.get("triggered") is True):
            error.frames = frames
        elif frames and len(error.related) < STACKS_KEPT:
            error.related.append(RelatedStack(title=_title(index, thread), frames=frames))
    return error if error.type and error.frames else None


def _title(index: int, thread: dict[str, Any]) -> str:
    name = _text(thread.get("name")) or _text(thread.get("queue"))
    return f"Thread {index}: {name}" if name else f"Thread {index}"


def _specific(information: Any) -> list[str]:
    """What libraries said before the end, by the library's name."""
    if not isinstance(information, dict):
        return []
    return [each for lines in information.values() for each in _list(lines) if isinstance(each, str)]


def _frames(calls: list[Any], images: list[Any]) -> list[Frame]:
    return [_frame(call, images) for call in calls[:FRAMES_KEPT] if isinstance(call, dict)]


def _frame(call: dict[str, Any], images: list[Any]) -> Frame:
    frame = Frame(function=_text(call.get("symbol")), offset=_count(call.get("symbolLocation")))
    index = call.get("imageIndex")
    if isinstance(index, int) and 0 <= index < len(images) and isinstance(images[index], dict):
        frame.module = _text(images[index].get("name"))
    frame.offset = frame.offset if frame.function else _count(call.get("imageOffset"))
    frame.file, frame.line = _text(call.get("sourceFile")), _count(call.get("sourceLine")) or None
    frame.inlined = call.get("inline") is True
    return frame


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str | None:
    return value.encode("utf-8", "replace").decode() or None if isinstance(value, str) else None


def _count(value: Any) -> int | None:
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 64
    return value if is_count else None
