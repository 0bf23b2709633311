"""The plain case: a traceback, or a chain of them, between two log records.

What could be read in another way is left to the reader: a message that says which type is meant
(``stacktraces.runtimes.python.names.error``), a type with letters beyond ASCII, colours.
"""

from __future__ import annotations

from ...log_records.records import LEVELS
from .._grammar import Grammar
from .syntax import CHAIN_LINES

GRAMMAR = Grammar(
    heads=("Traceback (most recent call last):",),
    body=("  {frame}",),
    tails=("{type}: {message:rest}", "{type}:", "{type}"),
    links=tuple(f"\n{line}\n" for line in CHAIN_LINES),
    fields=(("type", rf"(?!(?:{LEVELS})\b)[A-Za-z_][\w.]*+"),),
    doubts=(
        *((f"{name}Error: ", "[") for name in ("IO", "OS", "Environment", "Windows")),
        ("error: ", "["),
        ("ImportError: ", "No module"),
        ("ValueError: ", "No JSON"),
        ("ValueError: ", ": line "),
        ("RuntimeError: ", "maximum recursion"),
    ),
)
