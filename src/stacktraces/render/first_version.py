"""The text and the JSON (major version 1) that consumers of the first stacktraces.py read."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from ..model import Error, Frame, Process, Thread, ThreadGroup, Trace
from ..snapshots.folding import fold
from ._safe import one_line, printable
from .crashes import crash_objects
from .locks import lock_objects
from .report import encode

UNKNOWN_FUNCTION = "??"
_RUN = 3
VERSION = 1
"""The major version of the JSON, written as ``mv`` beside a log's processes."""


def _function(frame: Frame) -> str:
    return frame.function or UNKNOWN_FUNCTION


# -- JSON ------------------------------------------------------------------------------------------


def process_group(processes: Iterable[Process]) -> Iterator[bytes]:
    """What ``describe.py --format json`` prints for described processes, in pieces to be written in turn.

    In pieces, since the whole of it can be as large as the capture.
    """
    yield b'{"processgroupname":"no-name","processes":['
    for number, process in enumerate(processes):
        if number:
            yield b","
        yield from process_pieces(process)
    yield b"]}"


def process_pieces(process: Process) -> Iterator[bytes]:
    """The JSON object of one process of a debugger's snapshot, described, in pieces."""
    heading: dict[str, Any] = {"processname": process.name or "no-name"}
    if process.pid is not None:
        heading["pid"] = str(process.pid)
    if process.executable is not None:
        heading["exe"] = process.executable
    yield encode(heading)[:-1] + b',"threads":['
    for number, thread in enumerate(process.threads):
        yield (b"," if number else b"") + encode(_thread_object(thread))
    groups = [{"thread_ids": group.thread_ids} for group in process.groups]
    yield b'],"threadgroups":' + encode(groups)
    for key, value in {**lock_objects(process), **crash_objects(process)}.items():
        yield b"," + encode(key) + b":" + encode(value)
    yield b"}"


def _thread_object(thread: Thread) -> dict[str, Any]:
    result: dict[str, Any] = {}
    if thread.frames:
        result["frames"] = [_frame_object(frame) for frame in thread.frames]
    result["tid"] = thread.id
    if thread.state is not None:
        result["state"] = thread.state
    if thread.name is not None:
        result["name"] = thread.name
    return result


def _frame_object(frame: Frame) -> dict[str, Any]:
    result: dict[str, Any] = {}
    if frame.locals:
        result["vars"] = frame.locals
    if frame.args is not None:
        result["args"] = f"({frame.args})"
    result["id"] = frame.id
    result["fn"] = _function(frame)
    return result


def log_element(trace: Trace, *, include_raw: bool = False) -> dict[str, Any]:
    """What ``describe_python_log.py --format json`` prints for one traceback, whose text is in ``raw``."""
    thread: dict[str, Any] = {}
    if trace.context.thread is not None:
        thread["name"] = trace.context.thread
    if trace.error.frames:
        thread["frames"] = [
            {"id": number, "fn": _function(frame), **({"vars": frame.locals} if frame.locals else {})}
            for number, frame in enumerate(printed_frames(trace), 1)
        ]
    if failure := failure_text(trace.error):
        thread["failure"] = failure
    if trace.timestamp is not None:
        thread["timestamp"] = trace.timestamp
    if trace.time is not None:
        thread["isotimestamp"] = _iso_format(trace.time)
    process: dict[str, Any] = {
        "processname": "no-name",
        "threads": [thread],
        "threadgroups": [{"thread_ids": [0]}],
    }
    if trace.context.pid is not None:
        process["pid"] = trace.context.pid
    element = {"process": process, "mv": VERSION}
    return {"wrapped": element, "raw": trace.raw or ""} if include_raw else element


def _iso_format(time: str) -> str:
    """As ``datetime.isoformat`` writes it: microseconds, or no fraction where it is zero."""
    try:
        return datetime.fromisoformat(time).isoformat()
    except ValueError:
        return time


# -- Text ------------------------------------------------------------------------------------------


def failure_text(error: Error) -> str:
    """The error's type and message; in the message an unindented line is joined with ``|``.

    An indented line stays a line of its own.
    """
    lines = (error.message or "").split("\n")
    text = error.type or ""
    if error.message:
        text = f"{text}: {lines[0]}" if text else lines[0]
    for line in lines[1:]:
        text += ("\n" if line[:1].isspace() else "|") + line
    return text


