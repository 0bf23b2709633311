"""The ``REM`` lines that the collector writes above a tool's output."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from .._number import to_number
from .._regex import regex
from ..cursor import Cursor
from ..model import Futex, Lock, Process, Snapshot, Thread

# REM collect.py 1.01 TOOL=gdb  PYPLATFORM=linux2 ./collect.py --exe=/usr/bin/httpd -p1518 -l out
_HEADER = regex(
    r"REM collect\.py (?P<version>\S+) TOOL=(?P<tool>\S+)\s+PYPLATFORM=(?P<platform>\S+) ?(?P<argv>.*)"
)
# REM PID 1518
_FACT = regex(r"REM ([A-Z]+) (.*)")
_PID = regex(r"(?:^|\s)(?:-p\s*|--pid[= ]\s*)(\d+)(?=\s|$)")
_EXE = regex(r"(?:^|\s)(?:-e\s*|--exe[= ]\s*)(\S+)")

# REM FUTEX thread=3 address=0x5624efe4d060 op=128 value=2 words=2 0 8042 1 0 timeout=0x0
_FUTEX = regex(
    r"REM FUTEX (?P<thread>(?:thread|lwp)=\d+) address=0x(?P<address>[0-9a-f]+) op=(?P<operation>\d+)"
    r" value=(?P<value>-?\d+) words=(?P<words>[-\d ]+)(?: timeout=0x(?P<timeout>[0-9a-f]+))?"
)
# REM PYLOCK lwp=8041 address=0x5624efe4d0a0 object=0x7f1ccd9e1c00 type=_thread.RLock owner=8042
_PYTHON_LOCK = regex(
    r"REM PYLOCK (?P<thread>lwp=\d+) address=0x[0-9a-f]+ object=(?P<object>0x[0-9a-f]+)"
    r" type=(?P<type>[\w.]+)(?: owner=(?P<owner>\w+))?"
)
# REM CPU lwp=8041 seconds=12.07
_CPU = regex(r"REM CPU (?P<thread>lwp=\d+) seconds=(?P<seconds>\d{1,15}\.\d{1,9})")
# REM STATE lwp=8041 state=D wchan=rpc_wait_bit_killable
_STATE = regex(r"REM STATE (?P<thread>lwp=\d+) state=(?P<state>[A-Za-z])(?: wchan=(?P<wchan>[\w.]++))?")
_STOPPED = {"D": "in uninterruptible sleep", "T": "stopped by a signal", "t": "traced by another process"}
MARK = "REM collect.py "
_FUTEX_WORDS = 16
_LONGEST_HEADER = 1 << 16
"""Bytes between a section's header and the first line of a tool that is known by its first lines."""


class Header(msgspec.Struct):
    """What the collector knew about its target."""

    tool: str | None = None
    pid: int | None = None
    executable: str | None = None
    command: str | None = None
    host: str | None = None
    time: str | None = None
    notes: list[str] = []


def read_header(cursor: Cursor) -> Header | None:
    """The header that starts at the cursor's line, leaving the cursor behind it; or ``None``."""
    found = _HEADER.fullmatch(cursor.line or "")
    if found is None:
        return None
    header = Header(tool=found["tool"])
    if pid := _PID.search(found["argv"]):
        header.pid = to_number(pid[1])
    if executable := _EXE.search(found["argv"]):
        header.executable = executable[1]
    cursor.advance()
    taken: set[str] = set()
    while (fact := _FACT.fullmatch(cursor.line or "")) is not None:
        if fact[1] == "PROBLEM" or fact[1] not in taken:
            _take(header, fact[1], fact[2])
        taken.add(fact[1])
        cursor.advance()
    return header


def _take(header: Header, name: str, value: str) -> None:
    match name:
        case "PID" if value.isdigit():
            header.pid = to_number(value)
        case "EXE":
            header.executable = value
        case "CMDLINE":
            header.command = value
        case "HOST":
            header.host = value
        case "TIME":
            header.time = value
        case "PROBLEM":
            header.notes.append(value)
        case _:
            pass


def rewind_to_header(cursor: Cursor, tool: str) -> bool:
    """Move to the collector's header above the cursor; False, and no move, where it is another tool's."""
    nearest = max(cursor.floor, cursor.offset - _LONGEST_HEADER)
    start = _last_header(cursor, nearest, cursor.offset + len(MARK))
    if start < 0:
        return False
    here = cursor.offset
    cursor.seek(start)
    found = _HEADER.fullmatch(cursor.line or "")
    if found is None or found["tool"] != tool:
        cursor.seek(here)
        return False
    return True


