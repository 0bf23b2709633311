"""OpenTelemetry: ``exception.type``, ``exception.message`` and ``exception.stacktrace``.

They stand flattened, in an ``attributes`` object (the SDKs' console and file exporters), or in
``attributes`` lists of keys and values (OTLP as JSON, where one line holds a batch of records).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from . import Record, Sample, StackData
from ._json import at, first, json_carrier, named

MOST_RECORDS = 10_000


class Line(msgspec.Struct):
    """The keys of a record, or of a batch of them."""

    resourceLogs: Any = None
    resourceSpans: Any = None
    attributes: Any = None
    body: Any = None
    events: Any = None
    resource: Any = None
    severity_text: Any = None
    severityText: Any = None
    timestamp: Any = None
    start_time: Any = None
    timeUnixNano: Any = None
    trace_id: Any = None
    traceId: Any = None
    stacktrace: Any = msgspec.field(name="exception.stacktrace", default=None)
    type: Any = msgspec.field(name="exception.type", default=None)
    exception_message: Any = msgspec.field(name="exception.message", default=None)
    message: Any = None
    level: Any = None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _attributes(value: Any) -> dict[str, Any]:
    """Attributes as a plain mapping, from an object or from OTLP's list of keys and values."""
    if isinstance(value, dict):
        return value
    found = {}
    for each in _list(value):
        key, held = at(each, "key"), at(each, "value")
        if isinstance(key, str):
            found[key] = next(iter(held.values()), None) if isinstance(held, dict) else held
    return found


def _parts(message: str | None, attributes: dict[str, Any]) -> tuple[str | StackData, ...]:
    stack = StackData(
        first(attributes.get("exception.stacktrace")),
        first(attributes.get("exception.type")),
        first(attributes.get("exception.message")),
    )
    parts = (message, stack if stack.text or stack.type or stack.message else None)
    return tuple(part for part in parts if part)


def _batches(line: Line) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """(resource, scope, record) of an OTLP batch."""
    for outer, scopes, members in (
        (line.resourceLogs, "scopeLogs", "logRecords"),
        (line.resourceSpans, "scopeSpans", "spans"),
    ):
        for resource in _list(outer):
            attributes = _attributes(at(resource, "resource", "attributes"))
            for scope in _list(at(resource, scopes)):
                for record in _list(at(scope, members)):
                    if isinstance(record, dict):
                        yield attributes, at(scope, "scope") or {}, record


def _batch(line: Line) -> Record | None:
    parts: list[str | StackData] = []
    time: str | None = None
    fields: dict[str, str] = {}
    for resource, scope, record in _batches(line):
        events = record.get("events")
        for each in _list(events) or [record]:
            attributes = _attributes(at(each, "attributes"))
            found = _parts(first(at(each, "body", "stringValue"), at(each, "body")), attributes)
            if not found or len(parts) >= MOST_RECORDS:
                continue
            parts += found
            time = time or first(at(each, "timeUnixNano"), at(each, "observedTimeUnixNano"))
            level = first(at(each, "severityText"))
            fields = fields or {**_fields(resource, level), **named(logger=at(scope, "name"))}
    return Record(b"", time, fields, complete=True, parts=tuple(parts)) if parts else None


def _fields(resource: dict[str, Any], level: str | None) -> dict[str, str]:
    return named(
        level=level,
        process=resource.get("service.name"),
        host=resource.get("host.name"),
        pod=resource.get("k8s.pod.name"),
        container=resource.get("k8s.container.name"),
        pid=resource.get("process.pid"),
    )


def _read(line: Line) -> Record | None:
    if line.resourceLogs is not None or line.resourceSpans is not None:
        return _batch(line)
    if not any(
        (line.stacktrace, line.type, line.severity_text, line.severityText, line.trace_id, line.traceId)
    ):
        return None
    attributes = _attributes(line.attributes)
    for each in _list(line.events):
        attributes = {**attributes, **_attributes(at(each, "attributes"))}
    own = {
        "exception.stacktrace": line.stacktrace,
        "exception.type": line.type,
        "exception.message": line.exception_message,
    }
    attributes = {**attributes, **{key: value for key, value in own.items() if value}}
    parts = _parts(first(line.body, at(line.body, "stringValue"), line.message), attributes)
    resource = _attributes(at(line.resource, "attributes"))
    level = first(line.severity_text, line.severityText, line.level)
    fields = {**_fields(resource, level), **named(thread=attributes.get("thread.name"))}
    time = first(line.timestamp, line.timeUnixNano, line.start_time)
    return Record(b"", time, fields, complete=True, parts=parts)


CARRIER = json_carrier(
    "otel",
    "OpenTelemetry",
    Line,
    _read,
    (
        Sample(
            b'{"body":"request failed","severity_number":17,"severity_text":"ERROR","attributes":{"exception.type":'
            b'"KeyError","exception.message":"x","exception.stacktrace":"Traceback (most recent call last):\\n'
            b'  File \\"/srv/app/a.py\\", line 3, in f\\nKeyError: \'x\'\\n"},"timestamp":"2026-11-23T02:02:55.422001Z",'
            b'"resource":{"attributes":{"service.name":"shop"}}}',
            b"request failed\nTraceback (most recent call last):\n"
            b"  File \"/srv/app/a.py\", line 3, in f\nKeyError: 'x'",
            "2026-11-23T02:02:55.422001Z",
            {"level": "ERROR", "process": "shop"},
        ),
        Sample(
            b'{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},'
            b'"scopeLogs":[{"scope":{"name":"shop.api"},"logRecords":[{"timeUnixNano":"1795399376213000000",'
            b'"severityText":"ERROR","body":{"stringValue":"failed"},"attributes":[{"key":"exception.type","value":'
            b'{"stringValue":"KeyError"}},{"key":"exception.stacktrace","value":{"stringValue":"Traceback (most '
            b"recent call last):\\nKeyError: 'x'\"}}]}]}]}]}",
            b"failed\nTraceback (most recent call last):\nKeyError: 'x'",
            "1795399376213000000",
            {"level": "ERROR", "process": "shop", "logger": "shop.api"},
        ),
    ),
    near_misses=(b'{"body":"x","attributes":{}}', b'{"resourceLogs":[]}'),
)
