"""The plain case: a traceback, or a chain of them, between two log records, each message of one line.

The scanner takes it with one match and looks its ``stack`` up. What it takes must be what the reader
would take, so all that could be read in another way is left to the reader: a message that says which
type is meant (``stacktraces.runtimes.python.names.error``), a type with letters beyond ASCII, colours.
"""

from __future__ import annotations

from ...log_records.records import LEVELS
from .records import RECORD_START
from .syntax import CHAIN_LINES

_TELLING_MESSAGE = (
    r"(?:\w+\.)*(?:\w*(?:IOError|OSError|EnvironmentError|WindowsError|error): \["
    r"|ImportError: No module|ValueError: (?:No JSON|[^\n]{0,300}: line \d)|RuntimeError: maximum recursion)"
)
_CHAIN_LINE = "|".join(CHAIN_LINES)

BLOCK = (
    r"(?P<stack>Traceback \(most recent call last\):\n"
    r"(?:  [^\n]*+\n)++"
    rf"(?!(?:{LEVELS})\b|{_TELLING_MESSAGE})[A-Za-z_][\w.]*+(?::(?= )|(?=\n)))"
    r"(?: [^\n]*+)?\n"
    rf"(?:(?P<link>\n(?:{_CHAIN_LINE})\n\n)(?=Traceback \(most)|(?={RECORD_START}))"
).encode()

BEFORE = RECORD_START.encode()

TELLING = (
    *((name + b"Error: ", b"[") for name in (b"IO", b"OS", b"Environment", b"Windows")),
    (b"error: ", b"["),
    (b"ImportError: ", b"No module"),
    (b"ValueError: ", b"No JSON"),
    (b"ValueError: ", b": line "),
    (b"RuntimeError: ", b"maximum recursion"),
)
