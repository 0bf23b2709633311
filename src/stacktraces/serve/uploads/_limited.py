"""Runs a command with limits: ``python -m stacktraces.serve.uploads._limited SECONDS BYTES COMMAND...``.

A module of its own, since limits set between fork and exec are not safe in a process with threads.
"""

from __future__ import annotations

import os
import resource
import sys

_FIRST_VERSION = "from stacktraces.cli import describe_script; describe_script()"


def main() -> None:
    """Become ``COMMAND``, with at most ``SECONDS`` of processor time, and ``BYTES`` of address space."""
    seconds, size, *command = sys.argv[1:]
    for limit, value in (
        (resource.RLIMIT_CPU, int(seconds)),
        (resource.RLIMIT_AS, int(size)),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(limit)
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (most, most))
    program = ["-c", _FIRST_VERSION] if command[0] == "describe.py" else ["-m", "stacktraces"]
    os.execv(sys.executable, [sys.executable, *program, *command[command[0] == "describe.py" :]])


if __name__ == "__main__":
    main()
