"""Whether output is to have colours."""

from __future__ import annotations

import os
import sys

_NO = frozenset({"0", "false", "no", "never"})


def wants_color(option: str = "auto") -> bool:
    """Whether to write colours to standard output: as ``--color`` says, else as the environment does.

    NO_COLOR (https://no-color.org) comes before FORCE_COLOR (https://force-color.org) and CLICOLOR_FORCE,
    these before CLICOLOR (https://bixense.com/clicolors). What none of them tells, a terminal does.
    """
    if option != "auto":
        return option == "always"
    environment = os.environ.get
    if environment("NO_COLOR"):
        return False
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE"):
        if value := environment(name):
            return value.lower() not in _NO
    if environment("CLICOLOR") == "0" or environment("TERM") == "dumb":
        return False
    return sys.stdout.isatty()
