"""The Java virtual machine and the languages that run on it."""

from __future__ import annotations

from ...cursor import Cursor
from ...model import Trace
from ...trace_lines import LineKind, TraceLines
from .. import Embedded, Format, NameRules, Runtime
from . import clojure, gradle, hs_err, jstack, thread_info, thread_json
from .grammar import GRAMMAR


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
        b"Error: Could not find or load main class ",
        b"java.lang.NullPointerException",
        b"java.lang.ArithmeticException",
        b"java.lang.ArrayIndexOutOfBoundsException",
        b"java.lang.ArrayStoreException",
        b"java.lang.ClassCastException",
    ),
    read=read,
    precedence=2,
    grammar=GRAMMAR,
)

RUNTIME = Runtime(
    name="java",
    title="Java, Kotlin, Scala, Clojure, Groovy",
    names=names,
    formats=(
        EXCEPTION,
        clojure.FORMAT,
        gradle.FORMAT,
        hs_err.FORMAT,
        jstack.FORMAT,
        thread_info.FORMAT,
        thread_json.FORMAT,
    ),
    embedded=embedded,
    starts=starts_trace,
    lines=LINES,
    versions="OpenJDK 17 and 25, Kotlin 1.3, Scala 2.11, Clojure 1.11, Groovy 2.4, logback 1.2, log4j 2.19,"
    " Maven 3.8, Gradle 4.4",
    reads="exceptions with causes, suppressed ones and the frames that were left out, as the virtual machine,"
    " loggers, build tools and Android's logcat print them; Reactor's checkpoints; thread dumps; the crash of"
    " the virtual machine itself",
    not_read="an exception that was logged without frames, unless nobody caught it or the compiler left them"
    " out; frames that a logger wrote on one line with a separator of its own",
)
