"""What the Python readers ask of other runtimes, by their names: no room imports another."""

from __future__ import annotations

import functools

from .. import Embedded, runtime_named, starts_trace

_JAVA = "java"


@functools.cache
def java() -> Embedded | None:
    """What reads Java's exceptions; ``None`` where the program has no such part."""
    runtime = runtime_named(_JAVA)
    return runtime.embedded() if runtime is not None and runtime.embedded is not None else None


def goes_on_in_java(line: str) -> bool:
    """Whether ``line`` is one of a Java stack trace, after the message."""
    reader = java()
    return reader is not None and reader.goes_on(line)


def is_in_java(prefix: str) -> bool:
    """Whether ``prefix``, which stands before a header on its line, is that of a Java exception."""
    reader = java()
    return reader is not None and reader.leads_to(prefix)


def starts_other_trace(line: str, following: str) -> bool:
    """Whether a trace of another runtime starts on ``line``, before ``following``."""
    return starts_trace(line, following, but="python")
