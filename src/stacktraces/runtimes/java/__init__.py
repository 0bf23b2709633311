"""The Java virtual machine and the languages that run on it."""

from __future__ import annotations

import functools

from ...trace_lines import LineKind, TraceLines
from .. import Embedded, Format, Grammar, NameRules, Runtime, formats_in, reader_of


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


def grammar() -> Grammar:
    from .grammar import GRAMMAR

    return GRAMMAR


_FOLLOWS = ("at ", "...", "Truncated. see ", "(Coroutine ")
"""One of these stands on each frame, and on each line that says what was left out."""


def starts_trace(line: str, following: str) -> bool:
    """See :attr:`stacktraces.runtimes.Runtime.starts`."""
    if not line.startswith('Exception in thread "') and not any(mark in following for mark in _FOLLOWS):
        return False
    from .starts import starts_here

    return starts_here(line, following)


EXCEPTION = Format(
    name="java",
    title="Java exception",
    anchors=(
        b"\tat ",
        b"    at ",
        b"[info]   at ",
        b"  at org.scalatest.",
        b"! at ",
        b'Exception in thread "',
        b" thrown from the UncaughtExceptionHandler in thread ",
        b"Error: Could not find or load main class ",
        b"java.lang.NullPointerException",
        b"java.lang.ArithmeticException",
        b"java.lang.ArrayIndexOutOfBoundsException",
        b"java.lang.ArrayStoreException",
        b"java.lang.ClassCastException",
    ),
    read=reader_of(f"{__name__}.reader"),
    precedence=2,
    grammar=grammar,
)
CLOJURE = Format(
    name="clojure",
    title="Clojure error",
    anchors=(
        b"#error {",
        b"Execution error ",
        b"Syntax error (",
        b"Syntax error compiling ",
        b"Syntax error macroexpanding ",
        b"Syntax error reading source at ",
        b"Unexpected error (",
    ),
    read=reader_of(f"{__name__}.clojure"),
)
GRADLE = Format(
    name="gradle",
    title="Gradle's short report of a failed test",
    anchors=(b" FAILED",),
    read=reader_of(f"{__name__}.gradle"),
)
JUNIT_CONSOLE = Format(
    name="junit_console",
    title="failure listed by JUnit's console launcher",
    anchors=(b"    => ", b"    =\\u003e "),  # The second in Docker's JSON.
    read=reader_of(f"{__name__}.junit_console"),
)
SPRING_BOOT = Format(
    name="spring_boot",
    title="Spring Boot's report of a failed start",
    anchors=(b"APPLICATION FAILED TO START",),
    read=reader_of(f"{__name__}.spring_boot"),
)
KOTLIN_NATIVE = Format(
    name="kotlin_native",
    title="Kotlin/Native exception",
    anchors=(b"Uncaught Kotlin exception: ", b" kfun:"),
    read=reader_of(f"{__name__}.kotlin_native"),
    precedence=2,
)
CRASH = Format(
    name="hs_err",
    title="Java crash report",
    anchors=(
        b"error has been detected by",
        b"There is insufficient memory for the Java Runtime Environment to continue.",
    ),
    read=reader_of(f"{__name__}.hs_err"),
)
JSTACK = Format(
    name="jstack",
    title="Java thread dump",
    anchors=(b"Full thread dump ",),
    read=reader_of(f"{__name__}.jstack"),
)
THREAD_INFO = Format(
    name="thread_info",
    title="thread dump of a Java program",
    anchors=(
        b'" Id=',
        b"prio=1 Id=",
        b"prio=5 Id=",
        b"prio=10 Id=",
        b'" RUNNABLE 20',
        b'" WAITING 20',
        b'" BLOCKED 20',
        b'" TIMED_WAITING 20',
        b"virtual WAITING 20",
    ),
    read=reader_of(f"{__name__}.thread_info"),
)
THREAD_JSON = Format(
    name="thread_json",
    title="Java thread dump in JSON",
    anchors=(b'"threadDump"',),
    read=reader_of(f"{__name__}.thread_json"),
)

RUNTIME = Runtime(
    name="java",
    title="Java, Kotlin, Scala, Clojure, Groovy",
    names=names,
    formats=(
        *(EXCEPTION, CLOJURE, GRADLE, JUNIT_CONSOLE, SPRING_BOOT, KOTLIN_NATIVE),
        *(CRASH, JSTACK, THREAD_INFO, THREAD_JSON),
    ),
    dumps=functools.partial(formats_in, f"{__name__}.dumps"),
    embedded=embedded,
    starts=starts_trace,
    lines=LINES,
    versions="OpenJDK 17 and 25, Kotlin 1.3, Scala 2.11, Clojure 1.11, Groovy 2.4, logback 1.2, log4j 2.19,"
    " Maven 3.8, Gradle 4.4",
    reads="exceptions with causes, suppressed ones and the frames that were left out, as the virtual machine,"
    " loggers, build tools and Android's logcat print them; Reactor's checkpoints; Spring Boot's reports of a"
    " failed start; what JUnit's console launcher lists; Minecraft's crash reports;"
    " Kotlin/Native; thread dumps; the crash of the virtual machine itself",
    not_read="an exception that was logged without frames, unless nobody caught it or the compiler left them"
    " out",
)
