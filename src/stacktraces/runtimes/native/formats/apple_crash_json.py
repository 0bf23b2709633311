"""The crash report of macOS 12 and iOS 15 and later, ``.ips``: a line of JSON, and a JSON object after it.

The object tells the exception, which thread it arrived on, and the frames of each thread as offsets in
images.
"""

from __future__ import annotations

from typing import Any

from ....cursor import Cursor
from ....model import Error, Frame, Origin, RelatedStack, Trace
from ..json_objects import count_of, list_of, read_object, step_to_object, text_of
from ..symbol_lines import FRAMES_KEPT

NAME = "apple_crash_json"
STACKS_KEPT = 200
_LONGEST_HEADER = 16 << 10


def read(cursor: Cursor) -> Trace | None:
    """The report that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    start = _start(cursor)
    if start is None:
        return None
    body = read_object(cursor)
    if body is None or "threads" not in body:
        return None
    error = _error(body)
    if error is None:
        return None
    trace = Trace(error=error, format=NAME, origin=Origin(offset=start))
    trace.context.process = text_of(body.get("procName"))
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
    return cursor.offset if step_to_object(cursor) else None


def _error(body: dict[str, Any]) -> Error | None:
    exception = body.get("exception")
    if not isinstance(exception, dict):
        return None
    kind, signal = text_of(exception.get("type")), text_of(exception.get("signal"))
    said = [kind, text_of(exception.get("subtype")), *_specific(body.get("asi"))]
    error = Error(type=signal or kind, message="\n".join(each for each in said if each) or None)
    threads = [each for each in list_of(body.get("threads")) if isinstance(each, dict)]
    images = list_of(body.get("usedImages"))
    faulting = body.get("faultingThread")
    if raised := list_of(body.get("lastExceptionBacktrace")):
        error.frames = _frames(raised, images)
    for index, thread in enumerate(threads):
        frames = _frames(list_of(thread.get("frames")), images)
        if not error.frames and (index == faulting or thread.get("triggered") is True):
            error.frames = frames
        elif frames and len(error.related) < STACKS_KEPT:
            error.related.append(RelatedStack(title=_title(index, thread), frames=frames))
    return error if error.type and error.frames else None


def _title(index: int, thread: dict[str, Any]) -> str:
    name = text_of(thread.get("name")) or text_of(thread.get("queue"))
    return f"Thread {index}: {name}" if name else f"Thread {index}"


def _specific(information: Any) -> list[str]:
    """What libraries said before the end, by the library's name."""
    if not isinstance(information, dict):
        return []
    return [each for lines in information.values() for each in list_of(lines) if isinstance(each, str)]


def _frames(calls: list[Any], images: list[Any]) -> list[Frame]:
    return [_frame(call, images) for call in calls[:FRAMES_KEPT] if isinstance(call, dict)]


def _frame(call: dict[str, Any], images: list[Any]) -> Frame:
    frame = Frame(function=text_of(call.get("symbol")), offset=count_of(call.get("symbolLocation")))
    index = call.get("imageIndex")
    if isinstance(index, int) and 0 <= index < len(images) and isinstance(images[index], dict):
        frame.module = text_of(images[index].get("name"))
    frame.offset = frame.offset if frame.function else count_of(call.get("imageOffset"))
    frame.file, frame.line = text_of(call.get("sourceFile")), count_of(call.get("sourceLine")) or None
    frame.inlined = call.get("inline") is True
    return frame