def printed_frames(trace: Trace) -> list[Frame]:
    """The frames that stand in the text of ``trace``, outermost first.

    Since Python 3.6 a traceback shows a run of one frame three times and counts the rest.
    """
    frames = trace.error.frames[::-1]
    if "[Previous line repeated " not in (trace.raw or ""):
        return frames
    runs = itertools.groupby(frames, key=lambda frame: (frame.function, frame.file, frame.line))
    return [frame for _, run in runs for frame in itertools.islice(run, _RUN)]


def printed_functions(trace: Trace) -> str:
    """The functions of :func:`printed_frames`, joined by ``, ``."""
    return ", ".join(_function(frame) for frame in printed_frames(trace))


def stack_text(error: Error) -> str:
    """The functions, outermost first, joined by ``, ``.

    Of a run of one function the first three are named and the rest counted, as Python does.
    """
    parts: list[str] = []
    for function, run in itertools.groupby(_function(frame) for frame in reversed(error.frames)):
        times = sum(1 for _ in run)
        parts += [function] * min(times, _RUN)
        if times > _RUN:
            parts.append(f"[{times - _RUN} more]")
    return ", ".join(parts)


def trace_text(trace: Trace) -> str:
    """An error line and a line of functions, as ``describe_python_stacktrace.py`` prints them."""
    return printable(f"{failure_text(trace.error)}\n{stack_text(trace.error)}\n")


def log_text(trace: Trace, *, include_raw: bool = False) -> str:
    """What ``describe_python_log.py`` prints for one traceback, whose text is in ``raw``.

    An error line, a line of functions, the traceback's own text where asked for, and an empty line.
    """
    text = f"{failure_text(trace.error)}\n{printed_functions(trace)}\n"
    if include_raw:
        raw = (trace.raw or "").replace("\r\n", "\n")
        text += raw if raw.endswith("\n") else f"{raw}\n"
        text += "\n"
    return printable(f"{text}\n")


def duplicates_text(heading: str, counts: Iterable[tuple[str, int]]) -> str:
    """A heading and a line for each count above 1."""
    lines = [f"  {count}: {printable(text)}\n" for text, count in counts if count > 1]
    return f"{heading}\n{''.join(lines)}"


def process_text(process: Process, level: int, *, places: bool = False) -> Iterator[str]:
    """The lines that ``describe.py`` prints for a described process.

    ``level`` 0 shows groups of threads, 1 threads, 2 frames, 3 arguments, 4 local variables. With ``places``
    a group says where in the program's own Python code it stands, which the first version did not.
    """
    heading = ""
    if process.pid is not None:
        heading += f"Pid {process.pid} "
    if process.executable is not None:
        heading += f"Executable {one_line(process.executable)} "
    if heading:
        yield heading
    if level == 0:
        for group in process.groups:
            state = _crash(process, group)
            yield f"{len(group.thread_ids)} * {_label(group.thread_ids[0], group.name, state)}"
            yield _functions(group.frames)
            if places and group.place is not None:
                yield one_line(f"  at {group.place.file}:{group.place.line} in {group.place.function}")
        return
    for thread in process.threads:
        if thread.ended:
            yield f"[{one_line(thread.id or '')}] (ended)"
            continue
        state = _crash(process, thread)
        yield _label(thread.id or thread.os_id or "", thread.name, state)
        if level == 1:
            yield _functions(fold(thread.frames, process.executable))
        else:
            for frame in thread.frames:
                yield from _frame_lines(frame, level)


def _crash(process: Process, of: Thread | ThreadGroup) -> str | None:
    """What a thread did and waited for, with the signal that ended its process where it arrived there."""
    state = "; ".join(each for each in (of.state, of.wait) if each) or None
    if not of.crashed or process.error is None:
        return state
    ended = f"crashed with {process.error.type}" if process.error.type else "crashed"
    return ended + (f" while {state}" if state and state != "running" else "")


def _label(thread_id: str, name: str | None, state: str | None) -> str:
    parts = [f"[{thread_id}]", name or "", f"({state})" if state else ""]
    return one_line(" ".join(part for part in parts if part))


def _functions(frames: Iterable[Frame]) -> str:
    return "  " + "".join(f"{one_line(_function(frame))}, " for frame in frames)


def _frame_lines(frame: Frame, level: int) -> Iterator[str]:
    text = f"  #{frame.id if frame.id is not None else '-'} {_function(frame)}"
    if level >= 3 and frame.args is not None:
        text += f" ({frame.args})"
    if frame.file is not None:
        text += f" at {frame.file}" + (f":{frame.line}" if frame.line is not None else "")
    elif frame.module is not None:
        text += f" from {frame.module}"
    yield one_line(text)
    if level >= 4 and frame.locals:
        for name, value in frame.locals.items():
            yield one_line(f"      {name} = {value}")
