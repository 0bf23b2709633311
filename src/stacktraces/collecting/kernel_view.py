"""What the kernel alone knows of threads that no debugger can stop, in the words of gdb."""

import re

from .basics import as_bytes, as_text, one_line, read_bytes
from .processes import ThreadState
from .request import Output
from .targets import Target

MOST_KERNEL_FRAMES = 64


def write_kernel_view(output, target, states):
    # type: (Output, Target, list[ThreadState]) -> None
    """Write each thread with where it is in the kernel, as far as this user may know it."""
    output.remark("VIEW", "of the kernel: no debugger could stop the threads")
    for number, state in reversed(list(enumerate(states, 1))):
        folder = "/proc/%d/task/%d/" % (target.pid or 0, state.lwp)
        name = one_line(as_text(read_bytes(folder + "comm")).strip()).replace('"', "'")
        output.write(as_bytes('\nThread %d (LWP %d "%s"):\n' % (number, state.lwp, name)))
        functions = kernel_functions(as_text(read_bytes(folder + "stack")))
        for position, function in enumerate(functions or [state.wchan or "??"]):
            output.write(as_bytes("#%-2d %s () from kernel\n" % (position, function)))


def kernel_functions(text):
    # type: (str) -> list[str]
    """Return the functions of /proc/PID/stack, the innermost first; none where it may not be read."""
    return re.findall(r"(?m)^\[<[0-9a-f]+>\] ([\w.]+)\+0x", text)[:MOST_KERNEL_FRAMES]
