"""Which parts of Rust's panics vary: numbers of threads, messages and addresses; never functions and places.

A panic without a backtrace is told by its message, and is read each time.
"""

from __future__ import annotations

from .._grammar import Grammar

_BACKTRACE = "stack backtrace:"
_NUMBERED = f"thread '{{thread:text}}' ({{id:digits}}) panicked at {{place}}:\n{{message:rest}}\n{_BACKTRACE}"
_NAMED = f"thread '{{thread:text}}' panicked at {{place}}:\n{{message:rest}}\n{_BACKTRACE}"

GRAMMAR = Grammar(
    heads=(
        f"\n{_NUMBERED}",
        f"\n{_NAMED}",
        _NUMBERED,
        _NAMED,
        f"thread '{{thread:text}}' panicked at '{{message:text}}', {{place}}\n{_BACKTRACE}",
    ),
    body=(
        "{index}: {symbol}",
        "{index}:     0x{address:hex} - {symbol}",
        "{index}:                0x0 - {symbol}",
        "             at {file}",
        "                               at {file}",
        "note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.",
    ),
    fields=(
        ("place", r"[^\s':]++:\d++(?::\d++)?+"),
        ("file", r"[^ \n][^\n]*+"),
        ("index", r" {1,4}\d++"),
        ("symbol", r"[^ \n][^\n]*+"),
    ),
)
