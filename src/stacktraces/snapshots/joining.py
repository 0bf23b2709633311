"""What several tools saw of one process, as one process.

A debugger shows the native frames of a thread, a runtime's own tool (py-spy, pystack, faulthandler; jstack)
its frames in the runtime's language. Threads are matched by the kernel's id or the thread library's handle.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import msgspec

from ..model import Frame, Lock, Process, Snapshot, Thread

_UNPLACED = "Where the runtime's frames stand among the native ones is not known: they are put outermost."
# CPython's evaluation loop: before 3.6, and since, where the one may stand around the other.
_EVALUATION = ("_PyEval_EvalFrameDefault", "PyEval_EvalFrameEx", "PyEval_EvalFrame")
_WAY_IN = frozenset(
    (
        *("_PyEval_EvalFrame", "_PyEval_Vector", "_PyEval_EvalCode", "_PyEval_EvalCodeWithName"),
        *("PyEval_EvalCodeEx", "PyEval_EvalFrameEx", "_PyFunction_Vectorcall", "_PyFunction_FastCallDict"),
        *("_PyFunction_FastCallKeywords", "function_code_fastcall", "fast_function", "call_function"),
        *("do_call_core", "_PyObject_VectorcallTstate", "_PyObject_Vectorcall", "PyObject_Vectorcall"),
    )
)
"""The interpreter's own calls between two evaluations, which say nothing where the evaluations are named."""


def join(snapshots: Iterable[Snapshot]) -> list[Snapshot]:
    """The snapshots in order, those joined that different tools took of one process one after the other.

    A tool that comes again has taken another sample, which starts another snapshot. The arguments are
    left as they were.
    """
    joined: list[Snapshot] = []
    tools: set[str] = set()
    for snapshot in snapshots:
        tool = snapshot.tool or snapshot.format
        if joined and tool not in tools and _same_process(joined[-1], snapshot):
            joined[-1] = _merge(joined[-1], snapshot)
            tools.add(tool)
        else:
            joined.append(snapshot)
            tools = {tool}
    return joined


def _same_process(one: Snapshot, other: Snapshot) -> bool:
    if len(one.processes) != 1 or len(other.processes) != 1:
        return False
    if one.host is not None and other.host is not None and one.host != other.host:
        return False
    first, second = one.processes[0], other.processes[0]
    if first.pid is not None and second.pid is not None:
        return first.pid == second.pid
    return not _identities(first.threads).keys().isdisjoint(_identities(second.threads))


def _identities(threads: Iterable[Thread]) -> dict[str | int, Thread]:
    """Each thread by the kernel's id (text) and by its handle (number)."""
    found: dict[str | int, Thread] = {}
    for thread in threads:
        if thread.os_id:
            found.setdefault(thread.os_id, thread)
        if thread.handle and thread.handle.startswith(("0x", "0X")):
            found.setdefault(int(thread.handle, 16), thread)
    return found


def _is_native(process: Process) -> bool:
    return any(frame.address is not None for thread in process.threads for frame in thread.frames)


def _merge(one: Snapshot, other: Snapshot) -> Snapshot:
    first, second = one.processes[0], other.processes[0]
    if _is_native(second) and not _is_native(first):
        first, second, one, other = second, first, other, one
    keys = _identities(second.threads)
    threads: list[Thread] = []
    taken: set[int] = set()
    for thread in first.threads:
        partner = next((keys[key] for key in _identities([thread]) if key in keys), None)
        taken.add(id(partner))
        threads.append(thread if partner is None else _merge_threads(thread, partner))
    threads += [thread for thread in second.threads if id(thread) not in taken]
    process = msgspec.structs.replace(
        first,
        pid=first.pid if first.pid is not None else second.pid,
        executable=first.executable or second.executable,
        command=first.command or second.command,
        name=first.name or second.name,
        libraries=first.libraries or second.libraries,
        error=first.error or second.error,
        crashes=first.crashes or second.crashes,
        threads=threads,
    )
    return msgspec.structs.replace(
        one,
        processes=[process],
        host=one.host or other.host,
        time=one.time or other.time,
        uncertain=one.uncertain + other.uncertain,
    )


