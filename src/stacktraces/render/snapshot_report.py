"""The result of ``stacktraces describe`` as JSON.

The structures here are the schema (``docs/describe-schema.json`` is made from them). What is not known is
left out, as is what there is none of, but for the keys that have no default here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from ..model import Error, Frame, Lock, Motion, Process, Snapshot, Thread, ThreadGroup
from .crashes import crash_objects
from .locks import lock_objects
from .report import encode

SCHEMA_VERSION = 1


class SnapshotFrame(msgspec.Struct, omit_defaults=True, gc=False):
    """One call on a stack."""

    fn: str
    """The function; ``??`` where it is not known."""
    id: str | int | None = None
    """The frame's number as printed (text), or counted from 1 where none is printed."""
    module: str | None = None
    file: str | None = None
    line: int | None = None
    """In ``file``, from 1."""
    address: str | None = None
    """The program counter in hexadecimal, with ``0x``."""
    offset: int | None = None
    """Bytes from the start of the function to the program counter."""
    inlined: bool = False
    args: str | None = None
    """The arguments as printed, in parentheses."""
    vars: dict[str, str] | None = None
    """Local variables and their values as printed."""
    source: str | None = None
    """The text of the line, where printed."""


class SnapshotError(msgspec.Struct, omit_defaults=True):
    """A signal or a fatal error."""

    type: str | None = None
    message: str | None = None


class SnapshotLock(msgspec.Struct, omit_defaults=True):
    """A lock."""

    address: str
    kind: str | None = None
    name: str | None = None
    owner_tid: str | None = None
    """The ``tid`` of the thread that holds it."""


class SnapshotThread(msgspec.Struct, omit_defaults=True):
    """A thread; frames stand innermost first."""

    tid: str
    """The tool's own number or id; the kernel's where it has none."""
    lwp: str | None = None
    """The kernel's id of the thread."""
    handle: str | None = None
    """The thread library's handle, as printed."""
    name: str | None = None
    state: str | None = None
    """What it does."""
    idle: bool = False
    """``state`` is a wait for something to do."""
    wait: str | None = None
    """What it waits for in the system, besides ``state``."""
    motion: Motion | None = None
    """What it did between several looks."""
    cpu_seconds: float | None = None
    ended: bool = False
    crashed: bool = False
    """The signal or the error that ended the process arrived here."""
    error: SnapshotError | None = None
    locks_held: list[SnapshotLock] = []
    locks_awaited: list[SnapshotLock] = []
    frames: list[SnapshotFrame] = []
    uncertain: list[str] = []


class SnapshotGroup(msgspec.Struct, omit_defaults=True):
    """Threads of a process that are alike."""

    thread_ids: list[str]
    """The ``tid`` of each."""
    name: str | None = None
    state: str | None = None
    idle: bool = False
    wait: str | None = None
    motion: Motion | None = None
    crashed: bool = False
    functions: list[str] = []
    """Of their stack, the innermost first."""


class SnapshotCrash(msgspec.Struct, omit_defaults=True):
    """What ended a process, and where."""

    signal: str | None
    """The signal, or the type of the fatal error; null where it is not known."""
    message: str | None = None
    tid: str | None = None
    """The thread that it arrived on, left out where that is not told."""
    lwp: str | None = None
    thread_name: str | None = None
    fn: str | None = None
    """The innermost function of the program's own code."""
    file: str | None = None
    line: int | None = None
    module: str | None = None
    address: str | None = None


class SnapshotWait(msgspec.Struct, omit_defaults=True):
    """A thread that waits for a lock."""

    tid: str
    lock: SnapshotLock
    frame: SnapshotFrame | None = None
    """Where in the program it asked for it."""


class SnapshotDeadlock(msgspec.Struct):
    """Threads that wait for each other: each for what the next one holds, the last for the first."""

    owners_known: bool
    """False: who holds what is not known, but every thread of the process waits."""
    waits: list[SnapshotWait]


class SnapshotConvoy(msgspec.Struct):
    """Many threads that wait for one lock."""

    lock: SnapshotLock
    thread_ids: list[str]


