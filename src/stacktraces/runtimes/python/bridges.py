"""Java between two Pythons: py4j and PySpark print a Java stack trace as their error's message.

==============================================================  =======================================
line                                                            what comes next
==============================================================  =======================================
``py4j.protocol.Py4JJavaError: An error … while calling f.``    ``: `` and an exception of Java's
``py4j.protocol.Py4JError: An error … while calling f. Trace:`` an exception of Java's
``pyspark.….PythonException: An exception was thrown from …``   the worker's traceback
``JVM stacktrace:``                                             an exception of Java's
==============================================================  =======================================

The Java runtime reads its exceptions, whose messages may hold a worker's traceback in turn. What is nested
becomes the cause of what holds it, so that the root of the chain is where it all began.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from ..._regex import regex
from ...log_records.records import starts_record
from ...model import Error, Frame
from .lines import Lines
from .messages import JVM_MARK, Reading
from .other_runtimes import java
from .syntax import HEADER, skip_blank

ReadChain: TypeAlias = Callable[..., Error | None]

DEPTH_KEPT = 4
"""Languages within languages; what is deeper is text of the message."""
_WORKER_MESSAGE_LINES = 5

_PY4J = regex(r"(?:py4j\.protocol\.)?Py4J\w*Error$")
_PYSPARK = regex(r"pyspark\.[\w.]+$")


class _PythonHost:
    """Reads the tracebacks that messages of Java exceptions hold; see :class:`stacktraces.runtimes.Host`."""

    def __init__(self, lines: Lines, reading: Reading, read_chain: ReadChain) -> None:
        self._lines = lines
        self._reading = reading
        self._read_chain = read_chain

    def find(self, text: str) -> int:
        found = HEADER.search(text) if self._reading.within_java < DEPTH_KEPT else None
        return found.start() if found is not None else -1

    def read(self) -> Error | None:
        return _read_traceback(self._lines, self._reading, self._read_chain)

    def ends(self, line: str) -> bool:
        return starts_record(line, self._reading.record)


def read_java_cause(lines: Lines, error: Error, reading: Reading, read_chain: ReadChain) -> bool:
    """Give ``error`` what its message holds as its cause: a Java exception, or a worker's traceback.

    ``lines`` has just passed its final line. False, and no move, where it holds neither.
    """
    kind = error.type or ""
    if reading.within_java >= DEPTH_KEPT:
        return False
    if _PY4J.match(kind):
        line, traced = lines.line or "", (error.message or "").endswith("Trace:")
        if not traced and not line.startswith(": "):
            return False
        return _read_exception(lines, error, line if traced else line[2:], reading, read_chain)
    if _PYSPARK.match(kind) and kind.endswith(".PythonException"):
        return _read_worker(lines, error, reading, read_chain)
    return False


def read_jvm_stack(lines: Lines, error: Error, reading: Reading, read_chain: ReadChain) -> None:
    """The exception that PySpark prints after a message when told to: it holds what caused ``error``."""
    here = lines.mark()
    skip_blank(lines)
    if (lines.line or "").rstrip() == JVM_MARK and _PYSPARK.match(error.type or ""):
        lines.advance()
        if _read_exception(lines, error, lines.line or "", reading, read_chain):
            return
    lines.reset(here)


def pass_java(lines: Lines, reading: Reading, read_chain: ReadChain) -> None:
    """Pass what Java prints after a traceback that one of its messages holds."""
    reader = java()
    if reader is not None:
        reader.finish(lines, _PythonHost(lines, reading, read_chain))


def read_java_frames(lines: Lines, reading: Reading, read_chain: ReadChain) -> list[Frame]:
    """The frames that Jython prints behind its own, of the Java code they called; innermost first."""
    reader = java()
    if reader is None or not reader.goes_on(lines.line or ""):
        return []
    return reader.finish(lines, _PythonHost(lines, reading, read_chain)).frames


def _read_exception(lines: Lines, error: Error, text: str, reading: Reading, read_chain: ReadChain) -> bool:
    reader = java()
    if reader is None:
        return False
    _set_cause(error, reader.read(lines, text, _PythonHost(lines, reading, read_chain)))
    return True


def _set_cause(error: Error, cause: Error | None) -> None:
    if cause is not None:
        error.cause, error.cause_kind = cause, "cause"


def _read_worker(lines: Lines, error: Error, reading: Reading, read_chain: ReadChain) -> bool:
    here = lines.mark()
    message = [error.message or ""]
    for _ in range(_WORKER_MESSAGE_LINES):
        line = lines.line
        if line is None:
            break
        if HEADER.match(line):
            cause = _read_traceback(lines, reading, read_chain, at_header=False)
            if cause is None:
                break
            _set_cause(error, cause)
            error.message = "\n".join(message).strip()
            return True
        message.append(line)
        lines.advance()
    lines.reset(here)
    return False


def _read_traceback(
    lines: Lines, reading: Reading, read_chain: ReadChain, *, at_header: bool = True
) -> Error | None:
    reading.within_java += 1
    cause = read_chain(lines, reading, at_header=at_header)
    reading.within_java -= 1
    return cause
