"""OTLP in JSON (OpenTelemetry protocol 1.x), for a receiver's ``/v1/logs``: a log record for each group.

Attributes are those of OpenTelemetry's semantic conventions for exceptions; what has no convention begins
with ``stacktraces.``. A record stands at the moment when its group was last seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from .. import plain
from ..report import encode
from . import Answer, Output, Shown
from ._words import level, stack

_SEVERITIES = {"error": (17, "ERROR"), "warning": (13, "WARN"), "note": (9, "INFO")}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def pieces(answer: Answer) -> Iterator[bytes]:
    """One request."""
    scope = {"name": "stacktraces", "version": answer.version}
    yield b'{"resourceLogs":[{"resource":{"attributes":[]},"scopeLogs":[{"scope":' + encode(scope)
    yield b',"logRecords":['
    for number, each in enumerate(answer.shown):
        yield (b",\n" if number else b"\n") + encode(_record(each))
    yield b"\n]}]}]}\n"


def _record(shown: Shown) -> dict[str, Any]:
    group = shown.group
    number, text = _SEVERITIES[level(shown)]
    attributes = {
        "exception.type": group.error.type,
        "exception.message": group.error.message,
        "exception.stacktrace": stack(group),
        "code.file.path": group.culprit.file if group.culprit else None,
        "code.function.name": group.culprit.function if group.culprit else None,
        "code.line.number": group.culprit.line if group.culprit else None,
        "stacktraces.fingerprint": group.fingerprint,
        "stacktraces.count": group.count,
        "stacktraces.first_seen": group.first_seen,
        "stacktraces.last_seen": group.last_seen,
        "stacktraces.runtime": group.runtime,
        "stacktraces.verdict": shown.verdict,
    }
    record: dict[str, Any] = {
        "severityNumber": number,
        "severityText": text,
        "body": {"stringValue": plain.headline(group.error)},
        "attributes": [
            {"key": key, "value": _value(value)} for key, value in attributes.items() if value is not None
        ],
    }
    if (moment := _nanoseconds(group.last_seen)) is not None:
        record["timeUnixNano"] = str(moment)
    return record


def _value(value: str | int) -> dict[str, str]:
    """An ``AnyValue``; 64-bit numbers are texts in protobuf's JSON."""
    return {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}


def _nanoseconds(time: str | None) -> int | None:
    """Since 1970; a time without a zone counts as UTC."""
    if time is None:
        return None
    try:
        moment = datetime.fromisoformat(time)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0, (moment - _EPOCH) // timedelta(microseconds=1) * 1000)


OUTPUT = Output(pieces)
