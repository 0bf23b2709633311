"""How long a process is held, and what can be read by now."""

import errno
import select

from .basics import now, read_bytes


class Watch(object):
    """Measures how long a live process is held by a tracer, by looking every few milliseconds."""

    def __init__(self, pid):
        # type: (int | None) -> None
        self.pid = pid
        self.path = "/proc/%d/status" % (pid or 0)
        self.first = None  # type: float | None
        self.last = 0.0
        self.looked = 0.0

    def look(self):
        # type: () -> None
        moment = now()
        if moment - self.looked < 0.005:
            return
        self.looked = moment
        content = read_bytes(self.path)
        if b"TracerPid:" in content and b"TracerPid:\t0\n" not in content:
            self.last = moment
            if self.first is None:
                self.first = moment


def is_readable(descriptor, seconds):
    # type: (int, float) -> bool
    try:
        return bool(select.select([descriptor], [], [], seconds)[0])
    except select.error as reason:  # before Python 3.5 any signal ends the wait
        if reason.args[0] != errno.EINTR:
            raise
        return False
