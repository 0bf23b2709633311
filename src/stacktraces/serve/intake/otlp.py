"""Logs by OTLP/HTTP in protobuf: ``ExportLogsServiceRequest`` of OpenTelemetry's protocol 1.x."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from . import Occurrence
from ._log_records import LogRecord, occurrences
from ._protobuf import fields_of


def read(content: bytes) -> Iterator[Occurrence]:
    """The errors of the log records in ``content``."""
    for resource_logs in _messages(content, 1):
        resource = {
            key: value
            for each in _messages(resource_logs, 1)
            for attribute in _messages(each, 1)
            for key, value in [_attribute(attribute)]
        }
        for scope_logs in _messages(resource_logs, 2):
            scope = next(
                (_text(name) for each in _messages(scope_logs, 1) for name in _messages(each, 1)), None
            )
            for record in _messages(scope_logs, 2):
                yield from occurrences(_record(record, resource, scope))


def _record(message: bytes, resource: dict[str, str], scope: str | None) -> LogRecord:
    record = LogRecord(resource=resource, scope=scope, attributes={})
    observed = None
    for number, value in fields_of(message):
        if isinstance(value, int):
            if number == 1:
                record.time_ns = value or None
            elif number == 11:
                observed = value
        elif number == 3:
            record.severity = _text(value) or None
        elif number == 5:
            record.body = _value(value)
        elif number == 6:
            key, text = _attribute(value)
            record.attributes[key] = text
    record.time_ns = record.time_ns or observed
    return record


def _messages(message: bytes, wanted: int) -> Iterator[bytes]:
    return (value for number, value in fields_of(message) if number == wanted and isinstance(value, bytes))


def _attribute(message: bytes) -> tuple[str, str]:
    key, value = "", ""
    for number, given in fields_of(message):
        if isinstance(given, bytes):
            key, value = (_text(given), value) if number == 1 else (key, _value(given))
    return key, value


def _value(message: bytes) -> str:
    """An ``AnyValue`` as text; lists and maps are none."""
    for number, value in fields_of(message):
        if number == 1 and isinstance(value, bytes):
            return _text(value)
        if isinstance(value, int) and number == 2:
            return "true" if value else "false"
        if isinstance(value, int) and number == 3:
            return str(value - (1 << 64) if value >= 1 << 63 else value)
        if isinstance(value, int) and number == 4:
            return str(struct.unpack("<d", value.to_bytes(8, "little"))[0])
    return ""


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")
