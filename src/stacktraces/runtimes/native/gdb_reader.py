"""Reads what gdb prints of a process from the cursor on, frame by frame."""

from __future__ import annotations

import re

from ..._number import to_number
from ...cursor import Cursor
from ...model import Error, Frame, Process, Snapshot, Thread
from .._collected import MARK, Header, by_thread_key, take_wait
from .fatal_stacks import KCRASH
from .gdb_frame import SIGNAL_FRAME, parse_frame
from .gdb_lines import (
    ATTACHED,
    COMMAND,
    CORE,
    CURRENT,
    CURRENT_IS,
    FRAME_START,
    INFERIOR,
    LIBRARY,
    SIGNAL,
    SWITCH,
    SWITCHED,
    THREAD,
    WHERE,
    starts_session,
)
from .gdb_locals import LocalsReader
from .gdb_plain import PlainFrames
from .gdb_signals import told_signal
from .gdb_threads import Told, drop_repeated_stacks, mark_crashed, may_be_same, settle_numbers, whole_stack

_MOST_DOUBTS = 20
MOST_FRAMES, MOST_THREADS = 500_000, 100_000
"""Of a snapshot; more are counted only. A line of ten bytes would become hundreds in memory."""

_SIGNAL_NAMES = {"4": "SIGILL", "6": "SIGABRT", "7": "SIGBUS", "8": "SIGFPE", "11": "SIGSEGV"}
_DEBUGGERS_OWN = ("SIGINT", "SIGSTOP", "SIGTRAP", "SIGTSTP")
"""Signals by which a person stops a program to look at it."""
_END_OF_STACK = ("Backtrace stopped:", "(More stack frames follow", "Cannot access memory at")


