"""The JSON that minidump-stackwalk (rust-minidump) makes of a minidump with ``--json``.

The object tells reason and address under ``crash_info``, and the frames of each thread under ``threads``.
"""

from __future__ import annotations

from sys import intern
from typing import Any

from ...._number import to_number
from ....cursor import Cursor
from ....model import Error, Frame, Origin, RelatedStack, Trace
from ..json_objects import count_of, is_outermost, list_of, read_object, step_to_object, text_of
from ..symbol_lines import FRAMES_KEPT
from .minidump import STACKS_KEPT, error_of

NAME = "minidump_json"
_HEXADECIMAL = "0x"


def read(cursor: Cursor) -> Trace | None:
    """The report that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    starts = is_outermost(cursor) if (cursor.line or "").startswith("{") else step_to_object(cursor)
    if not starts:
        return None
    origin = Origin(offset=cursor.offset)
    body = read_object(cursor)
    crash = body.get("crash_info") if body is not None else None
    if body is None or not isinstance(crash, dict) or not (reason := text_of(crash.get("type"))):
        return None
    error = error_of(reason.replace(" / ", " /"))
    if address := text_of(crash.get("address")):
        error.message = f"{error.message}\nCrash address: {address}"
    if assertion := text_of(crash.get("assertion")):
        error.message = f"{error.message}\nAssertion: {assertion}"
    _take_threads(error, body, count_of(crash.get("crashing_thread")))
    if not error.frames:
        return None
    trace = Trace(error=error, format=NAME, origin=origin)
    pid = count_of(body.get("pid"))
    trace.context.pid = str(pid) if pid is not None else None
    return trace


def _take_threads(error: Error, body: dict[str, Any], crashed: int | None) -> None:
    for number, thread in enumerate(list_of(body.get("threads"))):
        if not isinstance(thread, dict):
            continue
        frames = [
            _frame(each) for each in list_of(thread.get("frames"))[:FRAMES_KEPT] if isinstance(each, dict)
        ]
        if number == crashed:
            error.frames = frames
        elif frames and len(error.related) < STACKS_KEPT:
            name = text_of(thread.get("thread_name"))
            title = f"Thread {number} {name}" if name else f"Thread {number}"
            error.related.append(RelatedStack(title=title, frames=frames))
    thread = body.get("crashing_thread")
    if not error.frames and isinstance(thread, dict):
        error.frames = [_frame(each) for each in list_of(thread.get("frames")) if isinstance(each, dict)]


def _frame(call: dict[str, Any]) -> Frame:
    function, module, file = (text_of(call.get(key)) for key in ("function", "module", "file"))
    frame = Frame(id=str(count_of(call.get("frame")) or 0))
    frame.function = intern(function) if function else None
    frame.module = intern(module) if module else None
    frame.file, frame.line = intern(file) if file else None, count_of(call.get("line")) or None
    frame.address, offset = _address(call.get("offset")), _address(call.get("module_offset"))
    frame.offset = offset if not function else _address(call.get("function_offset"))
    return frame


def _address(value: Any) -> int | None:
    text = text_of(value)
    if text is None or not text.startswith(_HEXADECIMAL) or len(text) > 18:
        return None
    digits = text.removeprefix(_HEXADECIMAL)
    return (
        to_number(digits, 16) if all(each in "0123456789abcdefABCDEF" for each in digits) and digits else None
    )
