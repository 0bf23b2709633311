"""Who waits for which lock, as lines of the output."""

import struct
import sys

from .memory import Memory
from .processes import has_proc
from .python_locks import python_locks
from .request import Output
from .targets import Target
from .tools.base import Tool
from .waiting import Waiting, threads_of


def write_waits(output, tool, target, with_python):
    # type: (Output, Tool, Target, bool) -> None
    """Write who waits for which lock, of Python's too if wanted, as far as the kernel and the memory tell."""
    pid = target.pid or 0
    if not has_proc() or sys.maxsize < 2**32 or sys.byteorder != "little":
        return
    try:
        memory = Memory(pid)
        threads = threads_of(pid)
    except EnvironmentError:  # not permitted, or the process has ended
        return
    try:
        if not tool.shows_futexes:
            for thread in threads:
                write_futex(output, memory, thread)
        if with_python and target.runtime() == "python":
            for thread, line in python_locks(memory, threads):
                output.remark("PYLOCK", "lwp=%d %s" % (thread.lwp, line))
    finally:
        memory.close()


def write_futex(output, memory, thread):
    # type: (Output, Memory, Waiting) -> None
    if thread.arguments:
        address, operation, value, timeout = thread.arguments
        data = memory.read(address, 20)
        words = " ".join(str(word) for word in struct.unpack_from("<%di" % (len(data) // 4), data))
        numbers = (thread.lwp, address, operation & 0xFFFFFFFF, value & 0xFFFFFFFF, words, timeout)
        if words:
            output.remark("FUTEX", "lwp=%d address=0x%x op=%d value=%d words=%s timeout=0x%x" % numbers)
