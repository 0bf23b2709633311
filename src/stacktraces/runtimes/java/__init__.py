"""The Java virtual machine and the languages that run on it."""

from __future__ import annotations

from ...cursor import Cursor
from ...model import Trace
from ...trace_lines import LineKind, TraceLines
from .. import Embedded, Format, NameRules, Runtime
from . import hs_err, jstack


def names() -> NameRules:
    from .names import NAMES

    return NAMES


LINES = TraceLines(
    header=LineKind(rb'Exception in thread "', (b'Exception in thread "',)),
    frame=LineKind(rb"[\t ]++at [\w$.<>/@~-]{1,1000}+ ?\(", (b"\tat ", b"    at ")),
    goes_on=rb"Caused by: |Wrapped by: |\.\.\. \d",
    error=rb"(?:[\w$]{1,200}\.){1,30}+[\w$]{0,200}(?:Error|Exception|Throwable)(?::|\Z)",
)


def embedded() -> Embedded:
    from .embedded import EmbeddedThrowables

    return EmbeddedThrowables()


def starts_trace(line: str, following: str) -> bool:
    """See :attr:`stacktraces.runtimes.Runtime.starts`."""
    from .starts import starts_here

    return starts_here(line, following)


def read(cursor: Cursor) -> Trace | None:
    """See :data:`stacktraces.runtimes.Reader`."""
    from .reader import read

    return read(cursor)


EXCEPTION = Format(
    name="java",
    title="Java exception",
    anchors=(
        b"\tat ",
        b"    at ",
        b'Exception in thread "',
        b" thrown from the UncaughtExceptionHandler in thread ",
        b"java.lang.NullPointerException",
        b"java.lang.ArithmeticException",
        b"java.lang.ArrayIndexOutOfBoundsException",
        b"java.lang.ArrayStoreException",
        b"java.lang.ClassCastException",
    ),
    read=read,
    precedence=2,
)

RUNTIME = Runtime(
    name="java",
    title="Java, Kotlin, Scala, Clojure, Groovy",
    names=names,
    formats=(EXCEPTION, hs_err.FORMAT, jstack.FORMAT),
    embedded=embedded,
    starts=starts_trace,
    lines=LINES,
    versions="OpenJDK 17 and 25",
    reads="exceptions with causes and suppressed ones; thread dumps",
)
