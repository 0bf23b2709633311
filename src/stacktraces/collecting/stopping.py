"""Holding all threads of a process for a moment, by ptrace(2).

When we end, in whatever way, the kernel lets them go on.
"""

import os
import time

from .basics import now
from .processes import states_of

try:
    import ctypes
except ImportError:  # a Python that was built without it
    ctypes = None  # type: ignore[assignment]  # asked for before it is used

PTRACE_SEIZE, PTRACE_INTERRUPT, PTRACE_DETACH = 0x4206, 0x4207, 17
WAIT_ALL = 0x40000000  # __WALL: threads too
EVENT_STOP = 128  # a stop that we asked for, not one by a signal on its way to the thread
MOST_ROUNDS = 20
STOPPING = 0.3  # seconds after which a thread that does not stop is let go


class Stopper(object):
    """The threads of a process that are held, with the signals that were on their way to them."""

    def __init__(self, pid):
        # type: (int) -> None
        self.pid = pid
        self.held = {}  # type: dict[int, int]
        self.running = set()  # type: set[int]
        self.begun = 0.0
        self.seconds = 0.0
        self.ptrace = None
        if ctypes is not None and hasattr(os, "WSTOPSIG"):
            library = ctypes.CDLL(None, use_errno=True)
            self.ptrace = getattr(library, "ptrace", None)
        if self.ptrace is not None:
            self.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
            self.ptrace.restype = ctypes.c_long

    def hold(self):
        # type: () -> bool
        """Hold all threads; False where the kernel does not permit it or ptrace cannot be called."""
        if self.ptrace is None:
            return False
        # Who is in uninterruptible sleep would not stop, and cannot run either.
        asleep = set(state.lwp for state in states_of(self.pid) if state.letter == "D")
        self.begun = now()
        for _ in range(MOST_ROUNDS):
            new = [each for each in self.threads() if each not in self.held and each not in asleep]
            if not new:
                return bool(self.held or asleep)
            seized = [thread for thread in new if self.seize(thread)]
            if not seized and not self.held:
                return False
            self.running.update(seized)
            for thread in seized:
                self.wait(thread, self.begun + STOPPING)
            if self.running:
                break
        return bool(self.held)

    def threads(self):
        # type: () -> list[int]
        try:
            return sorted(int(name) for name in os.listdir("/proc/%d/task" % self.pid))
        except OSError:
            return []

    def seize(self, thread):
        # type: (int) -> bool
        if self.ptrace(PTRACE_SEIZE, thread, None, None) != 0:  # type: ignore[misc]  # held only where there is one
            return False
        self.ptrace(PTRACE_INTERRUPT, thread, None, None)  # type: ignore[misc]  # as above
        return True

    def wait(self, thread, deadline):
        # type: (int, float) -> None
        """Wait until a thread has stopped, which one in uninterruptible sleep may never do."""
        pause = 0.0
        while now() < deadline:
            try:
                found, status = os.waitpid(thread, WAIT_ALL | os.WNOHANG)
            except OSError:  # it has ended
                self.running.discard(thread)
                return
            if found:
                self.running.discard(thread)
                if os.WIFSTOPPED(status):
                    self.held[thread] = 0 if status >> 16 == EVENT_STOP else os.WSTOPSIG(status)
                return
            time.sleep(pause)
            pause = 0.001

    def let_go(self):
        # type: () -> None
        """Let the threads go on, each with the signal that was on its way to it."""
        deadline = now() + STOPPING
        for thread in sorted(self.running):
            self.wait(thread, deadline)
        for thread, number in self.held.items():
            self.ptrace(PTRACE_DETACH, thread, None, number)  # type: ignore[misc]  # as above
        if self.begun:
            self.seconds = now() - self.begun
        self.held.clear()
