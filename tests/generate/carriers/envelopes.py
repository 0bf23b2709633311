"""JSON records that hold a whole trace in one of their strings."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from tests.generate.carriers import CARRIERS, Carrier, Units, Writer

Record = dict[str, Any]
LEVELS = {"ERROR": 50, "CRITICAL": 60}
SERILOG = {"ERROR": "Error", "CRITICAL": "Fatal"}
ISO = "%Y-%m-%dT%H:%M:%S.%LZ"


def envelope(**about: Any) -> Callable[[Callable[..., Record]], Callable[..., Record]]:
    """Register a function that makes the record for ``(trace, last_line, writer)``."""

    def register(function: Callable[..., Record]) -> Callable[..., Record]:
        def units(lines: Sequence[bytes], writer: Writer) -> Units:
            text = b"\n".join(lines).decode()
            record = function(text, lines[-1].decode(), writer)
            return [json.dumps(record, separators=(", ", ": ")).encode() + b"\n"]

        name = function.__name__
        options = {"whole": True, "precision": "millisecond", **about}
        CARRIERS[name] = Carrier(name=name, layer="envelope", units=units, **options)
        return function

    return register


def named(last: str) -> tuple[str, str]:
    kind, _, message = last.partition(": ")
    return kind, message


@envelope(carries=("level", "logger", "pid", "thread", "message"), zone=False)
def python_json_logger(trace: str, last: str, writer: Writer) -> Record:
    return {
        "asctime": writer.printed("%Y-%m-%d %H:%M:%S,%L"),
        "levelname": writer.level,
        "name": writer.logger,
        "process": int(writer.pid),
        "threadName": writer.thread,
        "message": writer.message,
        "exc_info": trace,
    }


@envelope(carries=("level", "logger", "message"), precision="microsecond")
def structlog_json(trace: str, last: str, writer: Writer) -> Record:
    return {
        "request_id": "7f3a",
        "event": writer.message,
        "level": writer.level.lower(),
        "logger": writer.logger,
        "timestamp": writer.printed("%Y-%m-%dT%H:%M:%S.%fZ"),
        "exception": trace,
    }


@envelope(carries=("level", "logger", "pid", "thread", "host", "message"))
def ecs_dotted(trace: str, last: str, writer: Writer) -> Record:
    return {
        "@timestamp": writer.printed(ISO),
        "log.level": writer.level.lower(),
        "log.logger": writer.logger,
        "process.pid": int(writer.pid),
        "process.thread.name": writer.thread,
        "host.name": writer.host,
        "message": writer.message,
        "error.type": named(last)[0],
        "error.message": named(last)[1],
        "error.stack_trace": trace,
    }


@envelope(carries=("level", "logger", "pid", "thread", "message"))
def ecs_nested(trace: str, last: str, writer: Writer) -> Record:
    return {
        "@timestamp": writer.printed(ISO),
        "log": {"level": writer.level.lower(), "logger": writer.logger},
        "process": {"pid": int(writer.pid), "thread": {"name": writer.thread}},
        "message": writer.message,
        "error": {"type": named(last)[0], "message": named(last)[1], "stack_trace": trace},
    }


@envelope(carries=("level", "logger", "thread", "message"))
def logstash(trace: str, last: str, writer: Writer) -> Record:
    return {
        "@timestamp": writer.printed(ISO),
        "@version": "1",
        "message": writer.message,
        "logger_name": writer.logger,
        "thread_name": writer.thread,
        "level": writer.level,
        "stack_trace": trace,
    }


@envelope(carries=("host", "pid", "message"))
def bunyan(trace: str, last: str, writer: Writer) -> Record:
    kind, message = named(last)
    return {
        "name": writer.process,
        "hostname": writer.host,
        "pid": int(writer.pid),
        "level": LEVELS[writer.level],
        "err": {"message": message, "name": kind, "stack": trace},
        "msg": writer.message,
        "time": writer.printed(ISO),
        "v": 0,
    }


@envelope(carries=("level", "logger", "message"))
def zap(trace: str, last: str, writer: Writer) -> Record:
    return {
        "level": writer.level.lower(),
        "ts": writer.time.timestamp(),
        "logger": writer.logger,
        "caller": "api/shop.go:12",
        "msg": writer.message,
        "stacktrace": trace,
    }


@envelope(carries=("message",))
def serilog(trace: str, last: str, writer: Writer) -> Record:
    return {"@t": writer.printed(ISO), "@mt": writer.message, "@l": SERILOG[writer.level], "@x": trace}


@envelope(carries=("level", "logger", "thread", "host", "message"))
def datadog(trace: str, last: str, writer: Writer) -> Record:
    kind, message = named(last)
    return {
        "timestamp": writer.printed(ISO),
        "status": writer.level.lower(),
        "host": writer.host,
        "service": writer.process,
        "logger": {"name": writer.logger, "thread_name": writer.thread},
        "message": writer.message,
        "error": {"kind": kind, "message": message, "stack": trace},
    }


def gcp_entry(writer: Writer, payload: Record) -> Record:
    return {
        "insertId": "1f2e",
        "severity": writer.level,
        "timestamp": writer.printed("%Y-%m-%dT%H:%M:%S.%fZ"),
        "resource": {
            "type": "k8s_container",
            "labels": {"pod_name": writer.pod, "container_name": writer.container},
        },
        **payload,
    }


GCP: dict[str, Any] = {"carries": ("level", "pod", "container"), "precision": "microsecond"}


@envelope(**GCP)
def gcp_stack_trace(trace: str, last: str, writer: Writer) -> Record:
    payload = {"message": writer.message, "stack_trace": trace, "logger": writer.logger}
    return gcp_entry(writer, {"jsonPayload": payload})


@envelope(**GCP)
def gcp_message(trace: str, last: str, writer: Writer) -> Record:
    return gcp_entry(writer, {"jsonPayload": {"message": trace}})


@envelope(**GCP)
def gcp_text(trace: str, last: str, writer: Writer) -> Record:
    return gcp_entry(writer, {"textPayload": trace + "\n"})


def otel_record(trace: str, last: str, writer: Writer) -> Record:
    kind, message = named(last)
    known = {"exception.type": kind, "exception.message": message, "exception.stacktrace": trace}
    return {
        "timeUnixNano": str(int(writer.time.timestamp() * 1_000_000) * 1000),
        "severityNumber": 17,
        "severityText": writer.level,
        "body": {"stringValue": writer.message},
        "attributes": [{"key": key, "value": {"stringValue": value}} for key, value in known.items()],
    }


@envelope(carries=("level", "message"), precision="microsecond")
def otel_attributes(trace: str, last: str, writer: Writer) -> Record:
    return otel_record(trace, last, writer)


@envelope(carries=("level", "host", "logger"), precision="microsecond")
def otlp_file(trace: str, last: str, writer: Writer) -> Record:
    host = {"key": "host.name", "value": {"stringValue": writer.host}}
    scope = {"scope": {"name": writer.logger}, "logRecords": [otel_record(trace, last, writer)]}
    return {"resourceLogs": [{"resource": {"attributes": [host]}, "scopeLogs": [scope]}]}


@envelope(carries=("level",))
def otel_flat(trace: str, last: str, writer: Writer) -> Record:
    kind, message = named(last)
    return {
        "timestamp": writer.printed(ISO),
        "severity_text": writer.level,
        "body": writer.message,
        "attributes": {
            "exception.type": kind,
            "exception.message": message,
            "exception.stacktrace": trace,
        },
    }


@envelope(precision=None)
def unknown_json(trace: str, last: str, writer: Writer) -> Record:
    return {"zzz": 1, "payload": {"things": [{"blurb": f"{writer.message}\n{trace}"}]}}


@envelope(precision=None)
def json_in_json(trace: str, last: str, writer: Writer) -> Record:
    return {"kind": "event", "data": json.dumps({"inner": json.dumps({"text": trace})})}
