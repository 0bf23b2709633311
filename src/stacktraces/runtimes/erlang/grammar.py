"""Which parts of Elixir's exceptions vary: messages, and the log's own text before the header.

Erlang's terms hold what tells two errors apart among values: its reports are read each time.
"""

from __future__ import annotations

from .._grammar import Grammar

GRAMMAR = Grammar(
    heads=("** ({type}) {message:rest}", "{record}** ({type}) {message:rest}"),
    body=("    {frame}",),
    fields=(("type", r"[A-Z][\w.]*+(?<=Error)"), ("frame", r"[^\s*][^\n]*+")),
)
