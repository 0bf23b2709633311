"""Which parts of .NET's exceptions vary: messages, and the log's own text before the header."""

from __future__ import annotations

from .._grammar import Grammar

_INNER = "\n ---> {type}: {message:rest}"
_HEADS = (
    "Unhandled exception. {type}: {message:rest}",
    "{type}: {message:rest}",
    "{record}{type}: {message:rest}",
)

GRAMMAR = Grammar(
    # The stacks follow the headers of all inner exceptions.
    heads=tuple(head + _INNER * inner for head in _HEADS for inner in (2, 1, 0)),
    body=(
        "   at {frame}",
        "   --- End of inner exception stack trace ---",
        "--- End of stack trace from previous location ---",
        "--- End of stack trace from previous location where exception was thrown ---",
    ),
    fields=(
        ("type", r"(?:[A-Za-z_]\w*+[.+])++[A-Za-z_]\w*+(?:(?<=Exception)|(?<=Error))"),
        ("frame", r"[^\s()]++\([^()\n]*+\)(?: in [^\n]++)?+"),
    ),
    doubts=(
        # Behind the message an inner exception may stand, or the end of a member.
        (": ", "--->"),
        (": ", "<---"),
        # The header stands behind these words, wherever they are on the line.
        (": ", "nhandled "),
    ),
    doubts_before=("nhandled ", "UNHANDLED"),
)
