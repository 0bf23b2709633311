"""Rust: panics with and without a backtrace, errors that programs report, diagnostics of miette."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...trace_lines import LineKind, TraceLines
from .. import Format, Grammar, NameRules, Runtime

if TYPE_CHECKING:
    from ...cursor import Cursor
    from ...model import Trace


def names() -> NameRules:
    from .names import NAMES

    return NAMES


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    from .reader import read

    return read(cursor)


def grammar() -> Grammar:
    from .grammar import GRAMMAR

    return GRAMMAR


_FIRST = (
    *("thread '", "Thread '", "panicked at ", "fatal runtime error: ", "memory allocation of "),
    "The application panicked (crashed).",
)


def starts_trace(line: str, following: str) -> bool:
    """See :attr:`stacktraces.runtimes.Runtime.starts`."""
    if not line.startswith(_FIRST):
        return False
    from .starts import starts_here

    return starts_here(line)


FORMAT = Format(
    name="rust",
    title="Rust panic or error report",
    anchors=(
        b"thread '",
        b"panicked at ",
        b" has overflowed its stack",
        b"fatal runtime error: ",
        b"memory allocation of ",
        b"Error: ",
        b"Caused by:",
        b"Location:",
        b"Stack backtrace:",
        b"The application panicked (crashed).",
        "╴at ".encode(),
        b"Panic occurred in file '",
        b'panic.payload="',
        " × ".encode(),
        b"__rust_begin_short_backtrace",
    ),
    at_words=frozenset({b"Error: "}),
    read=read,
    grammar=grammar,
)

LINES = TraceLines(
    header=LineKind(
        rb"[Tt]hread '[^\n]{0,200}' (?:\(\d{1,20}\) )?(?:panicked at |has overflowed )|[Ss]tack backtrace:$"
        rb"|fatal runtime error: |memory allocation of \d|Error: [A-Z]",
        (
            b"panicked at ",
            b"has overflowed ",
            b"tack backtrace:",
            b"fatal runtime error: ",
            b"memory allocation of ",
            b"Error: ",
        ),
    ),
    frame=LineKind(rb" {1,8}\d{1,6}: {1,40}[\w<{0]", (b"   ",)),
    goes_on=rb"[Ss]tack backtrace:|fatal runtime error: |note: |Caused by:|Location:|assertion "
    rb"|  left: | right: ",
)

RUNTIME = Runtime(
    name="rust",
    title="Rust",
    names=names,
    formats=(FORMAT,),
    lines=LINES,
    starts=starts_trace,
    versions="rustc 1.63 and 1.95, anyhow 1.0.69, eyre 0.6.8, better-panic 0.3.0",
    reads="panics with short, full and no backtrace, panics while one is unwound, full stacks, failed "
    "allocations, what `main` returned, reports of anyhow, eyre, color-eyre, miette, error-stack, "
    "better-panic and human-panic, panics in browsers with their stack, backtraces, spans of tracing",
    not_read="an error that `main` returned whose text is no derived Debug text and that has no cause",
)
