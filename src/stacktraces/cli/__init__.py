"""The command line: ``stacktraces COMMAND``, one module of this folder a command.

A module declares ``command``, a click command; its name is the module's, with dashes for underscores.
Modules whose name starts with an underscore are shared helpers. A command is imported when it is used.
"""

from __future__ import annotations

import gc

ALLOCATIONS = 1_000_000
"""Objects between two looks for garbage: commands make little of it, and what is imported is none."""


def main() -> None:
    """The entry point ``stacktraces``."""
    gc.set_threshold(ALLOCATIONS)
    from ._root import stacktraces
    from ._run import run_and_exit

    run_and_exit(stacktraces)
