"""Stacks that a tool counted: of bpftrace, of pt-pmp, and of illumos' ``::stacks`` in mdb.

==========  =========================================  =====================================================
tool        line                                       sample
==========  =========================================  =====================================================
bpftrace    key, frames, count                         ``@stacks[picker,`` / ``    poll+15`` / ``]: 12``
pt-pmp      count and functions                        ``     22 pthread_cond_wait,take,worker,start_thread``
mdb         thread, state, what is waited for, count   ``ffffff0005 SLEEP    CV                     12``
==========  =========================================  =====================================================

A stack that was counted stands for so many threads.
"""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Frame, Process, Snapshot, Thread

MOST_THREADS = 100_000
_BPF_START = regex(r"@(?P<map>\w{0,60})\[(?P<keys>.{0,200}?),?\s*")
_BPF_NEXT = regex(r", ?(?P<key>.{0,100}?)(?P<end>\]: (?P<count>\d{1,12}))?\s*")
_BPF_END = regex(r"(?:, (?P<key>.{1,100}?))?\]: (?P<count>\d{1,12})\s*")
# The mode ``perf`` puts the address before each frame and the module after it.
_BPF_FRAME = regex(
    r"(?:(?P<address>[0-9a-f]{6,16}) )?(?:0x(?P<unknown>[0-9a-f]{1,16})|(?P<function>.{1,300}?)"
    r"(?:\+(?P<offset>\d{1,9}))?)(?: \((?P<module>[^()]{1,300})\))?"
)
_PMP = regex(
    r" {0,10}(?P<count>\d{1,9}) (?P<stack>[\w:~.$<>@*()\[\]/?+-]{1,200}"
    r"(?:,[\w:~.$<>@*()\[\]/?+ -]{1,200}){1,200})\s*"
)
_PMP_FRAME = regex(r"(?P<function>.+?)(?:\((?:(?P<file>[^():]+):(?P<line>\d{1,9})|(?P<module>[^():]+))\))?")
_PMP_STARTS = frozenset(("main", "start_thread", "clone", "clone3", "__clone", "_start", "__libc_start_main"))
_MDB_HEAD = regex(r"THREAD +STATE +SOBJ +COUNT\s*")
_MDB_THREAD = regex(
    r"(?P<id>[0-9a-f]{8,16}) +(?P<state>[A-Z]{3,9}) +(?P<object>\S.{0,30}?) +"
    r"(?P<count>\d{1,9})\s*"
)
_MDB_FRAME = regex(
    r"\s+(?:(?P<module>[\w.-]{1,40})`)?(?P<function>[\w.$]{1,200})\+(?:0x)?"
    r"(?P<offset>[0-9a-f]{1,16})\s*"
)
_MDB_OBJECTS = {
    "CV": "waiting for a condition",
    "MUTEX": "waiting for a mutex",
    "RWLOCK": "waiting for a read-write lock",
    "SEMA": "waiting for a semaphore",
    "SHUTTLE": "waiting for a door call",
}
_MDB_STATES = {"ONPROC": "running", "RUN": "ready to run", "STOPPED": "stopped", "ZOMB": "a zombie"}


class _Counted:
    """Threads, each stack for as many as were counted."""

    def __init__(self) -> None:
        self.threads: list[Thread] = []
        self.left_out = 0

    def add(self, count: int, frames: list[Frame], name: str | None = None, state: str | None = None) -> None:
        room = min(count, MOST_THREADS - len(self.threads))
        self.left_out += count - room
        for _ in range(room):
            number = str(len(self.threads) + 1)
            self.threads.append(Thread(id=number, name=name, state=state, frames=frames))

    def snapshot(self, format: str) -> Snapshot | None:
        if not any(each.frames for each in self.threads):
            return None
        found = Snapshot(format=format, processes=[Process(threads=self.threads)])
        if self.left_out:
            found.uncertain.append(
                f"{self.left_out:,} threads after the first {MOST_THREADS:,} were left out."
            )
        return found


