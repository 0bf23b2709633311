"""The threads that wait in the kernel."""

import os

from .basics import as_text, read_bytes

FUTEX_CALLS = {"x86_64": 202, "aarch64": 98}


class Waiting(object):
    """A thread that is in a system call: a futex wait has arguments."""

    def __init__(self, lwp, stack, arguments):
        # type: (int, int, tuple[int, ...]) -> None
        self.lwp = lwp
        self.stack = stack
        self.arguments = arguments


def threads_of(pid):
    # type: (int) -> list[Waiting]
    """Return the threads that are in a system call, as the kernel tells without stopping them."""
    found = []
    for name in os.listdir("/proc/%d/task" % pid):
        fields = as_text(read_bytes("/proc/%d/task/%s/syscall" % (pid, name))).split()
        if len(fields) == 9:
            values = tuple(int(field, 16) for field in fields[1:])
            waits = fields[0] == str(FUTEX_CALLS.get(os.uname()[4]))
            found.append(Waiting(int(name), values[6], waits and values[:4] or ()))
    return sorted(found, key=lambda thread: thread.lwp)
