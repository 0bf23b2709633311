"""What was read of CPython, as lines of text."""

import re
import sys

from ..basics import as_bytes, one_line
from .frames import PythonFrame, Stack
from .tasks import Task
from .threads import Interpreter, PythonThread


def report(interpreter, pid, threads, tasks, more_tasks):
    # type: (Interpreter, int, list[PythonThread], list[Task], int) -> bytes
    """Return the threads and tasks of a process as text: frames stand innermost first."""
    found = interpreter.found
    lines = ["CPython %s in process %d, by collect.py" % (found.name(), pid)]
    for thread in threads:
        lines.append(heading(thread, len(found.interpreters)))
        lines += stack_lines(thread.stack)
    for task in tasks:
        waits = "".join(" awaits 0x%x" % address for address in task.awaits)
        lines.append('Task 0x%x "%s"%s' % (task.address, task.name, waits))
        lines += frame_lines(task.frames)
    if more_tasks:
        lines.append("... and %d more tasks" % more_tasks)
    text = "".join(one_line(line) + "\n" for line in lines)
    # Whatever the locale is: Python's names are any text.
    return text.encode("utf-8", "replace") if sys.version_info >= (3,) else as_bytes(text)


def heading(thread, interpreters):
    # type: (PythonThread, int) -> str
    """Return the line above a thread's frames: who it is, and what it does besides."""
    words = ["Thread"]
    if thread.lwp:
        words.append(str(thread.lwp))
    words.append("0x%x" % thread.handle)
    if interpreters > 1:
        words.append("interpreter=%d" % thread.interpreter)
    if thread.has_gil:
        words.append("gil=held")
    elif thread.awaits_gil:
        words.append("gil=awaited")
    if thread.handles:
        words.append("handles=%s" % re.sub(r"[\s\"]", "_", thread.handles))
    if thread.name:
        words.append('"%s"' % thread.name)
    return " ".join(words)


def stack_lines(stack):
    # type: (Stack) -> list[str]
    lines = frame_lines(stack.frames)
    if stack.more:
        lines.append("  ... and %d more frames" % stack.more)
    if not stack.is_whole:
        lines.append("  ... and what lies behind cannot be read")
    return lines


def frame_lines(frames):
    # type: (list[PythonFrame]) -> list[str]
    return [
        "  #%d %s (%s:%s)%s"
        % (
            number,
            frame.code.name or "?",
            frame.code.file or "?",
            frame.line or "?",
            " from C" if frame.is_entry else "",
        )
        for number, frame in enumerate(frames)
    ]
