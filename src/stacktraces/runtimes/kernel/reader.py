"""Reads one report, from the line that says what happened to the last one that belongs to it.

==========  =========================================================  ====================================
line        sample                                                     what comes next
==========  =========================================================  ====================================
cut         ``------------[ cut here ]------------``                   said, head
said        ``refcount_t: underflow; use-after-free.``                 head
head        ``WARNING: CPU: 1 PID: 28 at lib/refcount.c:28 f+0x1/0x2`` registers, stack
trap        ``Oops: 0000 [#1] PREEMPT SMP``                            registers, stack
counter     ``RIP: 0010:refcount_warn_saturate+0x1a/0x100``            registers, stack
stack       ``Call Trace:``                                            frame
frame       `` genl_rcv+0x24/0x40``                                    frame, heading, closing line
heading     ``Freed by task 5034:``                                    frame
closing     ``---[ end trace 4d674fec963620f5 ]---``                   registers, panic
panic       ``Kernel panic - not syncing: Fatal exception``            stack
==========  =========================================================  ====================================

The first stack is the error's, with the frame of the program counter innermost. Others are told with
their heading. In lockdep's reports the error's stack is the one behind ``stack backtrace:``, after those of
the other locks.
"""

from __future__ import annotations

from ..._regex import regex
from ...cursor import Cursor
from ...model import Error, Frame, Origin, Process, RelatedStack, Snapshot, Thread, Trace
from .. import starts_trace
from .dumps import kernel_tasks
from .frames import read_counter, read_frame, read_place
from .heads import CUT_HERE, Head, find_head
from .kernel_lines import KernelLines
from .midst import is_in_midst, starts_report
from .names import is_machinery
from .report_lines import ACCESS, CLOSES, HEADING, KNOWN, MARKS, OLD_TASK, PANIC_ENDS, RULE, STACK, TASK

NAME = "kernel"
FRAMES_KEPT = 1_000
STACKS_KEPT = 100
_MOST_LINES = 2_000
_BEFORE_FRAMES = 60
"""Lines of known kinds from a head to the first frame: registers, and the locks that are held."""
_UP_TO_STACK = 12
"""Lines of no known kind between a head and the first frame, in a row."""
_BETWEEN = 4
"""The same between the stacks of a report, and before the panic that it leads to."""
_LINES_BACK = 80
"""From ``Call Trace:`` to the head: registers, and the lines of a lock's report."""
_LEADS_TO_PANIC = regex(
    r"Fatal|kernel: panic|.*panic_on_|softlockup|hung_task|RCU Stall|Hard LOCKUP|Oops|KASAN|kasan|KMSAN|KCSAN"
    r"|KFENCE|kfence|UBSAN|Attempted to kill|Aiee|stack-protector|MCA|corrupted stack"
)
"""Why the kernel panics in consequence of an error that it has reported."""
_PANIC = "Kernel panic - not syncing"
_DUMPS = frozenset({"dump_stack", "dump_stack_lvl", "show_stack"})
"""Where a stack that the kernel was asked to print begins: it is of a failure, whatever stands above it."""
_TASK = "task:"
_SYSRQ = ("sysrq_handle_", "__handle_sysrq")
"""What is on the stack of who asks the kernel for stacks."""
_SAYS_MORE = ("read", "write", "assert")
"""How headings begin that tell the access of which a race is made."""


