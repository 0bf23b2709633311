"""JSON of loggers of the JVM that write an exception as an object: log4j's JsonLayout, JBoss' and Quarkus'.

The exception becomes the text that the virtual machine would print.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from . import Record, Sample
from ._json import at, event, first, json_carrier, named

_MOST_LINKS = 100
_MOST_FRAMES = 2_000


class Line(msgspec.Struct):
    """The keys of one event."""

    message: Any = None
    level: Any = None
    loggerName: Any = None
    thread: Any = None
    threadName: Any = None
    thrown: Any = None
    exception: Any = None
    instant: Any = None
    timeMillis: Any = None
    timestamp: Any = None
    hostName: Any = None
    processId: Any = None
    stackTrace: Any = None
    loggerClassName: Any = None
    loggerFqcn: Any = None


def _read(line: Line) -> Record | None:
    thrown = line.thrown if line.thrown is not None else line.exception
    is_sure = line.loggerClassName is not None or line.loggerFqcn is not None
    text = "\n".join(_printed(thrown)) if isinstance(thrown, dict) else None
    if not (text or is_sure):
        return None
    text = text or first(line.stackTrace)
    fields = named(
        level=line.level,
        logger=line.loggerName,
        thread=first(line.thread, line.threadName),
        host=line.hostName,
        pid=line.processId,
    )
    time = first(line.timestamp, at(line.instant, "epochSecond"))
    if time is None and isinstance(line.timeMillis, int):
        time = str(line.timeMillis)
    return event(first(line.message), text, time, fields)


def _printed(thrown: dict[str, Any]) -> Iterator[str]:
    lead = ""
    for _ in range(_MOST_LINKS):
        name = first(thrown.get("name"), thrown.get("exceptionType"))
        if name is None:
            return
        message = first(thrown.get("message"))
        yield f"{lead}{name}: {message}" if message else f"{lead}{name}"
        frames = thrown.get("extendedStackTrace") or thrown.get("frames")
        if isinstance(frames, str):  # With log4j's option stacktraceAsString it is all that follows.
            yield frames.partition("\n")[2]
            return
        for frame in frames[:_MOST_FRAMES] if isinstance(frames, list) else ():
            if isinstance(frame, dict) and isinstance(frame.get("class"), str):
                yield f"\tat {frame['class']}.{frame.get('method')}({_place(frame)})"
        cause = thrown.get("cause") or at(thrown.get("causedBy"), "exception")
        if not isinstance(cause, dict):
            return
        thrown, lead = cause, "Caused by: "


def _place(frame: dict[str, Any]) -> str:
    """Where the frame is: JBoss writes no file."""
    line, file = frame.get("line"), frame.get("file")
    if not isinstance(line, int) or line < 0:
        return str(file) if file else "Native Method" if line == _NATIVE else "Unknown Source"
    return f"{file or 'Unknown Source'}:{line}"


_NATIVE = -2

CARRIER = json_carrier(
    "jvm-json",
    "log4j, JBoss or Quarkus as JSON",
    Line,
    _read,
    (
        Sample(
            b'{"instant":{"epochSecond":1772366400,"nanoOfSecond":5},"thread":"main","level":"ERROR","loggerName":'
            b'"shop.Orders","message":"failed","thrown":{"commonElementCount":0,"message":"no stock","name":'
            b'"java.lang.IllegalStateException","extendedStackTrace":[{"class":"shop.Orders","method":"total","file":'
            b'"Orders.java","line":14}],"cause":{"name":"java.io.IOException","extendedStackTrace":[]}}}',
            b"failed\njava.lang.IllegalStateException: no stock\n\tat shop.Orders.total(Orders.java:14)"
            b"\nCaused by: java.io.IOException",
            "1772366400",
            {"level": "ERROR", "logger": "shop.Orders", "thread": "main"},
        ),
        Sample(
            b'{"timestamp":"2026-03-01T12:00:00.123Z","loggerClassName":"org.jboss.logging.Logger","loggerName":'
            b'"shop.Orders","level":"ERROR","message":"failed","threadName":"main","exception":{"refId":1,'
            b'"exceptionType":"java.io.IOException","message":"disk","frames":[{"class":"shop.Disk","method":"read",'
            b'"line":3}]}}',
            b"failed\njava.io.IOException: disk\n\tat shop.Disk.read(Unknown Source:3)",
            "2026-03-01T12:00:00.123Z",
            {"level": "ERROR", "logger": "shop.Orders", "thread": "main"},
        ),
    ),
    near_misses=(
        b'{"message":"failed","exception":"java.io.IOException: disk"}',
        b'{"message":"failed","exception":{"type":"KeyError"}}',
        b'{"message":"fine","level":"INFO"}',
    ),
    hints=(b'"extendedStackTrace":', b'"exceptionType":'),
)
