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
    formats=(
        Format(
            name="javascript",
            title="JavaScript stack trace",
            anchors=(b"   at ", b"Node.js v", b" --trace-uncaught ...` to show where "),
            read=read,
        ),
    ),
)