class GdbReader:
    """A snapshot as it is read."""

    def __init__(self, cursor: Cursor, header: Header | None) -> None:
        self.cursor = cursor
        self.header = header or Header()
        self.process = Process(
            pid=self.header.pid, executable=self.header.executable, command=self.header.command
        )
        self.uncertain: list[str] = list(self.header.notes)
        self.heading: re.Match[str] | None = None
        self.thread: Thread | None = None
        self.by_id: dict[str, Thread] = {}
        self.by_key: dict[str, Thread] = {}
        self.current: str | None = None
        self.switched: str | None = None
        self.moved = False
        """A person went to another thread."""
        self.stopped_at: int | None = None
        self.stopped: Thread | None = None
        """The frame that gdb prints after a signal, before any thread."""
        self.repeated: Thread | None = None
        """What was seen before of the thread that is read."""
        self.repeats_from: int | None = None
        """Where the threads begin that were all seen before, up to the one that is read."""
        self.other_look = False
        """What follows is another process, or this one at another moment."""
        self.frame: Frame | None = None
        self.locals = LocalsReader(wanted=cursor.values)
        self.end = self.before_heading = cursor.offset
        self.plain = PlainFrames()
        self.frames = 0
        self.left_out = 0
        self.unread: list[int] = []

    def read(self) -> Snapshot | None:
        """The snapshot, with the cursor behind it; ``None`` where no frame stands there."""
        cursor = self.cursor
        while True:
            if (plain := self.plain.take(cursor)) is not None:
                self.locals.finish()
                self._add(plain)
                continue
            if (line := cursor.line) is None:
                break
            kind = line[:1]
            if kind == "#":
                if FRAME_START.match(line):
                    self.take_frame()
                    continue
            elif kind in (" ", "\t"):
                if self.frame is None and self.process.error is None:
                    self.process.error = told_signal(line)
                if self.frame is not None:
                    self.locals.take(self.frame, cursor)
                    self.end = cursor.offset
                    continue
            elif line.startswith(MARK) or (self.process.threads and starts_session(line)):
                break
            elif line:
                self._take_other(line)
                if self.other_look:
                    break
            cursor.advance()
        self.locals.finish()
        self._settle_repeated()
        if not self.process.threads:
            return None
        cursor.seek(self.end)
        return self._finish()

    def take_frame(self) -> None:
        """Take the frame that starts on the cursor's line."""
        cursor = self.cursor
        parts = [cursor.line or ""]
        cursor.advance()
        self.locals.finish()
        # "    at ../x.c:25", "    arg=0x1) at x.c:2", "   from /lib/libc.so.6": a frame that was wrapped.
        while (more := cursor.line) is not None and (
            (more.startswith("    ") and more[4:5] not in ("", " ", "\t")) or more.startswith("   from ")
        ):
            parts.append(more.lstrip() if parts[-1].endswith(" ") else " " + more.lstrip())
            cursor.advance()
        frame = parse_frame("".join(parts))
        if frame is None:
            self.unread.append(cursor.offset)
            return
        self._add(frame)

    def _add(self, frame: Frame) -> None:
        self.end = self.cursor.offset
        starts = self.thread is None or self.heading is not None or (frame.id == "0" and self.thread.frames)
        if self.frames == MOST_FRAMES or (starts and len(self.process.threads) == MOST_THREADS):
            self.left_out += 1
            self.frame = None
            return
        if starts:
            self._start_thread()
        self.frames += 1
        if self.thread is not None:
            if frame.address is None and frame.file is not None and self.frame is not None:
                # gdb leaves the address out of the frame whose code the inner one was inlined into.
                self.frame.inlined = self.frame.function != SIGNAL_FRAME
            self.thread.frames.append(frame)
        self.frame = frame

    def _start_thread(self) -> None:
        heading, self.heading = self.heading, None
        self._settle_repeated()
        thread = Thread() if heading is None else _announced(heading)
        self.thread = thread
        if heading is None and self.process.error is not None and not self.process.threads:
            self.stopped = thread
        if thread.id is not None and thread.id in self.by_id:
            self.repeated = self.by_id[thread.id]
            self.repeats_from = self.before_heading if self.repeats_from is None else self.repeats_from
            return
        self.process.threads.append(thread)
        if thread.id is not None:
            self.by_id[thread.id] = thread
            self.repeats_from = None

    def _settle_repeated(self) -> None:
        """Keep the whole one of two copies of a thread; two different stacks are two looks."""
        if self.repeated is None or self.thread is None:
            return
        first, self.repeated = self.repeated, None
        frames = whole_stack(first.frames, self.thread.frames)
        if frames is None:
            self._end_look()
        else:
            first.frames = frames

    def _end_look(self) -> None:
        self.other_look = True
        self.end = self.end if self.repeats_from is None else self.repeats_from

    def _take_heading(self, found: re.Match[str]) -> None:
        self.locals.finish()
        self._settle_repeated()
        first = self.by_id.get(found["id"])
        if first is not None and not may_be_same(first, _announced(found)):
            self._end_look()
        self.heading, self.frame = found, None
        self.before_heading = self.end

    def _take_other(self, line: str) -> None:
        if line.startswith("Thread ") and (found := THREAD.fullmatch(line)):
            self._take_heading(found)
        elif line.startswith(_END_OF_STACK):
            self._note_end(line)
        elif line.startswith("REM ") and self.header.tool is not None:
            self._take_remark(line)
        elif line.startswith("* ") and (found := CURRENT.match(line)):
            # Where a person went to another thread, the mark tells of that one.
            self.current = self.current or (None if self.moved else found[1])
        elif line.startswith("0x"):
            self._take_address(line)
        elif line.startswith("Core was generated by ") and (found := CORE.match(line)):
            self.process.command = self.process.command or found[1]
        elif line.startswith(("Attaching to ", "Detaching from ")) and (found := ATTACHED.match(line)):
            self.process.pid = self.process.pid or to_number(found["pid"])
            self.process.executable = self.process.executable or found["exe"]
            self._note_end_of_session()
        elif line.startswith("[Inferior ") and (found := INFERIOR.match(line)):
            self.process.pid = self.process.pid or to_number(found["pid"])
            self._note_end_of_session()
        elif line.startswith("[Switching to thread ") and (found := SWITCH.fullmatch(line)):
            self.moved = True
            self._take_other(f"Thread {found['id']} ({found['what']}):")
        elif line.startswith("[Current thread is ") and (found := CURRENT_IS.match(line)):
            self.current = self.current or found["id"]
        elif line.startswith("[Switching to ") and (found := SWITCHED.match(line)):
            self.switched = found["lwp"] or found["bare_lwp"] or found["handle"]
        elif "stack " in line and (found := COMMAND.fullmatch(line)):
            self.process.pid = self.process.pid or to_number(found["pid"])
        elif " signal " in line and (found := SIGNAL.match(line)):
            self._take_signal(found)
        elif line.startswith(("$", "Application: ")):
            # A value that a person asked for, or a crash dialog's heading; its further lines are no locals.
            self.locals.finish()
            self.frame = None
            self.process.error = self.process.error or told_signal(line)
        elif line.startswith(KCRASH):
            self._take_handler()

    def _take_remark(self, line: str) -> None:
        if line.startswith("REM PROBLEM "):
            self.uncertain.append(line.removeprefix("REM PROBLEM "))
        elif line.startswith(("REM FUTEX ", "REM PYLOCK ", "REM CPU ", "REM STATE ")):
            self.by_key = self.by_key or by_thread_key([self.process])
            take_wait(line, self.by_key)

    def _take_signal(self, found: re.Match[str]) -> None:
        name = _SIGNAL_NAMES.get(found["type"], found["type"])
        if self.process.threads or (" received " in found[0] and name in _DEBUGGERS_OWN):
            return
        # The program may have gone on since an earlier signal.
        self.process.error = Error(type=name, message=found["message"])
        self.current, self.switched = found["id"], None

    def _take_handler(self) -> None:
        """What a crash handler writes in the place of its own frames, which are the innermost."""
        if self.thread is None or self.heading is not None:
            self._start_thread()
        if self.thread is not None and not self.thread.frames:
            self.thread.frames.append(Frame(function=KCRASH))
        self.end = self.cursor.next_offset

    def _take_address(self, line: str) -> None:
        if found := LIBRARY.fullmatch(line):
            self.process.libraries.append(found[1])
        elif self.process.error is not None and not self.process.threads and (found := WHERE.match(line)):
            self.stopped_at = to_number(found["address"], 16)

    def _note_end(self, line: str) -> None:
        if self.thread is not None and self.frame is not None:
            self.thread.uncertain.append(line.strip())
            self.locals.finish()
            self.frame = None
            self.end = self.cursor.next_offset

    def _note_end_of_session(self) -> None:
        if self.process.threads:
            self.locals.finish()
            self.frame = None
            self.end = self.cursor.next_offset

    def _finish(self) -> Snapshot:
        process = self.process
        if process.executable is None and process.command:
            process.executable = process.command.split(" ", 1)[0]
        told = Told(self.current, self.switched, self.stopped_at, self.stopped)
        self.uncertain += settle_numbers(process.threads)[:_MOST_DOUBTS]
        alike = drop_repeated_stacks(process.threads)
        if doubt := mark_crashed(process, told, alike):
            self.uncertain.append(doubt)
        if self.unread:
            more = f", and {len(self.unread) - 1:,} more" if len(self.unread) > 1 else ""
            self.uncertain.append(f"A frame at byte {self.unread[0]}{more} could not be read.")
        if self.left_out:
            most = f"{MOST_FRAMES:,} frames or {MOST_THREADS:,} threads"
            self.uncertain.append(f"{self.left_out:,} frames were left out: there are more than {most}.")
        if self.cursor.cut:
            self.uncertain.append("A line longer than 1 MiB was cut.")
        return Snapshot(
            format="gdb",
            processes=[process],
            tool=self.header.tool,
            host=self.header.host,
            time=self.header.time,
            uncertain=self.uncertain,
        )


def _announced(heading: re.Match[str]) -> Thread:
    return Thread(
        id=heading["id"],
        os_id=heading["lwp"] or heading["bare_lwp"] or heading["process"],
        handle=heading["handle"],
        name=heading["name"] or heading["freebsd_name"],
    )
