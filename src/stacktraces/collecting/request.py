"""What is asked for, where it is written to, and what came of it."""

import os

from .basics import DEFAULT_TIMEOUT, MOST_REMARK, CollectError, as_bytes, one_line
from .launching import Guard


class Request(object):
    """What is wanted: a live process (pid) or a core file, and how to look at it."""

    def __init__(
        self, pid=None, corefile=None, exe=None, tools=(), timeout=DEFAULT_TIMEOUT, with_locals=True
    ):
        # type: (int | None, str | None, str | None, tuple[str, ...], float, bool) -> None
        self.pid = pid
        self.corefile = corefile
        self.exe = exe
        self.tools = tools
        self.timeout = timeout
        self.with_locals = with_locals
        self.children = False
        self.samples = 1
        self.nonblocking = False
        self.interval = 1.0
        self.command = "collect.py"
        self.guard = None  # type: Guard | None
        self.mark = ""  # begins the lines that a tool prints on our behalf; nobody can foretell it


class Result(object):
    """Whether any stack was seen, or a thread that nobody can stop (asleep); what is missing, and notes."""

    def __init__(self):
        # type: () -> None
        self.found = False
        self.asleep = False
        self.problems = []  # type: list[str]
        self.notes = []  # type: list[str]


class Output(object):
    """Where the sections go: an open file, with its path while it is one to take away on failure."""

    def __init__(self, descriptor, unfinished=""):
        # type: (int, str) -> None
        self.descriptor = descriptor
        self.unfinished = unfinished

    def write(self, data):
        # type: (bytes) -> None
        while data:
            try:
                data = data[os.write(self.descriptor, data) :]
            except OSError as reason:
                raise CollectError(
                    "Cannot write the output: %s. Free some space or give another file with -l."
                    % reason.strerror
                )

    def remark(self, word, text):
        # type: (str, str) -> None
        """Write a line of our own, unless there is nothing to say."""
        if text:
            self.write(as_bytes("REM %s %s\n" % (word, one_line(text)[:MOST_REMARK])))