def _merge_threads(thread: Thread, other: Thread) -> Thread:
    """``thread``, native where one of both is, with what the other one knows besides."""
    managed = bool(other.frames) and all(frame.address is None for frame in other.frames)
    native = any(frame.address is not None for frame in thread.frames)
    frames, uncertain = thread.frames, thread.uncertain + other.uncertain
    if managed and native:
        placed = _lay(thread.frames, other.frames)
        frames = placed or [*thread.frames, *other.frames]
        uncertain = uncertain if placed else [*uncertain, _UNPLACED]
    return msgspec.structs.replace(
        thread,
        id=thread.id or other.id,
        os_id=thread.os_id or other.os_id,
        handle=thread.handle or other.handle,
        name=(other.name or thread.name) if managed or not native else (thread.name or other.name),
        state=thread.state or other.state,
        frames=frames or other.frames,
        crashed=thread.crashed or other.crashed,
        locks_held=_union(thread.locks_held, other.locks_held),
        locks_awaited=_union(thread.locks_awaited, other.locks_awaited),
        futex=thread.futex or other.futex,
        error=thread.error or other.error,
        cpu=thread.cpu if thread.cpu is not None else other.cpu,
        handling=thread.handling or other.handling,
        system_state=thread.system_state or other.system_state,
        wchan=thread.wchan or other.wchan,
        wait=thread.wait or other.wait,
        uncertain=uncertain,
    )


def _union(one: list[Lock], other: list[Lock]) -> list[Lock]:
    addresses = {lock.address for lock in one}
    return one + [lock for lock in other if lock.address not in addresses]


def _lay(native: Sequence[Frame], managed: list[Frame]) -> list[Frame] | None:
    """``native`` with ``managed`` in the place of the frames that ran them; ``None`` where there are none."""
    evaluations = _evaluations(native)
    if evaluations:
        return _lay_into(native, evaluations, managed)
    start = next((index for index, frame in enumerate(native) if _is_nameless(frame)), None)
    if start is None:
        return None
    end = start
    while end < len(native) and _is_nameless(native[end]):
        end += 1
    return [*native[:start], *managed, *(frame for frame in native[end:] if not _is_nameless(frame))]


def _is_nameless(frame: Frame) -> bool:
    """Code that the runtime made in memory belongs to no file, so that no debugger can name it."""
    return frame.function is None and frame.module is None


def _evaluations(native: Sequence[Frame]) -> list[int]:
    """The indexes of the frames that run Python code."""
    names = [(frame.function or "").split(".", 1)[0] for frame in native]
    for name in _EVALUATION:
        found = [index for index, each in enumerate(names) if each == name and not native[index].inlined]
        if found:
            return found
    return []


def _lay_into(native: Sequence[Frame], evaluations: list[int], managed: list[Frame]) -> list[Frame]:
    """Each evaluation gets the Python frames that it ran, innermost first; the outermost one stays.

    Since 3.11 one evaluation runs a Python function and all that it calls in Python. Where the tool does not
    tell which, each gets one frame and the outermost the rest: a call through C ends with the innermost, a
    thread or program starts with the outermost.
    """
    pieces = _pieces(managed, len(evaluations))
    frames: list[Frame] = []
    position = 0
    for number, index in enumerate(evaluations):
        between = native[position:index]
        frames += between if number == 0 else _without_way_in(between)
        frames += pieces[number]
        position = index + 1
    return [*frames, native[position - 1], *_without_way_in(native[position:])]


def _pieces(managed: list[Frame], count: int) -> list[list[Frame]]:
    """``managed`` in as many pieces as there are evaluations."""
    entries = [index + 1 for index, frame in enumerate(managed) if frame.from_native]
    if len(entries) != count or entries[-1] != len(managed):
        entries = [*range(1, count), max(count, len(managed))]
    return [managed[start:end] for start, end in itertools.pairwise([0, *entries])]


def _without_way_in(frames: Sequence[Frame]) -> list[Frame]:
    """The frames outside of an evaluation, from the first that is not the interpreter's way into it."""
    start = 0
    while start < len(frames) and (frames[start].function or "").split(".", 1)[0] in _WAY_IN:
        start += 1
    return list(frames[start:])
