"""The report that Redis, Valkey and KeyDB print when they crash.

==========  ==================================================================  ==================
line        sample                                                              what comes next
==========  ==================================================================  ==================
start       ``=== REDIS BUG REPORT START: Cut & paste starting from here ===``  reason
reason      ``25333:M 29 Nov … # Redis 7.0.15 crashed by signal: 11, si_code: 2``  stack
reason      ``25394:M 29 Nov … # ==> debug.c:530 '1 == 2' is not true``         stack
reason      ``25365:M 29 Nov … # Guru Meditation: no plum #debug.c:510``        stack
stack       ``------ STACK TRACE ------``                                       thread, counter, frame
counter     ``EIP:``                                                            frame
thread      ``25333 redis-server *``, ``25337 bio_aof``                         frame
frame       ``redis-server *:7791(call+0xdb)[0x55aadc1bb6fb]``                  frame, section
section     ``------ REGISTERS ------``                                         section, end
end         ``=== REDIS BUG REPORT END. Make sure to include from …``
==========  ==================================================================  ==================
"""

from __future__ import annotations

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Error, Frame, Origin, RelatedStack, Trace
from ..abort_messages import ASSERTION
from ..symbol_lines import FRAMES_KEPT, LONGEST_LINE, SIGNALS, of_symbols

NAME = "redis"
STACKS_KEPT = 100

_START = regex(r".*=== [A-Z]{2,20} BUG REPORT START: ")
_END = regex(r".*=== [A-Z]{2,20} BUG REPORT END")
_RESTART = regex(r".* oO0OoO0OoO0Oo |.* Server initialized$")
_CRASHED = regex(r".*?(?P<message>\w{1,20}+ [\w.]{1,30}+ crashed by signal: (?P<signal>\d{1,2})\b.*)$")
_ASSERTED = regex(r"(?>.*?==> (?P<file>[^\s:]++):(?P<line>\d++) (?='))(?P<message>'.*' is not true)$")
_PANICKED = regex(r"(?>.*?Guru Meditation: )(?P<message>.*?) #(?P<file>[^\s:#]++):(?P<line>\d++)$")
_STACK = "------ STACK TRACE ------"
_SECTION = regex(r"-{6} [A-Z ]+ -{6}$")
_THREAD = regex(r"(?P<title>\d++ \S.{0,60}?)(?P<crashed> \*)?$")
_COUNTER = "EIP:"
_MOST_LINES = 4_000


def read(cursor: Cursor) -> Trace | None:
    """The report whose first line the cursor is on; see :data:`stacktraces.runtimes.Reader`."""
    if not _START.match(cursor.line or ""):
        return None
    report = _Report(cursor.offset)
    for _ in range(_MOST_LINES):
        cursor.advance()
        line = cursor.line
        if line is None or _RESTART.match(line) or _START.match(line):
            break
        if _END.match(line):
            cursor.advance()
            report.end = cursor.offset
            break
        if report.take(line[:LONGEST_LINE]):
            report.end = cursor.next_offset
    cursor.seek(report.end)
    return report.finished()


class _Report:
    """A report as it is read."""

    def __init__(self, start: int) -> None:
        self.error = Error()
        self.origin = Origin(offset=start)
        self.end = start
        self._counter: Frame | None = None
        self._frames: list[Frame] | None = None
        self._in_stack = self._is_counter = False
        self._place: tuple[str, int] | None = None

    def take(self, line: str) -> bool:
        """Take a line; False where nothing is told by it."""
        if self._in_stack:
            return self._take_of_stack(line.rstrip())
        if found := _CRASHED.match(line):
            self.error.type = SIGNALS.get(int(found["signal"]), f"signal {found['signal']}")
            self.error.message = found["message"]
        elif found := _ASSERTED.match(line):
            self.error.type, self.error.message = ASSERTION, found["message"]
            self._place = found["file"], to_number(found["line"])
        elif found := _PANICKED.match(line):
            self.error.type, self.error.message = "Guru Meditation", found["message"]
            self._place = found["file"], to_number(found["line"])
        elif line.endswith(_STACK) and not self.error.frames:
            self._in_stack, self._frames = True, self.error.frames
        else:
            return False
        return True

    def _take_of_stack(self, line: str) -> bool:
        if (frame := of_symbols(line)) is not None:
            # The name of the module is the title of the process, with its address.
            frame.module = (frame.module or "").partition(" ")[0] or None
            if self._is_counter:
                self._counter = frame
            elif self._frames is not None and len(self._frames) < FRAMES_KEPT:
                self._frames.append(frame)
            return True
        self._is_counter = line == _COUNTER
        known = line in (_COUNTER, "Backtrace:")
        if _SECTION.match(line):
            self._in_stack, known = False, True
        elif (found := _THREAD.match(line)) and not line.endswith("stacktraces."):
            self._frames = self.error.frames if found["crashed"] else self._related(found["title"])
        return known

    def _related(self, title: str) -> list[Frame] | None:
        if len(self.error.related) >= STACKS_KEPT:
            return None
        self.error.related.append(RelatedStack(title=title, frames=[]))
        return self.error.related[-1].frames

    def finished(self) -> Trace | None:
        """The trace; ``None`` where no reason and no stack was told."""
        error, counter = self.error, self._counter
        if error.type is None and not error.frames:
            return None
        if counter is not None and counter.function not in [each.function for each in error.frames]:
            error.frames.insert(0, counter)
        if self._place is not None:
            if not error.frames:
                error.frames.append(Frame())
            error.frames[0].file, error.frames[0].line = self._place
        error.related = [each for each in error.related if each.frames]
        uncertain = [] if error.frames else ["The report ends before its stack."]
        return Trace(error=error, format=NAME, origin=self.origin, uncertain=uncertain)
