"""The threads that wait in the kernel."""

import os
import struct

from .basics import as_text, read_bytes
from .memory import CoreMemory

FUTEX_CALLS = {"x86_64": 202, "aarch64": 98}
# Of struct elf_prstatus: where the thread's id stands, where its registers begin, its size on x86-64.
PRSTATUS_LWP, PRSTATUS_REGISTERS, PRSTATUS_X86_64 = 32, 112, 336


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


def core_threads(memory):
    # type: (CoreMemory) -> list[Waiting]
    """Return the threads of a core file; on x86-64 with the address that each waits at."""
    found = []
    for note in memory.thread_notes():
        if len(note) < PRSTATUS_REGISTERS:
            continue
        lwp = struct.unpack_from("<i", note, PRSTATUS_LWP)[0]
        registers = (
            struct.unpack_from("<27Q", note, PRSTATUS_REGISTERS) if len(note) == PRSTATUS_X86_64 else ()
        )
        if not registers:
            found.append(Waiting(lwp, 0, ()))
            continue
        r10, rdx, rsi, rdi, call, stack = [registers[index] for index in (7, 12, 13, 14, 15, 19)]
        waits = call == FUTEX_CALLS["x86_64"]
        found.append(Waiting(lwp, stack, (rdi, rsi, rdx, r10) if waits else ()))
    return sorted(found, key=lambda thread: thread.lwp)
