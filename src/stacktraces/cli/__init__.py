"""The command line: ``stacktraces COMMAND``, one module of this folder a command.

A module declares ``command``, a click command; its name is the module's, with dashes for underscores.
Modules whose name starts with an underscore are shared helpers. A command is imported when it is used.
"""

from __future__ import annotations

import gc
import importlib
import sys
from typing import NoReturn

ALLOCATIONS = 1_000_000
"""Objects between two looks for garbage: commands make little of it, and what is imported is none."""
INTERRUPTED = 130


def main() -> NoReturn:
    """The entry point ``stacktraces``."""
    _run("_root", "stacktraces", None)


def describe_script() -> NoReturn:
    """The entry point ``describe.py``."""
    _run("describe", "first_version_command", "describe.py")


def describe_python_log_script() -> NoReturn:
    """The entry point ``describe_python_log.py``."""
    _run("describe_python_log", "command", "describe_python_log.py")


def describe_python_stacktrace_script() -> NoReturn:
    """The entry point ``describe_python_stacktrace.py``."""
    _run("trace", "command", "describe_python_stacktrace.py")


def _run(module: str, command: str, name: str | None) -> NoReturn:
    """Run a command as the whole of a process; Ctrl-C ends it quietly, be it within the imports."""
    try:
        gc.set_threshold(ALLOCATIONS)
        from ._run import end_quietly, run

        code = run(getattr(importlib.import_module(f"{__name__}.{module}"), command), name=name)
        end_quietly()
    except KeyboardInterrupt:
        code = INTERRUPTED
    sys.exit(code)
