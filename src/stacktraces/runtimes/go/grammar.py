"""Which parts of Go's stacks vary: numbers of goroutines, arguments, messages; never functions and places."""

from __future__ import annotations

from .._grammar import Grammar

_GOROUTINE = "goroutine {id:digits} [{state}]:"
_SIGNAL = "[signal {signal}: {kind} code=0x{code} addr=0x{address:hex} pc=0x{counter}]"

GRAMMAR = Grammar(
    heads=(
        f"panic: {{message:rest}}\n\n{_GOROUTINE}",
        f"panic: {{message:rest}}\n{_SIGNAL}\n\n{_GOROUTINE}",
        f"fatal error: {{message:rest}}\n\n{_GOROUTINE}",
        f"{{record}}http: panic serving {{address:text}}:{{port:digits}}: {{message:rest}}\n{_GOROUTINE}",
        f"{{record}}http: panic serving [{{address:text}}]:{{port:digits}}: {{message:rest}}\n{_GOROUTINE}",
        f"{{record}}panic: {{message:rest}}\n{_GOROUTINE}",
        _GOROUTINE,
    ),
    body=(
        "\t{place}",
        "\t{place} fp=0x{register:hex} sp=0x{register:hex} pc=0x{counter}",
        "created by {creator}",
        "created by {creator} in goroutine {id:digits}",
        "{function}({arguments:values})",
    ),
    fields=(
        ("place", r"[^ \t\n]++(?: \+0x[0-9a-f]++)?+"),
        ("creator", r"[^ \t\n]++"),
        ("function", r"[^\s(]++(?:\((?=\*)[^)\s]*+\)[^\s(]*+)*+"),
        ("counter", r"[0-9a-f]++"),
    ),
    # What the reader takes for more than a message, and a header that another runtime's reader would take.
    doubts=(("panic: ", "[recovered"), (": ", "goroutine "), (": ", "panicked at ")),
    # A log line that tells of the panic is the trace's first line.
    doubts_before=(
        *("panic", "Panic", "PANIC", "recover", "Recover", "RECOVER"),
        *('{"', "time=", "ts=", "level=", "lvl=", "msg="),
    ),
)
