"""Python tracebacks as CPython prints them, 2.7 to 3.14."""

from __future__ import annotations

from ... import Format
from ..grammar import GRAMMAR
from ..long import go_on
from ..reader import NAME, read

FORMAT = Format(
    name=NAME,
    title="Python traceback",
    anchors=(
        b"Traceback (most recent call last):",
        b"Stack (most recent call last):",
        b"Call stack:",
        b"Object allocated at (most recent call ",
        b"The above exception was the direct cause of the following exception:",
        b"During handling of the above exception, another exception occurred:",
        b"Exception ignored ",
        b"SyntaxError: ",
        b"IndentationError: ",
        b"TabError: ",
        b"> ignored",
        b"Unhandled error (suppress with ",
        b"Exception occurred:",
    ),
    read=read,
    grammar=GRAMMAR,
    go_on=go_on,
)
