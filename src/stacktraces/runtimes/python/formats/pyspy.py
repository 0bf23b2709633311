"""py-spy's dumps of a running Python process, as text and as JSON; innermost frame first.

===============  ===================================================  ===================================
line             sample                                               what comes next
===============  ===================================================  ===================================
process          ``Process 7799: python sleeper.py``                  version
version          ``Python v3.11.2 (/usr/bin/python3.11)``             blank, thread
thread           ``Thread 7802 (active+gil): "spinner"``              frame, thread, end
frame            ``    spin (sleeper.py:17)``                         variables, frame, thread, end
native frame     ``    clock_nanosleep (libc.so.6)``                  frame, thread, end
variables        ``        Arguments:`` / ``        Locals:``         variable
variable         ``            n: 5000``                              variable, frame, thread, end
===============  ===================================================  ===================================

The JSON is an array of threads, each with its process's number.
"""

from __future__ import annotations

import re

import msgspec

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Frame, Lock, Process, Snapshot, Thread
from ..._collected import collected

NAME = "pyspy"

_PROCESS = regex(r"Process (?P<pid>\d+): (?P<command>.*)$")
_VERSION = regex(r"Python v\d++\.\d\S* \((?P<executable>.*)\)$")
_THREAD = regex(
    r'Thread (?P<id>0x[0-9a-fA-F]+|\d+) \((?P<state>active|idle)(?P<gil>\+gil)?\)(?:: "(?P<name>.*)")?$'
)
_ADDRESS = regex(r"0x[0-9a-f]{1,16}")
_FRAME = regex(r"    (?P<function>\S.*?) \((?P<place>[^()]*)\)$")
_PLACE = regex(r"(?P<file>.+):(?P<line>\d+)$")
_VARIABLES = regex(r"        (?P<kind>Arguments|Locals):$")
_VARIABLE = regex(r"            (?P<name>\S+?): (?P<value>.*)$")
_HEADER_LINES = 4
_JSON_LIMIT = 1 << 24
"""Bytes of a JSON dump that are looked at."""
_JSON_LOOK_BACK = 10


class _JsonFrame(msgspec.Struct):
    name: str | None = None
    filename: str | None = None
    module: str | None = None
    line: int | None = None


class _JsonThread(msgspec.Struct):
    pid: int
    frames: list[_JsonFrame]
    thread_id: int | None = None
    thread_name: str | None = None
    os_thread_id: int | None = None
    active: bool = False
    owns_gil: bool = False


@collected("py-spy")
def read(cursor: Cursor) -> Snapshot | None:
    """The dump that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    line = cursor.line or ""
    if '"owns_gil"' in line:
        return _read_json(cursor)
    if _VERSION.match(line) and not cursor.back():
        return None
    if _THREAD.match(line):
        _step_to_header(cursor)
    snapshot = Snapshot(format=NAME, tool="py-spy")
    while process := _read_process(cursor):
        snapshot.processes.append(process)
        while cursor.line == "" and _PROCESS.match(cursor.peek() or ""):
            cursor.advance()
    return snapshot if any(process.threads for process in snapshot.processes) else None


def _step_to_header(cursor: Cursor) -> None:
    """Go back to the process's line, where there is one above."""
    here = cursor.offset
    for _ in range(_HEADER_LINES):
        if not cursor.back():
            break
        if _PROCESS.match(cursor.line or ""):
            return
    cursor.seek(here)


def _read_process(cursor: Cursor) -> Process | None:
    process = Process()
    match = _PROCESS.match(cursor.line or "")
    if match:
        process.pid, process.command = to_number(match["pid"]), match["command"]
        cursor.advance()
    if version := _VERSION.match(cursor.line or ""):
        process.executable = version["executable"]
        cursor.advance()
    if match or version:
        while cursor.line == "":
            cursor.advance()
    while thread := _THREAD.match(cursor.line or ""):
        cursor.advance()
        process.threads.append(_read_thread(cursor, thread))
    return process if match or process.threads else None


def _read_thread(cursor: Cursor, header: re.Match[str]) -> Thread:
    identity = header["id"]
    is_handle = identity.startswith("0x")
    thread = Thread(id=identity, name=header["name"], state=header["state"])
    if is_handle:
        thread.handle = identity
    else:
        thread.os_id = identity
    if header["gil"]:
        thread.locks_held = [Lock("GIL", kind="GIL", owner=identity)]
    while match := _FRAME.match(cursor.line or ""):
        cursor.advance()
        frame = Frame(function=match["function"])
        if address := _ADDRESS.fullmatch(frame.function or ""):
            frame.address, frame.function = to_number(address[0], 16), None
        if place := _PLACE.match(match["place"]):
            frame.file, frame.line = place["file"], to_number(place["line"])
        else:
            frame.module = match["place"]
        _read_variables(cursor, frame)
        thread.frames.append(frame)
    return thread


def _read_variables(cursor: Cursor, frame: Frame) -> None:
    values: dict[str, str] = {}
    while (line := cursor.line) is not None and line.startswith("        "):
        if match := _VARIABLES.match(line):
            values = {}
            if match["kind"] == "Locals":
                frame.locals = values
        elif match := _VARIABLE.match(line):
            values[match["name"]] = match["value"]
            if frame.locals is None:
                frame.args = ", ".join(f"{name}={value}" for name, value in values.items())
        cursor.advance()


def _read_json(cursor: Cursor) -> Snapshot | None:
    if not _step_to_array(cursor):
        return None
    start = cursor.offset
    cursor.advance()
    if not cursor.buffer[start : start + 2].startswith(b"[{"):
        while (
            (line := cursor.line) is not None and line.startswith(" ") and cursor.offset - start < _JSON_LIMIT
        ):
            cursor.advance()
        cursor.advance()
    try:
        threads = msgspec.json.decode(cursor.buffer[start : cursor.offset], type=list[_JsonThread])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    processes: dict[int, Process] = {}
    for thread in threads:
        process = processes.setdefault(thread.pid, Process(pid=thread.pid))
        process.threads.append(_from_json(thread))
    return Snapshot(format=NAME, tool="py-spy", processes=list(processes.values()))


def _step_to_array(cursor: Cursor) -> bool:
    """Go back to the line that opens the array."""
    for _ in range(_JSON_LOOK_BACK):
        if (cursor.line or "").startswith("["):
            return True
        if not cursor.back():
            return False
    return False


def _from_json(thread: _JsonThread) -> Thread:
    os_id = None if thread.os_thread_id is None else str(thread.os_thread_id)
    handle = None if thread.thread_id is None else hex(thread.thread_id)
    return Thread(
        id=os_id or handle,
        os_id=os_id,
        handle=handle,
        name=thread.thread_name,
        state="active" if thread.active else "idle",
        locks_held=[Lock("GIL", kind="GIL", owner=os_id or handle)] if thread.owns_gil else [],
        frames=[
            Frame(function=f.name, file=f.filename, module=f.module, line=f.line or None)
            for f in thread.frames
        ],
    )
