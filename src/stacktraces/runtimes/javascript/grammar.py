"""Which parts of the errors that V8 prints vary: messages, and the log's own text before the header."""

from __future__ import annotations

from .._grammar import Grammar

GRAMMAR = Grammar(
    heads=("{type}: {message:rest}", "{type}", "{record}{type}: {message:rest}"),
    body=("    at {frame}",),
    fields=(
        # Of a warning, the message may name the error that is meant.
        ("type", r"[A-Za-z_$][\w$.]*+(?:(?<=Error)|(?<=Exception))(?: \[[^\]\s]{1,80}\])?+"),
        # Behind a brace or a comma the properties of the error follow.
        ("frame", r"[^\n]*+(?<=[)>\d])"),
    ),
    doubts=((": ", "Thrown at:"),),
    # The header may stand in the log line, or an excerpt of the source may end there.
    doubts_before=(
        *("Error", "Exception", "Warning", "Rejection", "Failure", "Fault", "Abort", "Timeout", "Trace"),
        "^",
    ),
)
