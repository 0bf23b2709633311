"""The thread dump in JSON, the only one that shows every virtual thread of older versions too.

It is what ``jcmd PID Thread.dump_to_file -format=json FILE`` writes, on one line or on many.
"""

from __future__ import annotations

from typing import Any

import msgspec

from ..._number import to_number
from ...cursor import Cursor
from ...model import Process, Snapshot, Thread
from .frames import read_frame
from .locks import ThreadLocks, tell_owners

NAME = "thread_json"
MARK = '"threadDump"'
_LINES = 2_000_000


class _Owned(msgspec.Struct):
    locks: list[str | None] = []


class _Thread(msgspec.Struct, rename="camel"):
    tid: str | int
    name: str | None = None
    state: str | None = None
    stack: list[str] = []
    blocked_on: str | None = None
    waiting_on: str | None = None
    park_blocker: dict[str, Any] = {}
    monitors_owned: list[_Owned] = []


class _Container(msgspec.Struct):
    threads: list[_Thread] = []


class _Dump(msgspec.Struct, rename="camel"):
    process_id: str | int | None = None
    time: str | None = None
    thread_containers: list[_Container] = []


class _Document(msgspec.Struct, rename="camel"):
    thread_dump: _Dump


def read(cursor: Cursor) -> Snapshot | None:
    """The dump that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    text = _read_object(cursor)
    if text is None:
        return None
    try:
        dump = msgspec.json.decode(text, type=_Document).thread_dump
    except (msgspec.DecodeError, RecursionError):
        return None
    process = Process()
    if dump.process_id is not None and str(dump.process_id).isdecimal():
        process.pid = to_number(str(dump.process_id))
    process.threads = [_thread(each) for container in dump.thread_containers for each in container.threads]
    tell_owners(process.threads, {})
    snapshot = Snapshot(format=NAME, processes=[process], tool="jcmd", time=dump.time)
    return snapshot if process.threads else None


def _read_object(cursor: Cursor) -> str | None:
    """The object that the cursor's line starts or stands in as its first member; passes over it."""
    line = cursor.line or ""
    if line.lstrip().startswith("{"):
        if line.rstrip().endswith("}"):
            cursor.advance()
            return line
    elif (cursor.peek(-1) or "").strip() != "{" or not cursor.back():
        return None
    first = cursor.line or ""
    end = first[: len(first) - len(first.lstrip())] + "}"
    lines: list[str] = []
    for _ in range(_LINES):
        if (each := cursor.line) is None or (MARK in each and len(lines) > 1):
            return None
        lines.append(each)
        cursor.advance()
        if each.rstrip() == end:
            return "\n".join(lines)
    return None


def _thread(printed: _Thread) -> Thread:
    thread = Thread(id=str(printed.tid), name=printed.name or None, state=printed.state)
    for line in printed.stack:
        if frame := read_frame(f"\tat {line}"):
            thread.frames.append(frame)
    locks = ThreadLocks(thread)
    if printed.waiting_on is not None:
        locks.waits_on(printed.waiting_on)
    if printed.blocked_on is not None:
        locks.waits_to_enter(printed.blocked_on, _class_of(printed.blocked_on))
    if isinstance(blocker := printed.park_blocker.get("object"), str):
        locks.parks_for(blocker, _class_of(blocker))
        owner = printed.park_blocker.get("owner")
        for each in thread.locks_awaited if isinstance(owner, str | int) else []:
            each.owner = str(owner)
    for owned in printed.monitors_owned:
        for lock in owned.locks:
            if lock is not None:
                locks.holds_monitor(lock, _class_of(lock))
    return thread


def _class_of(lock: str) -> str:
    return lock.rpartition("@")[0]
