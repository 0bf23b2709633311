"""Google Cloud Logging: exported entries (``jsonPayload``, ``textPayload``) and the lines its agents read.

A stack stands in ``stack_trace``, ``exception`` or in the message itself, in that order.
"""

from __future__ import annotations

from typing import Any

import msgspec

from . import Record, Sample
from ._json import at, event, first, json_carrier, named

_SEVERITIES = ("DEFAULT", "DEBUG", "INFO", "NOTICE", "WARNING", "ERROR", "CRITICAL", "ALERT", "EMERGENCY")


class Line(msgspec.Struct):
    """The keys of one entry."""

    severity: Any
    message: Any = None
    jsonPayload: Any = None
    textPayload: Any = None
    stack_trace: Any = None
    exception: Any = None
    timestamp: Any = None
    time: Any = None
    insertId: Any = None
    resource: Any = None
    labels: Any = None
    own_labels: Any = msgspec.field(name="logging.googleapis.com/labels", default=None)


def _read(line: Line) -> Record | None:
    if line.severity not in _SEVERITIES and line.own_labels is None and line.insertId is None:
        return None
    payload = line.jsonPayload
    message = first(line.textPayload, at(payload, "message"), line.message)
    stack = first(at(payload, "stack_trace"), at(payload, "exception"), line.stack_trace, line.exception)
    if message is None and stack is None and line.insertId is None:
        return None
    fields = named(
        level=line.severity,
        logger=first(at(line.own_labels, "python_logger"), at(line.labels, "python_logger")),
        pod=at(line.resource, "labels", "pod_name"),
        container=at(line.resource, "labels", "container_name"),
        process=at(line.resource, "labels", "service_name"),
        pid=at(payload, "process"),
    )
    return event(message, stack, first(line.timestamp, line.time), fields)


CARRIER = json_carrier(
    "gcp",
    "Google Cloud Logging",
    Line,
    _read,
    (
        Sample(
            b'{"message": "caught\\nTraceback (most recent call last):\\nZeroDivisionError: division by zero",'
            b'"severity": "ERROR", "logging.googleapis.com/labels": {"python_logger": "root"}, '
            b'"logging.googleapis.com/trace": "", "httpRequest": {} }',
            b"caught\nTraceback (most recent call last):\nZeroDivisionError: division by zero",
            fields={"level": "ERROR", "logger": "root"},
        ),
        Sample(
            b'{"insertId":"1x","jsonPayload":{"message":"failed","stack_trace":"Traceback (most recent call last):\\n'
            b'KeyError: 1"},"resource":{"type":"k8s_container","labels":{"pod_name":"web-1","container_name":"app"}},'
            b'"severity":"ERROR","timestamp":"2026-03-01T12:00:00.123456789Z"}',
            b"failed\nTraceback (most recent call last):\nKeyError: 1",
            "2026-03-01T12:00:00.123456789Z",
            {"level": "ERROR", "pod": "web-1", "container": "app"},
        ),
    ),
    header=b'"severity"',
    near_misses=(
        b'{"severity": "ERROR"}',
        b'{"severity": "err", "message": "x", "host": "web1"}',
        b'{"message": "severity"}',
    ),
)
