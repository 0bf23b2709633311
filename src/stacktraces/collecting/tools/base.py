"""What a tool is, and the list of all."""

import sys

from ..basics import find_program
from ..request import Output, Request
from ..targets import Target

TOOLS = []  # type: list[Tool]


class Tool(object):
    """A program that shows the stacks of a process or a core file."""

    name = ""
    rank = 100  # the tools with the lowest rank are asked first
    solaris = False  # shows native stacks on Solaris, where the others do not
    evidence = b""  # is in its output as soon as that shows a stack
    runtime = ""  # the one whose stacks it shows, when it shows no native ones
    reads_cores = True
    traces = True  # stops the process as a debugger does
    shows_futexes = False  # prints the REM FUTEX lines itself, while the process is stopped
    is_built_in = False  # needs no program: look is called and not commands

    def look(self, target, request, output):
        # type: (Target, Request, Output) -> tuple[bool, str, float | None]
        """Write the stacks; return whether there are any, what is missing, how long it held the process."""
        raise NotImplementedError

    def close(self):
        # type: () -> None
        """Give back what a built-in tool keeps from one look to the next."""

    def find(self):
        # type: () -> str | None
        """Return the path of the program, None where there is none."""
        return self.name if self.is_built_in else find_program(self.name)

    def commands(self, program, target, request):
        # type: (str, Target, Request) -> list[tuple[list[str], bytes]]
        """Return each command line to run with what it reads on standard input."""
        raise NotImplementedError


def register(kind):
    # type: (type[Tool]) -> type[Tool]
    """Add a tool to those that are known, where it runs on this system."""
    if kind.runtime or kind.solaris == sys.platform.startswith("sunos"):
        TOOLS.append(kind())
    return kind


def known_tools():
    # type: () -> list[Tool]
    """Return the tools of this system, native ones first."""
    return sorted(TOOLS, key=lambda tool: (bool(tool.runtime), tool.rank))