def read(cursor: Cursor) -> Trace | Snapshot | None:
    """The report or the tasks that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    lines = KernelLines(cursor)
    text = lines.text or ""
    if lines.writer is not None and is_in_midst(cursor, cursor.floor):
        return None
    if STACK.match(text):
        return _read_from_stack(lines)
    if CUT_HERE in text:
        return _Report(lines).read() if text.startswith("---") else None
    if find_head(text) is None:
        return None
    _step_to_start(lines)
    return _Report(lines).read()


def _step_to_start(lines: KernelLines) -> None:
    """Go back from a head to the mark, the rule or the message before it."""
    here = lines.cursor.offset
    for distance in range(2):
        if not lines.back():
            break
        text = lines.text or ""
        if CUT_HERE in text or (distance == 0 and RULE.match(text)):
            return
    lines.cursor.seek(here)


def _read_from_stack(lines: KernelLines) -> Trace | Snapshot | None:
    """A stack whose head, which holds no anchor, may stand above it; or that of the first task of many."""
    stack = start = lines.cursor.offset
    for _ in range(_LINES_BACK):
        if not lines.back():
            break
        text = lines.text or ""
        if (head := find_head(text)) is not None and not head.trap:
            _step_to_start(lines)
            return _Report(lines).read()
        if text.startswith(_TASK):
            return kernel_tasks.read(lines.cursor)
        if read_frame(text) is not None or text.startswith("NMI backtrace") or not text.strip():
            break
        start = lines.cursor.offset
        if not KNOWN.match(text):
            break
    lines.cursor.seek(start)
    report = _Report(lines)
    trace = report.read(said=stack)
    return _asked_for(trace) if trace is not None and report.head is None else trace


def _asked_for(trace: Trace) -> Trace | Snapshot:
    """The stacks of all processors as a snapshot, where it is SysRq that printed them; else ``trace``."""
    error = trace.error
    if not any((each.function or "").startswith(_SYSRQ) for each in error.frames):
        return trace
    threads = [Thread(id="0", frames=error.frames)]
    threads += [
        Thread(id=str(number), name=each.title, frames=each.frames)
        for number, each in enumerate(error.related, 1)
    ]
    return Snapshot(format=kernel_tasks.NAME, processes=[Process(name="kernel", threads=threads)])


class _Report:
    """A report as it is read."""

    def __init__(self, lines: KernelLines) -> None:
        self.lines = lines
        self.error = Error()
        self.head: Head | None = None
        self.trace = Trace(error=self.error, format=NAME, origin=Origin(offset=lines.cursor.offset))
        self.trace.context.thread = lines.writer
        self._title: str | None = None
        """What the next stack is called; ``None`` where it is the error's."""
        self._places = False
        """The line before is of a stack, or starts one: a frame may follow that is sure only there."""
        self._foreign: int | None = None
        """Where the first report of another writer starts among the lines that were passed over."""
        self._start = lines.cursor.offset
        self._frames: list[Frame] | None = None
        """Where the next frame goes; ``None`` before a stack's first one."""
        self._stacks = 0
        self._counted = False
        """The last frame is one of a register dump."""
        self._closed = self._panicked = False
        self._end = lines.cursor.offset

    def read(self, said: int | None = None) -> Trace | None:
        """The trace; ``None`` where no report stands here.

        ``said`` is where ``Call Trace:`` stands, for a stack without a head: the line before says why.
        """
        self._read_start(said)
        strange = 0
        for number in range(_MOST_LINES):
            text = self.lines.text
            if text is None or not self._goes_on(text):
                break
            if (number > _BEFORE_FRAMES and not self.error.frames) or self._is_no_report:
                break
            if self._take(text):
                strange = 0
            else:
                strange += 1
                if starts_trace(text, self.lines.cursor.peek() or "", but=NAME):
                    break
                if strange > (_BETWEEN if self.error.frames or self._closed else _UP_TO_STACK):
                    break
            if strange == 0 and text.strip():
                self._end = self.lines.cursor.next_offset
            self.lines.advance(self._pass_over)
            if PANIC_ENDS.match(text):
                break
        self._leave()
        return self._finished()

    def _read_start(self, said: int | None) -> None:
        """The lines up to the head."""
        lines = self.lines
        if said is not None:
            text = lines.text or ""
            if lines.cursor.offset < said and not KNOWN.match(text):
                self.error.message = text
                lines.advance()
            return
        if RULE.match(lines.text or ""):
            lines.advance()
        elif CUT_HERE in (lines.text or ""):
            lines.advance()
            text = lines.text or ""
            is_message = text.startswith(("refcount_t", "list_")) or not KNOWN.match(text)
            if is_message and find_head(text) is None:
                self.error.message = text
                lines.advance()

    def _goes_on(self, text: str) -> bool:
        """Whether the line at hand may belong to the report; takes it for its head where it has none yet."""
        if CUT_HERE in text or (RULE.match(text) and self._closed):
            return False
        head = find_head(text)
        if head is None:
            return True
        if self.head is None:
            self._set_head(head)
            return True
        if not self.error.frames:
            if head.type == self.head.type or head.trap:
                return True
            return self.head.trap or self.head.type == "BUG: memory leak"
        if head.type == _PANIC and _LEADS_TO_PANIC.match(head.message) and not self._panicked:
            self._panicked = True
            return True
        return head.trap and not self._closed and head.type != self.head.type and self._frames is None

    def _set_head(self, head: Head) -> None:
        self.head = head
        self.error.type = head.type
        said = [self.error.message, None if head.message == head.type else head.message]
        self.error.message = "\n".join(each for each in said if each) or None

    def _take(self, text: str) -> bool:
        """Take a line; False where it is of no known kind."""
        if self._closed and not self._panicked:
            return KNOWN.match(text) is not None or find_head(text) is not None
        places, self._places = self._places, True
        if (frame := read_counter(text)) is not None:
            self._add(frame, counted=True)
        elif (frame := read_frame(text)) is not None or (places and (frame := read_place(text))):
            self._add(frame)
        elif found := STACK.match(text):
            self._start_stack(text, found.end())
        elif HEADING.match(text):
            self._frames, self._title = None, text.strip()
        elif found := TASK.match(text) or OLD_TASK.search(text):
            if self.trace.context.process is None:
                self.trace.context.process, self.trace.context.pid = found["name"], found["pid"]
        elif CLOSES.match(text):
            self._closed = True
        elif ACCESS.match(text) and not self.error.frames:
            self.error.message = f"{self.error.message or ''}\n{text.strip()}".strip()
        else:
            self._places = find_head(text) is not None or MARKS.match(text) is not None
            return self._places or KNOWN.match(text) is not None
        return True

    def _start_stack(self, text: str, behind: int) -> None:
        """A line ``Call Trace:``: another stack begins, unless the one of the program counter goes on."""
        self._stacks += 1
        if "stack backtrace" in text and self._is_of_locks:
            self._frames, self._title = None, None
        elif not self._counted and self._frames is not None:
            self._frames, self._title = None, self._title or text.strip().rstrip(":")
        if frame := read_frame(text[behind:]):
            self._add(frame)

    def _add(self, frame: Frame, *, counted: bool = False) -> None:
        if self._frames is None:
            self._frames = self._new_stack()
        last = self._frames[-1] if self._frames else None
        is_same = last is not None and (last.function, last.offset) == (frame.function, frame.offset)
        if is_same and self._counted and last is not None:
            last.file, last.line = last.file or frame.file, last.line or frame.line
        elif len(self._frames) < FRAMES_KEPT:
            self._frames.append(frame)
        self._counted = counted

    def _new_stack(self) -> list[Frame]:
        """The list for the frames of the stack that begins."""
        title, self._title = self._title, None
        if not self.error.frames and (title is None or not self._is_of_locks):
            if title is not None and title.startswith(_SAYS_MORE):
                self.error.message = f"{self.error.message or ''}\n{title}".strip()
            return self.error.frames
        frames: list[Frame] = []
        if len(self.error.related) < STACKS_KEPT:
            self.error.related.append(RelatedStack(title=(title or "Call Trace").rstrip(":"), frames=frames))
        return frames

    @property
    def _is_of_locks(self) -> bool:
        return self.head is not None and self.head.of_locks

    @property
    def _is_no_report(self) -> bool:
        """No head was met up to a second stack, and nothing printed the first one on its own account."""
        return self.head is None and self._stacks > 1 and not self._is_dump

    @property
    def _is_dump(self) -> bool:
        frames = self.error.frames
        return bool(frames) and frames[0].function in _DUMPS

    def _leave(self) -> None:
        """Leave the cursor behind the report, or on the head of another one among its lines."""
        self.lines.cursor.seek(self._end if self._foreign is None else min(self._end, self._foreign))

    def _pass_over(self, cursor: Cursor) -> None:
        if self._foreign is None and starts_report(cursor, self._start):
            self._foreign = cursor.offset

    def _finished(self) -> Trace | None:
        error, head = self.error, self.head
        if head is None:
            if not self._is_dump:
                return None
        elif not error.frames and not head.alone:
            return None
        elif head.file is not None:
            _set_place(error, head)
        if head is not None and not self._closed and not error.frames:
            self.trace.uncertain.append("The report ends before its stack.")
        return self.trace


def _set_place(error: Error, head: Head) -> None:
    """Set the place that the head names on the frame that it is of."""
    if head.function is not None:
        frame = next((each for each in error.frames if each.function == head.function), None)
    else:
        frame = next((each for each in error.frames if not is_machinery(each.function or "")), None)
    if frame is None and not error.frames:
        error.frames.append(Frame(function=head.function, file=head.file, line=head.line))
    elif frame is not None and frame.file is None:
        frame.file, frame.line = head.file, head.line
