"""The Java virtual machine and the languages that run on it."""

from __future__ import annotations

from ...trace_lines import LineKind, TraceLines
from .. import NameRules, Runtime
from . import jstack


def names() -> NameRules:
    from .names import NAMES

    return NAMES


LINES = TraceLines(
    header=LineKind(rb'Exception in thread "', (b'Exception in thread "',)),
    frame=LineKind(rb"[\t ]++at [\w$.<>/@~-]{1,1000}+ ?\(", (b"\tat ", b"    at ")),
    goes_on=rb"Caused by: |Wrapped by: |\.\.\. \d",
    error=rb"(?:[\w$]{1,200}\.){1,30}+[\w$]{0,200}(?:Error|Exception|Throwable)(?::|\Z)",
)

RUNTIME = Runtime(
    name="java",
    title="Java, Kotlin, Scala, Clojure, Groovy",
    names=names,
    formats=(jstack.FORMAT,),
    lines=LINES,
)
