"""JavaScript: Node, Deno, Bun and browsers."""

from __future__ import annotations

from ...cursor import Cursor
from ...model import Trace
from .. import Format, NameRules, Runtime


def names() -> NameRules:
    from .names import NAMES

    return NAMES


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    from .reader import read

    return read(cursor)


RUNTIME = Runtime(
    name="javascript",
    title="JavaScript",
    names=names,
    versions="Node 20 and 24, Deno 2.9",
    reads="uncaught and logged errors with causes, members and properties, rejections, warnings with a stack",
    formats=(
        Format(
            name="javascript",
            title="JavaScript error",
            anchors=(
                b"   at ",
                b"Node.js v",
                b"Bun v",
                b" --trace-uncaught ...` to show where ",
                b"rror: Command failed",
                b": Uncaught ",
            ),
            read=read,
        ),
    ),
)
