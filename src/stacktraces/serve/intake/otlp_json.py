"""Logs by OTLP/HTTP in JSON: ``ExportLogsServiceRequest`` of OpenTelemetry's protocol 1.x."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...errors import InputError
from . import Occurrence
from ._json import decode, fields, items, number, shown, text
from ._log_records import LogRecord, occurrences


def read(content: bytes) -> Iterator[Occurrence]:
    """The errors of the log records in ``content``."""
    request = decode(content)
    if not isinstance(request, dict):
        raise InputError("What was sent is no request of OTLP.")
    for resource_logs in map(fields, items(request.get("resourceLogs"))):
        resource = _attributes(fields(resource_logs.get("resource")).get("attributes"))
        for scope_logs in map(fields, items(resource_logs.get("scopeLogs"))):
            scope = text(fields(scope_logs.get("scope")).get("name"))
            for record in map(fields, items(scope_logs.get("logRecords"))):
                yield from occurrences(_record(record, resource, scope))


def _record(given: dict[str, Any], resource: dict[str, str], scope: str | None) -> LogRecord:
    return LogRecord(
        time_ns=number(given.get("timeUnixNano")) or number(given.get("observedTimeUnixNano")),
        severity=text(given.get("severityText")),
        body=_value(given.get("body")),
        attributes=_attributes(given.get("attributes")),
        resource=resource,
        scope=scope,
    )


def _attributes(given: object) -> dict[str, str]:
    pairs = map(fields, items(given))
    return {key: _value(each.get("value")) for each in pairs if (key := text(each.get("key"))) is not None}


def _value(given: object) -> str:
    """An ``AnyValue`` as text; lists and maps are none."""
    for kind in ("stringValue", "intValue", "doubleValue", "boolValue"):
        if (value := fields(given).get(kind)) is not None:
            return shown(value) or ""
    return ""
