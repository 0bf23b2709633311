"""Which parts of the errors in PHP's log vary: only their times.

PHP prints where an error was raised behind its message, and that tells two errors apart: what has the same
message is counted by its bytes.
"""

from __future__ import annotations

from .._grammar import Grammar

GRAMMAR = Grammar(
    heads=("{record}PHP Fatal error:  Uncaught {header}",),
    body=("Stack trace:", "#{frame}", "", "Next {header}", "  thrown in {place}"),
    fields=(
        ("header", r"[^\n]++(?<=\d)"),
        ("frame", r"\d++ [^\n]++"),
        ("place", r"[^\n]++(?<=\d)"),
    ),
)
