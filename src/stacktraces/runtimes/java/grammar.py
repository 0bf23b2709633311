"""Which parts of Java's exceptions vary: messages, threads' names, and the log's own text before a header."""

from __future__ import annotations

from .._grammar import Grammar

_CLASS = r"(?:[A-Za-z_$][\w$]*+\.)++[A-Z][\w$]*+"
_FAILURE = rf"{_CLASS}(?:(?<=Exception)|(?<=Error))"

GRAMMAR = Grammar(
    heads=(
        'Exception in thread "{thread:text}" {type}: {message:rest}',
        'Exception in thread "{thread:text}" {type}',
        "{type}: {message:rest}",
        "{type}",
        "{record}{failure}: {message:rest}",
    ),
    body=(
        "\tat {frame}",
        "\t... {count} more",
        "\t... {count} common frames omitted",
        "\t\tat {frame}",
        "\t\t... {count} more",
        "\t\t... {count} common frames omitted",
        "Caused by: {type}: {message:rest}",
        "Caused by: {type}",
        "\tSuppressed: {type}: {message:rest}",
        "\tSuppressed: {type}",
    ),
    fields=(
        ("type", _CLASS),
        ("failure", _FAILURE),
        ("frame", r"[^\s()]++\([^()\n]++\)(?: ~?\[[^\[\]\n]*+\])?+"),
        ("count", r"\d++"),
    ),
    doubts=(
        # What Python prints is Python's, though a message of Java's holds it.
        (": ", "Traceback (most recent"),
        # The header of an exception that nobody caught counts wherever it stands on its line.
        (": ", "Exception in thread "),
        ("java.lang.Exception: ", "Stack trace"),
    ),
    # The header stands there already.
    doubts_before=("Exception in thread",),
)
