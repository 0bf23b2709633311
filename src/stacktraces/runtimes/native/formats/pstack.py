"""Solaris pstack, of a live process or a core file; raw, or below the collector's header.

The collector runs pldd and pflags after it: their sections are read for the libraries and passed over.
"""

from __future__ import annotations

import re
from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Frame, Process, Snapshot, Thread
from ..._collected import MARK, Header, read_header, rewind_to_header
from ..fatal_stacks import mark_by_stack

# 19836:  /app/bin/httpd -D SSL        core '/export/core' of 5361:	/export/bin/httpd -k start
_PROCESS = regex(r"(?:core '(?P<core>[^']*)' of )?(?P<pid>\d+):\s+(?P<command>\S.*)")
# -----------------  lwp# 1 / thread# 1  --------------------
_THREAD = regex(r"-{5,}\s++(?:lwp# (?P<lwp>\d++))?(?: / )?(?:thread# (?P<thread>\d++))?.*?(?<!-)-{5,}")
#  fe77b0a5 ap_event_pod_check (81b1bf0, fe775314, 8047068, fe777a7c) + 35
_FRAME = regex(
    r"\s(?P<address>[0-9a-f]{8,16}) (?P<function>\S+) +\((?P<args>[^()]*)\)(?: \+ (?P<offset>[0-9a-f]+))?"
)
#  feec872c dummy_worker(), exit value = 0x00000000
_ENDED = regex(r"\s[0-9a-f]{8,16} .*\(\), exit value = 0x[0-9a-f]+")


class _PstackReader:
    def __init__(self, cursor: Cursor, header: Header | None) -> None:
        self.cursor = cursor
        self.header = header or Header()
        self.process: Process | None = None
        self.command: str | None = None
        self.thread: Thread | None = None
        self.past_stacks = False
        self.end = cursor.offset

    def read(self) -> Snapshot | None:
        cursor = self.cursor
        while (line := cursor.line) is not None and not line.startswith(MARK):
            if self._take(line):
                self.end = cursor.next_offset
            elif self.process is None and line.strip() and not line.startswith("REM"):
                break
            cursor.advance()
        if self.process is None or not any(each.frames or each.ended for each in self.process.threads):
            return None
        cursor.seek(self.end)
        if doubt := mark_by_stack(self.process):
            self.header.notes.append(doubt)
        return Snapshot(
            format="pstack",
            processes=[self.process],
            tool=self.header.tool,
            host=self.header.host,
            time=self.header.time,
            uncertain=self.header.notes,
        )

    def _take(self, line: str) -> bool:
        if found := _PROCESS.fullmatch(line):
            return self._take_process(found)
        if self.process is None:
            return False
        if self.past_stacks:
            if line.startswith("/"):
                self.process.libraries.append(line)
            return True
        if found := _THREAD.fullmatch(line):
            self.thread = Thread(id=found["thread"] or found["lwp"], os_id=found["lwp"])
            self.process.threads.append(self.thread)
        elif found := _FRAME.fullmatch(line):
            self._take_frame(found)
        elif _ENDED.fullmatch(line) and self.thread is not None:
            self.thread.ended = True
        else:
            return "zombie" in line
        return True

    def _take_process(self, found: re.Match[str]) -> bool:
        command = found["command"].strip()
        if self.process is None:
            self.process = Process(
                pid=to_number(found["pid"]),
                executable=self.header.executable or command.split(None, 1)[0],
                command=command,
            )
            return True
        if to_number(found["pid"]) != self.process.pid:
            return False
        self.past_stacks = True
        return True

    def _take_frame(self, found: re.Match[str]) -> None:
        if self.process is None:
            return
        if self.thread is None:
            self.thread = Thread(id="1")
            self.process.threads.append(self.thread)
        name = found["function"]
        self.thread.frames.append(
            Frame(
                id=len(self.thread.frames) + 1,
                function=None if name.startswith("???") else intern(name),
                address=to_number(found["address"], 16),
                args=found["args"],
                offset=to_number(found["offset"], 16) if found["offset"] else None,
            )
        )


def read(cursor: Cursor) -> Snapshot | None:
    """A snapshot of one process; see :class:`Format`."""
    header = read_header(cursor) if rewind_to_header(cursor, "pstack") else None
    if header is None:
        while not _PROCESS.fullmatch(cursor.line or ""):
            if _THREAD.fullmatch(cursor.line or "") is None or not cursor.back():
                return None
    return _PstackReader(cursor, header).read()