class SnapshotProcess(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A process at one moment, or over several looks."""

    crash: SnapshotCrash | None
    """What ended it; null where nothing did."""
    groups: list[SnapshotGroup]
    pid: str | None = None
    exe: str | None = None
    """The path of the executable."""
    command: str | None = None
    name: str | None = None
    host: str | None = None
    time: str | None = None
    """When it was looked at: ISO 8601."""
    format: str | None = None
    """What was read: ``gdb``, ``jstack``."""
    tool: str | None = None
    """The tool that the collector ran."""
    looks: int = 1
    """How often it was looked at."""
    seconds: float | None = None
    """From the first of several looks to the last."""
    deadlocks: list[SnapshotDeadlock] = []
    convoys: list[SnapshotConvoy] = []
    crashes: list[dict[str, Any]] = []
    """Only with --known: groups as in ``docs/schema.json``, each with ``thread_ids`` and a verdict."""
    uncertain: list[str] = []
    """What could not be read, a sentence each."""
    threads: list[SnapshotThread]


class SnapshotReport(msgspec.Struct):
    """What ``stacktraces describe --format json`` prints."""

    schema_version: int
    processes: list[SnapshotProcess]


def process_pieces(snapshot: Snapshot, process: Process) -> Iterator[bytes]:
    """The JSON of a :class:`SnapshotProcess`, a thread a piece: the whole can be as large as the capture."""
    keys = {key: each for each in process.threads for key in (each.id, each.os_id) if key}
    separator = encode(_without_threads(snapshot, process)).removesuffix(b"]}")
    for thread in process.threads:
        yield separator + encode(_thread(thread, keys))
        separator = b",\n"
    yield b"]}" if process.threads else separator + b"]}"


def _without_threads(snapshot: Snapshot, process: Process) -> SnapshotProcess:
    locks = lock_objects(process)
    return SnapshotProcess(
        crash=_crash(process),
        threads=[],
        groups=[_group(each) for each in process.groups],
        pid=str(process.pid) if process.pid is not None else None,
        exe=process.executable,
        command=process.command,
        name=process.name,
        host=snapshot.host,
        time=snapshot.time,
        format=snapshot.format,
        tool=snapshot.tool,
        looks=process.looks,
        seconds=process.seconds,
        deadlocks=msgspec.convert(locks.get("deadlocks", []), list[SnapshotDeadlock]),
        convoys=msgspec.convert(locks.get("convoys", []), list[SnapshotConvoy]),
        crashes=crash_objects(process).get("crashes", []),
        uncertain=snapshot.uncertain,
    )


def _crash(process: Process) -> SnapshotCrash | None:
    thread = next((each for each in process.threads if each.crashed or each.error is not None), None)
    if thread is None and process.error is None:
        return None
    error = (thread.error if thread is not None else None) or process.error or Error()
    crash = SnapshotCrash(error.type, error.message)
    if thread is not None:
        crash.tid, crash.lwp, crash.thread_name = _tid(thread), thread.os_id, thread.name
        if (frame := thread.culprit) is not None:
            crash.fn, crash.file, crash.line, crash.module = (
                frame.function,
                frame.file,
                frame.line,
                frame.module,
            )
            crash.address = _hexadecimal(frame.address)
    return crash


def _tid(thread: Thread) -> str:
    return thread.id or thread.os_id or ""


def _thread(thread: Thread, keys: dict[str, Thread]) -> SnapshotThread:
    error = thread.error
    return SnapshotThread(
        tid=_tid(thread),
        lwp=thread.os_id,
        handle=thread.handle,
        name=thread.name,
        state=thread.state,
        idle=thread.idle,
        wait=thread.wait,
        motion=thread.motion,
        cpu_seconds=thread.cpu,
        ended=thread.ended,
        crashed=thread.crashed,
        error=SnapshotError(error.type, error.message) if error is not None else None,
        locks_held=[_lock(each, keys) for each in thread.locks_held],
        locks_awaited=[_lock(each, keys) for each in thread.locks_awaited],
        frames=[_frame(each) for each in thread.frames],
        uncertain=thread.uncertain,
    )


def _lock(lock: Lock, keys: dict[str, Thread]) -> SnapshotLock:
    owner = keys.get(lock.owner) if lock.owner is not None else None
    return SnapshotLock(lock.address, lock.kind, lock.name, _tid(owner) if owner is not None else lock.owner)


def _frame(frame: Frame) -> SnapshotFrame:
    return SnapshotFrame(
        fn=frame.function or "??",
        id=frame.id,
        module=frame.module,
        file=frame.file,
        line=frame.line,
        address=_hexadecimal(frame.address),
        offset=frame.offset,
        inlined=frame.inlined,
        args=f"({frame.args})" if frame.args is not None else None,
        vars=frame.locals,
        source=frame.source,
    )


def _hexadecimal(address: int | None) -> str | None:
    return hex(address) if address is not None else None


def _group(group: ThreadGroup) -> SnapshotGroup:
    return SnapshotGroup(
        thread_ids=group.thread_ids,
        name=group.name,
        state=group.state,
        idle=group.idle,
        wait=group.wait,
        motion=group.motion,
        crashed=group.crashed,
        functions=[frame.function or "??" for frame in group.frames],
    )
