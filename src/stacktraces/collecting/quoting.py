"""What a tool prints, told from what is ours."""

import binascii
import os

from .basics import as_bytes, as_text


class Quoting(object):
    """Tells the lines that a tool prints from ours, which begin with REM.

    A name in the process may hold a line end and what looks like a line of ours: such a line gets a
    backslash before it, as does one that begins with a terminal's code, which readers drop. A line that
    begins with the mark was printed on our behalf, and becomes one of ours.
    """

    def __init__(self, mark):
        # type: (str) -> None
        self.mark = as_bytes(mark + " ")
        self.held = b""  # the start of a line that may yet become one of ours
        self.within = False  # a line whose start was let through

    def take(self, chunk):
        # type: (bytes) -> bytes
        """Return what of the output can be written when this much more of it has come."""
        lines = (self.held + chunk).split(b"\n")
        last = lines.pop()
        done = []
        for line in lines:
            done.append((line if self.within else self.quoted(line)) + b"\n")
            self.within = False
        self.held = b""
        if self.within:
            done.append(last)
        elif len(last) < len(self.mark):
            self.held = last
        else:
            done.append(self.quoted(last))
            self.within = True
        return b"".join(done)

    def quoted(self, line):
        # type: (bytes) -> bytes
        if line.startswith(self.mark):
            return b"REM " + line[len(self.mark) :]
        return b"\\" + line if line.startswith((b"REM", b"\x1b")) else line


def new_mark():
    # type: () -> str
    """Return a word that no process can have been told of."""
    return as_text(binascii.hexlify(os.urandom(16)))
