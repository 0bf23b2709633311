"""Log records of OpenTelemetry as traces, whichever encoding they came in."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO, cast

import msgspec

from ...model import Context, Error, Trace
from ...scanning import Occurrences, Options
from ...sources.inputs import Source
from . import Occurrence
from ._json import number


class LogRecord(msgspec.Struct):
    """What is looked at of a log record."""

    time_ns: int | None = None
    severity: str | None = None
    body: str | None = None
    attributes: dict[str, str] = {}
    resource: dict[str, str] = {}
    """The attributes of what wrote it."""
    scope: str | None = None
    """The logger's name."""


def occurrences(record: LogRecord) -> Iterator[Occurrence]:
    """The errors of ``record``: that of its attributes, or those in its text."""
    stack, kind = record.attributes.get("exception.stacktrace"), record.attributes.get("exception.type")
    message = record.attributes.get("exception.message")
    if stack or kind:
        traces = list(_traces(stack or ""))
        if not traces:
            traces = [Trace(Error(type=kind, message=message), format="otlp", runtime=_runtime(record))]
        yield _occurrence(record, traces[-1], number(record.attributes.get("stacktraces.count")))
        return
    for trace in _traces(record.body or ""):
        yield _occurrence(record, trace, None)


def _traces(text: str) -> Iterator[Trace]:
    content = cast(BinaryIO, io.BytesIO(text.encode("utf-8", "replace")))
    return iter(Occurrences([Source("request", content)], Options(carrier="none")))


def _runtime(record: LogRecord) -> str | None:
    language = record.resource.get("telemetry.sdk.language")
    return {"nodejs": "javascript", "webjs": "javascript", "cpp": "native"}.get(language or "", language)


def _occurrence(record: LogRecord, trace: Trace, count: int | None) -> Occurrence:
    resource = record.resource
    if record.time_ns:
        moment = datetime.fromtimestamp(record.time_ns / 1e9, UTC)
        trace.time = moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    trace.context = Context(
        host=resource.get("host.name"),
        pod=resource.get("k8s.pod.name"),
        container=resource.get("container.name") or resource.get("k8s.container.name"),
        process=resource.get("service.name"),
        pid=resource.get("process.pid"),
        thread=record.attributes.get("thread.name"),
        logger=record.scope,
        level=record.severity,
    )
    environment = resource.get("deployment.environment.name") or resource.get("deployment.environment")
    release = resource.get("service.version")
    return Occurrence(trace, environment=environment, release=release, count=count or 1)