def read_bpftrace(cursor: Cursor) -> Snapshot | None:
    """The maps of stacks from the cursor's line on; see :class:`Format`."""
    counted = _Counted()
    end = cursor.offset
    while (start := _BPF_START.fullmatch(cursor.line or "")) is not None:
        cursor.advance()
        frames: list[Frame] = []
        keys = [start["keys"]] if start["keys"] else []
        closed = None
        while (line := cursor.line) is not None and closed is None:
            if closed := _BPF_END.fullmatch(line):
                keys += [closed["key"]] if closed["key"] else []
            elif line[:1].isspace() and line.strip():
                frames.append(_bpf_frame(len(frames), line.strip()))
            elif not _BPF_NEXT.fullmatch(line):
                return counted.snapshot("bpftrace")
            cursor.advance()
        if closed is None:
            break
        counted.add(to_number(closed["count"]), frames, name=", ".join(keys).strip(", ") or None)
        end = cursor.offset
        while cursor.line is not None and not cursor.line.strip():
            cursor.advance()
    cursor.seek(end)
    return counted.snapshot("bpftrace")


def _bpf_frame(number: int, text: str) -> Frame:
    """The frame of ``poll+15``, ``take+18 (/srv/orchardd)``, ``0x7f1c2a8a9e2c``, or of the mode ``perf``."""
    found = _BPF_FRAME.fullmatch(text)
    if found is None:
        return Frame(id=str(number), function=intern(text))
    address = found["address"] or found["unknown"]
    module = found["module"]
    return Frame(
        id=str(number),
        function=intern(found["function"]) if found["function"] else None,
        module=intern(module) if module and module != "[unknown]" else None,
        address=to_number(address, 16) if address else None,
        offset=to_number(found["offset"]) if found["offset"] else None,
    )


def read_pt_pmp(cursor: Cursor) -> Snapshot | None:
    """The lines of counts and functions that the cursor's line is one of; see :class:`Format`."""
    if _PMP.fullmatch(cursor.line or "") is None:
        return None
    while cursor.back():
        if _PMP.fullmatch(cursor.line or "") is None:
            cursor.advance()
            break
    counted = _Counted()
    while (found := _PMP.fullmatch(cursor.line or "")) is not None:
        frames = [_pmp_frame(number, name) for number, name in enumerate(found["stack"].split(","))]
        counted.add(to_number(found["count"]), frames)
        cursor.advance()
    # Numbers and words with commas stand in many texts: a stack is one that begins as threads do.
    starts = (thread.frames[-1].function for thread in counted.threads)
    return counted.snapshot("pt_pmp") if any(each in _PMP_STARTS for each in starts) else None


def _pmp_frame(number: int, text: str) -> Frame:
    found = _PMP_FRAME.fullmatch(text.strip())
    if found is None:
        return Frame(id=str(number), function=intern(text.strip()))
    return Frame(
        id=str(number),
        function=None if found["function"] == "??" else intern(found["function"]),
        module=intern(found["module"]) if found["module"] else None,
        file=intern(found["file"]) if found["file"] else None,
        line=to_number(found["line"]) if found["line"] else None,
    )


def read_mdb(cursor: Cursor) -> Snapshot | None:
    """The table whose heading is the cursor's line; see :class:`Format`."""
    if _MDB_HEAD.fullmatch(cursor.line or "") is None:
        return None
    cursor.advance()
    counted = _Counted()
    while (found := _MDB_THREAD.fullmatch(cursor.line or "")) is not None:
        cursor.advance()
        frames: list[Frame] = []
        while (call := _MDB_FRAME.fullmatch(cursor.line or "")) is not None:
            frames.append(
                Frame(
                    id=str(len(frames)),
                    function=intern(call["function"]),
                    module=intern(call["module"]) if call["module"] else None,
                    offset=to_number(call["offset"], 16),
                )
            )
            cursor.advance()
        state = _MDB_OBJECTS.get(found["object"]) or _MDB_STATES.get(found["state"]) or found["state"].lower()
        counted.add(to_number(found["count"]), frames, state=state)
        while cursor.line is not None and not cursor.line.strip():
            cursor.advance()
    return counted.snapshot("mdb_stacks")
