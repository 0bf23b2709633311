"""lldb's backtraces: ``bt``, ``bt all``, ``thread backtrace all``; pasted, or below the collector's header.

=========  =======================================================================  ==================
line       sample                                                                   what comes next
=========  =======================================================================  ==================
list       ``* thread #1: tid = 9347, 0x00007f libc.so.6`poll + 83, name = 'app'``  list, thread
thread     ``* thread #1, name = 'app', stop reason = signal SIGSTOP``              frame
frame      ``  * frame #0: 0x00007f libc.so.6`poll(fds=0x1, nfds=2) at p.c:29:10``  frame, thread
inlined    ``    frame #1: 0x000055 app`main [inlined] run(n=3) at a.cpp:6:72``     frame
symbol     ``    frame #2: 0x000055 app`_start + 33``                               frame, thread
=========  =======================================================================  ==================

Other lines (commands, the code around a stop) are passed over, as far as they stand among these.
"""

from __future__ import annotations

import re
from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Error, Frame, Process, Snapshot, Thread
from ..._collected import MARK, collected
from ..fatal_stacks import mark_by_stack

NAME = "lldb"

_THREAD = regex(r"[* ] thread #(?P<id>\d+)(?P<tid>: tid = (?:0x[0-9a-f]+|\d+))?(?P<rest>(?:,.*)?)")
_NAME = regex(r", name = '(?P<name>[^']*)'")
_REASON = regex(r"stop reason = (?P<reason>(?:signal (?P<signal>SIG\w+)|EXC_\w+).*)")
_FRAME = regex(r"\s+(?:\* )?frame #(?P<id>\d+): 0x(?P<address>[0-9a-f]+)(?: (?P<rest>.*))?")
_PLACE = regex(r"(?P<file>\S.*?)(?::(?P<line>\d+))?(?::(?P<column>\d+))?")
_OFFSET = regex(r" \+ (\d+)$")
_ARGUMENTS = regex(r"\((?=(?:[A-Za-z_][\w#]{0,200}|\(null\))=)")
_PARENTHESES = regex("[()]")
_PROCESS = regex(r"(?:\(lldb\) process attach --pid|Process) (?P<pid>\d+)\b.*")
_EXECUTABLE = regex(r'Executable module set to "(?P<path>.*)"\.')
_MARKS = regex(r"(?: \[(?:opt|artificial)\]){1,2}$")
_UNNAMED = "___lldb_unnamed_symbol"
_NOT_A_CRASH = ("SIGSTOP", "SIGINT", "SIGTRAP", "SIGTSTP")
_STRANGE_LINES = 60
"""Lines of other shapes that may stand between two of ours: code and disassembly around a stop."""
_FRUITLESS_LINES = 100
"""Lines of ours, a list of threads, that are read before the first frame: else each hit reads on in vain."""
_LOOK_BACK = 8


@collected("lldb")
def read(cursor: Cursor) -> Snapshot | None:
    """The session or paste that the cursor's line is part of; see :class:`Format`."""
    _step_to_session(cursor)
    reader = _LldbReader(cursor)
    end, strange, fruitless = cursor.offset, 0, 0
    while (line := cursor.line) is not None and strange <= _STRANGE_LINES and not line.startswith(MARK):
        if not reader.framed and (fruitless := fruitless + 1) > _FRUITLESS_LINES:
            break
        if reader.take(line):
            end, strange = cursor.next_offset, 0
        else:
            strange += 1
        cursor.advance()
    cursor.seek(end)
    if not any(thread.frames for thread in reader.process.threads):
        return None
    process = reader.process
    doubt = None if process.error or any(each.crashed for each in process.threads) else mark_by_stack(process)
    return Snapshot(format=NAME, processes=[process], tool="lldb", uncertain=[doubt] if doubt else [])


def _step_to_session(cursor: Cursor) -> None:
    """Go back to the lines above the first stop that name the process or the thread."""
    start = cursor.offset
    for _ in range(_LOOK_BACK):
        if not cursor.back():
            break
        line = cursor.line or ""
        if _THREAD.fullmatch(line) or _PROCESS.fullmatch(line) or line.startswith("(lldb) "):
            start = cursor.offset
    cursor.seek(start)