def _last_header(cursor: Cursor, start: int, stop: int) -> int:
    """Where the last line between two offsets starts that is a header; -1 where none is.

    What stands within a line is no header, but text of the process that was looked at.
    """
    found = cursor.buffer.rfind(b"\n" + MARK.encode(), max(start - 1, 0), stop)
    if found >= 0:
        return found + 1
    is_first = start == cursor.floor and cursor.buffer[start : start + len(MARK)] == MARK.encode()
    return start if is_first else -1


def collected(
    *tools: str,
) -> Callable[[Callable[[Cursor], Snapshot | None]], Callable[[Cursor], Snapshot | None]]:
    """Make a reader of a tool's output one that also takes what the collector wrote around it.

    ``tools`` are the names that the collector gives to the tool.
    """

    def around(read: Callable[[Cursor], Snapshot | None]) -> Callable[[Cursor], Snapshot | None]:
        def read_section(cursor: Cursor) -> Snapshot | None:
            here = cursor.offset
            header = None
            if any(rewind_to_header(cursor, tool) for tool in tools):
                header = read_header(cursor)
                cursor.seek(max(here, cursor.offset))
            snapshot = read(cursor)
            if snapshot is not None and header is not None:
                _read_footer(cursor, header, snapshot.processes)
                _complete(snapshot, header)
            return snapshot

        return read_section

    return around


def take_wait(line: str, threads: Mapping[str, Thread]) -> bool:
    """Give a thread what a ``REM FUTEX``, ``PYLOCK``, ``CPU`` or ``STATE`` line says; False for other lines.

    ``threads`` are found by ``thread=3`` (gdb's number) or ``lwp=8042``.
    """
    if found := _FUTEX.fullmatch(line):
        if thread := threads.get(found["thread"]):
            thread.futex = Futex(
                address=to_number(found["address"], 16),
                operation=to_number(found["operation"]),
                value=to_number(found["value"]),
                words=[to_number(word) for word in found["words"].split()[:_FUTEX_WORDS]],
                timeout=to_number(found["timeout"], 16) if found["timeout"] else None,
            )
    elif found := _PYTHON_LOCK.fullmatch(line):
        if thread := threads.get(found["thread"]):
            kind = "Python RLock" if found["type"].endswith("RLock") else "Python lock"
            thread.locks_awaited = [Lock(found["object"], kind=kind, owner=found["owner"])]
    elif found := _CPU.fullmatch(line):
        if thread := threads.get(found["thread"]):
            thread.cpu = float(found["seconds"])
    elif found := _STATE.fullmatch(line):
        if thread := threads.get(found["thread"]):
            _take_state(thread, found["state"], found["wchan"])
    else:
        return False
    return True


def _take_state(thread: Thread, letter: str, wchan: str | None) -> None:
    """Keep what the kernel said, and say it where it means that the thread could not go on."""
    thread.system_state, thread.wchan = letter, wchan
    thread.wait = _STOPPED.get(letter)
    if letter == "D" and wchan:
        thread.wait = f"in uninterruptible sleep in {wchan}"


def by_thread_key(processes: Iterable[Process]) -> dict[str, Thread]:
    """Threads by the keys that the collector names them by, of gdb's numbers and the kernel's."""
    threads = [thread for process in processes for thread in process.threads]
    return {f"thread={each.id}": each for each in threads} | {f"lwp={each.os_id}": each for each in threads}


def _read_footer(cursor: Cursor, header: Header, processes: list[Process]) -> None:
    threads = by_thread_key(processes)
    while (line := cursor.line) is not None and not line.startswith(MARK):
        if not take_wait(line, threads):
            fact = _FACT.fullmatch(line)
            if fact is not None and fact[1] == "PROBLEM":
                header.notes.append(fact[2])
            elif fact is None and line.strip():
                break
        cursor.advance()


def _complete(snapshot: Snapshot, header: Header) -> None:
    snapshot.tool = header.tool
    snapshot.host = snapshot.host or header.host
    snapshot.time = snapshot.time or header.time
    snapshot.uncertain = snapshot.uncertain + header.notes
    # The collector looks at one process a section; another that the output names was named by the process.
    process, *others = snapshot.processes
    for other in others:
        process.threads += other.threads
    del snapshot.processes[1:]
    process.pid = header.pid or process.pid
    process.executable = header.executable or process.executable
    process.command = header.command or process.command
