"""The reader of CPython's own structures, which needs no program."""

import errno
import os
import sys

from ..basics import now
from ..cpython.finding import find_python
from ..cpython.report import report
from ..cpython.tasks import read_tasks
from ..cpython.threads import Interpreter, PythonThread
from ..explaining import explain_refusal, is_same
from ..images import core_images, live_images
from ..memory import CoreMemory, Memory
from ..processes import has_proc, read_status, status_of
from ..python_locks import python_locks
from ..request import Output, Request
from ..stopping import Stopper
from ..targets import Target
from ..waiting import Waiting, core_threads, threads_of
from .base import Tool, register

MOST_SECONDS = 10.0  # to read the threads, and again for the tasks


class Opened(object):
    """A target whose CPython is known, to be looked at as often as is wanted."""

    def __init__(self, target):
        # type: (Target) -> None
        self.key = (target.pid, target.corefile, target.start)
        self.interpreter = None  # type: Interpreter | None
        self.reason = "this system cannot read a process as that needs"
        self.memory = None  # type: Memory | None
        self.is_refused = False
        if sys.maxsize < 2**32 or sys.byteorder != "little" or not (has_proc() or target.corefile):
            return
        try:
            if target.corefile is not None:
                core = CoreMemory(target.corefile)
                self.memory, mapped = core, core_images(core)
            else:
                self.memory = Memory(target.pid or 0)
                mapped = live_images(self.memory, target.pid or 0)
        except (EnvironmentError, ValueError) as reason:
            self.reason = "its memory cannot be read"
            self.is_refused = getattr(reason, "errno", None) in (errno.EACCES, errno.EPERM)
            return
        found, self.reason = find_python(self.memory, mapped)
        if found is not None:
            self.interpreter = Interpreter(self.memory, found)


@register
class CPython(Tool):
    name = "cpython"
    rank = 55
    evidence = b"\nThread "
    runtime = "python"
    is_built_in = True

    def __init__(self):
        # type: () -> None
        self.opened = None  # type: Opened | None

    def open(self, target):
        # type: (Target) -> Opened
        if self.opened is None or self.opened.key != (target.pid, target.corefile, target.start):
            self.close()
            self.opened = Opened(target)
        return self.opened

    def close(self):
        # type: () -> None
        if self.opened is not None and self.opened.memory is not None:
            self.opened.memory.close()
        self.opened = None

    def look(self, target, request, output):
        # type: (Target, Request, Output) -> tuple[bool, str, float | None]
        opened = self.open(target)
        interpreter = opened.interpreter
        if interpreter is None:
            self.write_locks(target, opened, output)
            return False, cannot_read(target, opened), None
        pid = target.pid or 0
        memory = interpreter.memory
        waiting = waiting_threads(target, memory)
        stopper = Stopper(pid) if target.is_live() and not request.nonblocking else None
        try:
            is_held = stopper is not None and stopper.hold()
            memory.forget()
            memory.deadline = now() + min(request.timeout, MOST_SECONDS)
            interpreter.frames.forget()
            interpreter.is_running = target.is_live() and not is_held
            threads = interpreter.threads(ids(target, waiting), addresses(waiting))
        finally:
            if stopper is not None:
                stopper.let_go()
        memory.deadline = now() + min(request.timeout, MOST_SECONDS)
        interpreter.name(threads)
        tasks, more = read_tasks(interpreter)
        output.write(report(interpreter, pid, threads, tasks, more))
        for waiter, line in python_locks(memory, waiting, frames_of(interpreter, threads)):
            output.remark("PYLOCK", "lwp=%d %s" % (waiter.lwp, line))
        held = None if stopper is None else stopper.seconds
        return bool(threads), what_is_missing(target, interpreter, stopper), held

    def write_locks(self, target, opened, output):
        # type: (Target, Opened, Output) -> None
        """Write what can be told of Python's locks where its threads cannot be read."""
        if opened.memory is not None and target.is_live():
            for waiter, line in python_locks(opened.memory, waiting_threads(target, opened.memory)):
                output.remark("PYLOCK", "lwp=%d %s" % (waiter.lwp, line))


def waiting_threads(target, memory):
    # type: (Target, Memory) -> list[Waiting]
    """Return the threads that are in a system call, of a live process or a core file."""
    if isinstance(memory, CoreMemory):
        return core_threads(memory)
    try:
        return threads_of(target.pid or 0)
    except EnvironmentError:  # it has ended
        return []


def ids(target, waiting):
    # type: (Target, list[Waiting]) -> dict[int, int]
    """Return the kernel's ids of a target's threads, by the ids that these have in their own namespace."""
    if not target.is_live():
        return dict((thread.lwp, thread.lwp) for thread in waiting)
    folder = "/proc/%d/task" % (target.pid or 0)
    try:
        threads = [int(name) for name in os.listdir(folder)]
    except OSError:
        return {}
    if len(status_of(target.pid or 0).get("NSpid", "").split()) < 2:
        return dict((thread, thread) for thread in threads)
    found = {}
    for thread in threads:
        inner = read_status("%s/%d/status" % (folder, thread)).get("NSpid", "").split()
        if inner:
            found[int(inner[-1])] = thread
    return found


def addresses(waiting):
    # type: (list[Waiting]) -> dict[int, int]
    """Return the address in memory that each thread waits at."""
    return dict((thread.lwp, thread.arguments[0]) for thread in waiting if thread.arguments)


def frames_of(interpreter, threads):
    # type: (Interpreter, list[PythonThread]) -> dict[int, list[tuple[int, int]]]
    """Return where the values of each thread's frames stand, by its id: addresses and counts of words."""
    return dict(
        (thread.lwp, [interpreter.frames.values(frame) for frame in thread.stack.frames])
        for thread in threads
        if thread.lwp
    )


def what_is_missing(target, interpreter, stopper):
    # type: (Target, Interpreter, Stopper | None) -> str
    if target.is_live() and not is_same(target):
        return "Process %s ended while it was looked at. Choose one that still runs." % target.pid
    if interpreter.cut:
        return "The list of Python's threads cannot be read to its end, so some may be missing."
    if stopper is not None and interpreter.is_running:
        return (
            "The threads could not be held while they were read: what is said of those that ran may be wrong."
        )
    if interpreter.moved:
        return (
            "%d threads ran while they were read: their frames may be of different moments."
            % interpreter.moved
        )
    return ""


def cannot_read(target, opened):
    # type: (Target, Opened) -> str
    if opened.is_refused and target.is_live():
        return explain_refusal(target)
    return "The Python frames of %s cannot be read: %s. Use another --tool." % (
        target.describe(),
        opened.reason,
    )
