"""Java between two Pythons: py4j and PySpark print a Java stack trace as their error's message.

============================================================  =========================================
line                                                          what comes next
============================================================  =========================================
``py4j.protocol.Py4JJavaError: An error … while calling f.``  ``: `` and a throwable
``py4j.protocol.Py4JError: An error … while calling f. Trace:``  a throwable
``pyspark.….PythonException: An exception was thrown from …``  the worker's traceback
``JVM stacktrace:``                                           a throwable
``org.apache.spark.SparkException: Job aborted due to …``     more of its message, Java frames
``…PythonException: Traceback (most recent call last):``      a Python traceback, then Java frames
``\\tat py4j.Gateway.invoke(Gateway.java:282)``                Java frames, ``... N more``, causes, end
``\\t... 12 more``                                             what the enclosing throwable's frames end with
``Driver stacktrace:``                                        the throwable's own frames: those before
                                                              it are of the message's
``Caused by: java.io.IOException: no key``                    as a throwable
``\\tSuppressed: java.io.IOException: no key``                 its frames, one tab further in
============================================================  =========================================

What is nested becomes the cause of what holds it, so that the root of the chain is where it all began.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from sys import intern
from typing import TypeAlias

from ..._number import to_number
from ..._regex import regex
from ...model import Error, Frame
from .frames import FRAMES_KEPT
from .lines import Lines
from .messages import JVM_MARK, LOOK_AHEAD, Reading, is_java
from .records import starts_record
from .syntax import HEADER, skip_blank

ReadChain: TypeAlias = Callable[..., Error | None]

DEPTH_KEPT = 4
"""Languages within languages; what is deeper is text of the message."""
CAUSES_KEPT = 100
_RUNTIME = "java"
_WORKER_MESSAGE_LINES = 5
_PREFIX_LENGTH = 400

_PY4J = regex(r"(?:py4j\.protocol\.)?Py4J\w*Error$")
_PYSPARK = regex(r"pyspark\.[\w.]+$")
_THROWABLE = regex(r"(?P<type>[^\W\d][\w$]*(?:\.[^\W\d][\w$]*)*+)(?:: ?(?P<message>.*))?$")
_FRAME = regex(r"\s+at (?P<method>[^()]+)\((?P<place>[^()]*)\)")
_PLACE = regex(r"(?P<file>[^/:]+\.\w+)(?::(?P<line>\d+))?$")
_MORE = regex(r"\s+\.\.\. (?P<count>\d{1,9}) (?:more|common frames omitted)\s*$")
_CAUSED_BY = "Caused by: "
_SUPPRESSED = regex(r"(?P<margin>\s+)Suppressed: (?P<text>.*)$")
_DRIVER = "Driver stacktrace:"
_HOLDS_TRACEBACK = regex(r"(?:^|[\s:])(?:[^\W\d]\w*\.)++[^\W\d][\w$]*: (?:\[\w+\] .*: )?$")


def is_in_java(prefix: str) -> bool:
    """Whether ``prefix``, which stands before a header on its line, is that of a Java throwable."""
    return prefix.endswith(": ") and _HOLDS_TRACEBACK.search(prefix[-_PREFIX_LENGTH:]) is not None


def read_java_cause(lines: Lines, error: Error, reading: Reading, read_chain: ReadChain) -> bool:
    """Give ``error`` what its message holds as its cause: a Java throwable, or a worker's traceback.

    ``lines`` has just passed its final line. False, and no move, where it holds neither.
    """
    kind = error.type or ""
    if reading.within_java >= DEPTH_KEPT:
        return False
    if _PY4J.match(kind):
        line, traced = lines.line or "", (error.message or "").endswith("Trace:")
        if not traced and not line.startswith(": "):
            return False
        _set_cause(error, read_throwable(lines, line if traced else line[2:], reading, read_chain))
        return True
    if _PYSPARK.match(kind) and kind.endswith(".PythonException"):
        return _read_worker(lines, error, reading, read_chain)
    return False


def read_jvm_stack(lines: Lines, error: Error, reading: Reading, read_chain: ReadChain) -> None:
    """The throwable that PySpark prints after a message when told to: it holds what caused ``error``."""
    here = lines.mark()
    skip_blank(lines)
    if (lines.line or "").rstrip() != JVM_MARK or not _PYSPARK.match(error.type or ""):
        lines.reset(here)
        return
    lines.advance()
    _set_cause(error, read_throwable(lines, lines.line or "", reading, read_chain))


def read_throwable(lines: Lines, text: str, reading: Reading, read_chain: ReadChain) -> Error:
    """The throwable that ``text``, the end of the current line, names, with its causes."""
    first = last = _read_one(lines, text, [], reading, read_chain)
    for _ in range(CAUSES_KEPT):
        line = lines.line or ""
        if not line.startswith(_CAUSED_BY):
            break
        cause = _read_one(lines, line.removeprefix(_CAUSED_BY), last.frames, reading, read_chain)
        _set_cause(last, cause)
        last = cause
    return first


def pass_java(lines: Lines, reading: Reading, read_chain: ReadChain) -> None:
    """Pass what Java prints after a traceback that one of its messages holds."""
    _read_frames(lines, Error(), [])
    while (line := lines.line or "").startswith(_CAUSED_BY):
        read_throwable(lines, line.removeprefix(_CAUSED_BY), reading, read_chain)


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


def _read_one(
    lines: Lines, text: str, enclosing: list[Frame], reading: Reading, read_chain: ReadChain
) -> Error:
    """One throwable; ``enclosing`` are the frames of the one that it caused."""
    match = _THROWABLE.match(text)
    error = Error(type=match["type"], message=match["message"]) if match else Error(message=text)
    error.runtime = _RUNTIME
    _read_message(lines, error, reading, read_chain)
    _read_frames(lines, error, enclosing)
    return error


def _read_message(lines: Lines, error: Error, reading: Reading, read_chain: ReadChain) -> None:
    """The rest of a message whose first line is the current one: Java frames end it, or a traceback that it
    holds, the cause of ``error``. Where neither comes, it is of one line."""
    after_first = -1
    message: list[str] = []
    line, text = lines.line, error.message or ""
    for _ in range(LOOK_AHEAD):
        if (header := HEADER.search(text)) and reading.within_java < DEPTH_KEPT:
            message.append(text[: header.start()])
            _set_cause(error, _read_traceback(lines, reading, read_chain))
            error.message = "\n".join(message).strip() or None
            return
        message.append(text)
        lines.advance()
        if after_first < 0:
            after_first = lines.mark()
        line = lines.line
        if line is None or starts_record(line, reading.record):
            break
        if is_java(line):
            error.message = "\n".join(message).rstrip() or None
            return
        text = line
    lines.reset(after_first)


def _read_frames(lines: Lines, error: Error, enclosing: list[Frame]) -> None:
    frames = error.frames = []
    while (line := lines.line) is not None:
        if match := _FRAME.match(line):
            if len(frames) < FRAMES_KEPT:
                frames.append(_frame(match))
        elif match := _MORE.match(line):
            frames += enclosing[-int(match["count"]) :] if int(match["count"]) else []
        elif match := _SUPPRESSED.match(line):
            error.notes.append(f"Suppressed: {match['text']}")
            _pass_suppressed(lines, len(match["margin"]))
            continue
        elif line.rstrip() == _DRIVER:
            frames.clear()
        elif not _goes_on(lines, line):
            break
        lines.advance()


def _goes_on(lines: Lines, line: str) -> bool:
    """Whether frames follow a line that may stand between them."""
    if line.strip() and not line.startswith(" SQLSTATE: "):
        return False
    here = lines.mark()
    lines.advance()
    skip_blank(lines)
    following = lines.line or ""
    lines.reset(here)
    return is_java(following) and not following.startswith(_CAUSED_BY)


def _pass_suppressed(lines: Lines, margin: int) -> None:
    lines.advance()
    while (line := lines.line) is not None and line.strip():
        if len(line) - len(line.lstrip()) <= margin and not line.lstrip().startswith(_CAUSED_BY):
            return
        lines.advance()


def _frame(match: re.Match[str]) -> Frame:
    frame = Frame(function=intern(match["method"]))
    if place := _PLACE.match(match["place"]):
        frame.file = intern(place["file"])
        frame.line = to_number(place["line"]) if place["line"] else None
    return frame
