"""Python: CPython 2.7 to 3.14, what its tools print, and snapshots of its processes."""

from __future__ import annotations

from .. import NameRules, Runtime, formats_in
from .trace_lines import TRACE_LINES


def names() -> NameRules:
    from .names import NAMES

    return NAMES


RUNTIME = Runtime(
    name="python", title="Python", names=names, formats=formats_in(f"{__name__}.formats"), lines=TRACE_LINES
)
