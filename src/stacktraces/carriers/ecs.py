"""Elastic Common Schema: ``@timestamp``, ``log.level``, ``error.stack_trace``, dotted or nested.

Python's ecs-logging writes the frames alone in ``error.stack_trace``: the header and the final line are
put back from ``error.type`` and ``error.message``.
"""

from __future__ import annotations

from typing import Any

import msgspec

from . import Record, Sample, StackData
from ._json import at, event, first, json_carrier, named


class Line(msgspec.Struct):
    """The keys of one event."""

    time: Any = msgspec.field(name="@timestamp")
    level: Any = msgspec.field(name="log.level", default=None)
    logger: Any = msgspec.field(name="log.logger", default=None)
    version: Any = msgspec.field(name="ecs.version", default=None)
    ecs: Any = None
    log: Any = None
    message: Any = None
    error: Any = None
    error_type: Any = msgspec.field(name="error.type", default=None)
    error_message: Any = msgspec.field(name="error.message", default=None)
    error_stack: Any = msgspec.field(name="error.stack_trace", default=None)
    process: Any = None
    host: Any = None
    service: Any = None
    container: Any = None
    kubernetes: Any = None
    stream: Any = None
    thread: Any = msgspec.field(name="process.thread.name", default=None)
    pid: Any = msgspec.field(name="process.pid", default=None)
    host_name: Any = msgspec.field(name="host.name", default=None)
    service_name: Any = msgspec.field(name="service.name", default=None)


def _read(line: Line) -> Record | None:
    known = (line.level, line.version, line.ecs, line.error_stack, at(line.log, "level"))
    if all(each is None for each in known):
        return None
    stack = StackData(
        first(line.error_stack, at(line.error, "stack_trace")),
        first(line.error_type, at(line.error, "type")),
        first(line.error_message, at(line.error, "message")),
    )
    fields = named(
        level=first(line.level, at(line.log, "level")),
        logger=first(line.logger, at(line.log, "logger")),
        pid=first(line.pid, at(line.process, "pid")),
        process=first(line.service_name, at(line.service, "name"), at(line.process, "name")),
        thread=first(line.thread, at(line.process, "thread", "name")),
        host=first(line.host_name, at(line.host, "name"), at(line.host, "hostname")),
        container=first(
            at(line.kubernetes, "container", "name"), at(line.container, "name"), at(line.container, "id")
        ),
        pod=first(at(line.kubernetes, "pod", "name")),
        stream=line.stream,
    )
    return event(first(line.message), stack, first(line.time), fields)


CARRIER = json_carrier(
    "ecs",
    "Elastic Common Schema",
    Line,
    _read,
    (
        Sample(
            b'{"@timestamp":"2026-11-23T02:02:55.282Z","log.level":"error","message":"request failed",'
            b'"ecs.version":"1.6.0","error":{"message":"\'x\'","stack_trace":"  File \\"/srv/app/ecs.py\\", line 4, '
            b'in f\\n    raise KeyError(\\"x\\")\\n","type":"KeyError"},"log":{"logger":"root"},"process":{"name":'
            b'"MainProcess","pid":3475,"thread":{"id":1,"name":"MainThread"}}}',
            b'request failed\nTraceback (most recent call last):\n  File "/srv/app/ecs.py", line 4, in f\n'
            b"    raise KeyError(\"x\")\nKeyError: 'x'",
            "2026-11-23T02:02:55.282Z",
            {
                "level": "error",
                "logger": "root",
                "pid": "3475",
                "process": "MainProcess",
                "thread": "MainThread",
            },
        ),
        Sample(
            b'{"@timestamp":"2026-11-23T02:02:55Z","log.level":"ERROR","message":"x","ecs.version":"1.2.0",'
            b'"error.type":"a.B","error.message":"m","error.stack_trace":"a.B: m\\n\\tat c.D.e(D.java:1)\\n",'
            b'"service":{"name":"shop"},"kubernetes":{"pod":{"name":"web-1"}}}',
            b"x\na.B: m\n\tat c.D.e(D.java:1)",
            "2026-11-23T02:02:55Z",
            {"level": "ERROR", "process": "shop", "pod": "web-1"},
        ),
    ),
    header=b'"@timestamp"',
    hints=(b'stack_trace":"  File', b'stack_trace": "  File'),
    near_misses=(
        b'{"@timestamp":"2026-11-23T02:02:55Z","message":"x"}',
        b'{"log.level":"error","message":"x"}',
    ),
)
