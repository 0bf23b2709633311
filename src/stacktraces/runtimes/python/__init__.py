"""Python: CPython 2.7 to 3.14, what its tools print, and snapshots of its processes."""

from __future__ import annotations

from .. import NameRules, Runtime, formats_in


def names() -> NameRules:
    from .names import NAMES

    return NAMES


def starts_trace(line: str, following: str) -> bool:
    """See :attr:`stacktraces.runtimes.Runtime.starts`."""
    return line.startswith("Traceback (most recent call last):")


RUNTIME = Runtime(
    name="python",
    title="Python",
    names=names,
    formats=formats_in(f"{__name__}.formats"),
    starts=starts_trace,
)