class _LldbReader:
    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.process = Process()
        self.by_id: dict[str, Thread] = {}
        self.stacks: dict[str, list[Frame]] = {}
        self.current: str | None = None
        self.framed = False
        """A frame was met."""

    def take(self, line: str) -> bool:
        """Whether the line is one of lldb's."""
        if found := _FRAME.fullmatch(line):
            self._take_frame(found)
        elif found := _THREAD.fullmatch(line):
            self._take_thread(found)
        elif found := _PROCESS.fullmatch(line):
            self.process.pid = self.process.pid or to_number(found["pid"])
        elif found := _EXECUTABLE.fullmatch(line):
            self.process.executable = found["path"]
        else:
            return line.startswith("(lldb) ")
        return True

    def _take_thread(self, found: re.Match[str]) -> None:
        number = self.current = found["id"]
        thread = self.by_id.get(number)
        if thread is None:
            thread = self.by_id[number] = Thread(id=number)
            self.process.threads.append(thread)
        if found["tid"]:
            thread.os_id = str(to_number(found["tid"].removeprefix(": tid = "), 0))
        if name := _NAME.search(found["rest"]):
            thread.name = name["name"]
        reason = _REASON.search(found["rest"])
        if reason and reason["signal"] not in _NOT_A_CRASH and not thread.crashed:
            thread.crashed = True
            self.process.error = Error(type=reason["signal"] or reason["reason"], message=None)
        self.stacks[number] = []

    def _take_frame(self, found: re.Match[str]) -> None:
        if self.current is None:
            self.current = "1"
            self.by_id["1"] = Thread(id="1")
            self.process.threads.append(self.by_id["1"])
        stack = self.stacks.setdefault(self.current, [])
        if found["id"] == "0" and stack:
            stack = self.stacks[self.current] = []
        frame = _frame(found)
        if stack and frame.args is not None and stack[-1].args is None and stack[-1].file is not None:
            # Of a function inlined into this one lldb may know the place alone, and gives this one's name.
            stack[-1].inlined = stack[-1].inlined or stack[-1].function == frame.function
        stack.append(frame)
        self.framed = True
        thread = self.by_id[self.current]
        if len(stack) >= len(thread.frames):  # A stop shows one frame, before the whole stack is asked for.
            thread.frames = stack


def _frame(found: re.Match[str]) -> Frame:
    frame = Frame(id=intern(found["id"]), address=to_number(found["address"], 16))
    module, tick, call = (found["rest"] or "").partition("`")
    frame.module = intern(module) or None
    if not tick:
        return frame
    name = _take_place(frame, call)
    if offset := _OFFSET.search(name):
        frame.offset = to_number(offset[1])
        name = name[: offset.start()]
    _, inlined, name = name.rpartition(" [inlined] ")
    frame.inlined = bool(inlined)
    if arguments := _ARGUMENTS.search(name):
        frame.args = name[arguments.end() : _closing(name, arguments.end())]
        name = name[: arguments.start()]
        if name.endswith("operator"):  # lldb puts the arguments into the parentheses of the name itself.
            name += "()"
    frame.function = None if name.startswith(_UNNAMED) else intern(name) or None
    return frame


def _closing(text: str, start: int) -> int:
    """Where the parenthesis closes that was opened before ``start``; the last one where that is not told."""
    depth = 1
    for found in _PARENTHESES.finditer(text, start):
        depth += 1 if found[0] == "(" else -1
        if depth == 0:
            return found.start()
    end = text.rfind(")", start)
    return len(text) if end < 0 else end


def _take_place(frame: Frame, call: str) -> str:
    """What stands before the place in the source, which ends the line but for marks in brackets."""
    call = _MARKS.sub("", call)
    before, at, place = call.rpartition(" at ")
    found = _PLACE.fullmatch(place) if at else None
    if found is None:
        return call
    frame.file = intern(found["file"])
    frame.line = to_number(found["line"]) if found["line"] else None
    frame.column = to_number(found["column"]) if found["column"] else None
    return _MARKS.sub("", before)
