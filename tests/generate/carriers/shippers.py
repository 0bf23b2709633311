"""What shippers and stores write when each line of a trace becomes a record of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tests.generate.carriers import SHIPPERS, Units, Writer, carrier

Record = dict[str, Any]
ISO = "%Y-%m-%dT%H:%M:%S.%NZ"


def record_per_line(**about: Any) -> Callable[[Callable[[str, int, Writer], Record]], object]:
    """Register a function that makes the record for ``(line, number, writer)``."""

    def register(function: Callable[[str, int, Writer], Record]) -> object:
        def units(lines: Sequence[bytes], writer: Writer) -> Units:
            return [
                json.dumps(function(line.decode(), number, writer), separators=(",", ":")).encode() + b"\n"
                for number, line in enumerate(lines)
            ]

        units.__name__ = function.__name__
        return carrier("transport", **{"precision": "microsecond", **about})(units)

    return register


@record_per_line(carries=("host",))
def vector(line: str, number: int, writer: Writer) -> Record:
    return {
        "file": f"/var/log/{writer.process}.log",
        "host": writer.host,
        "message": line,
        "source_type": "file",
        "timestamp": writer.printed(ISO),
    }


@record_per_line(carries=("host", "pod", "container", "stream"))
def filebeat(line: str, number: int, writer: Writer) -> Record:
    return {
        "@timestamp": writer.printed("%Y-%m-%dT%H:%M:%S.%LZ"),
        "@metadata": {"beat": "filebeat", "type": "_doc", "version": "8.15.0"},
        "log": {"offset": number * 40, "file": {"path": f"/var/log/containers/{writer.pod}.log"}},
        "stream": writer.stream,
        "message": line,
        "input": {"type": "container"},
        "kubernetes": {"pod": {"name": writer.pod}, "container": {"name": writer.container}},
        "host": {"name": writer.host},
        "agent": {"type": "filebeat", "version": "8.15.0", "id": "4a1c"},
        "ecs": {"version": "8.0.0"},
    }


@record_per_line(carries=("stream",))
def fluent_bit_json(line: str, number: int, writer: Writer) -> Record:
    return {
        "date": writer.time.timestamp(),
        "time": writer.printed("%Y-%m-%dT%H:%M:%S.%NZ"),
        "stream": writer.stream,
        "_p": "F",
        "log": line,
        "kubernetes": {"pod_name": writer.pod, "container_name": writer.container, "docker_id": "b7c0"},
    }


@record_per_line(carries=("pod", "container"))
def gcp_text_payload(line: str, number: int, writer: Writer) -> Record:
    return {
        "insertId": f"{writer.pid}-{number}",
        "labels": {"k8s-pod/app": writer.process},
        "logName": f"projects/p/logs/{writer.stream}",
        "receiveTimestamp": "2026-03-01T12:00:05Z",
        "resource": {
            "labels": {"container_name": writer.container, "pod_name": writer.pod},
            "type": "k8s_container",
        },
        "severity": "ERROR",
        "textPayload": line,
        "timestamp": writer.printed(ISO),
    }


@record_per_line(carries=("pod",))
def logcli_jsonl(line: str, number: int, writer: Writer) -> Record:
    labels = {"app": writer.process, "filename": f"/var/log/{writer.process}.log", "pod": writer.pod}
    return {"labels": labels, "line": line, "timestamp": writer.printed(ISO)}


@record_per_line(carries=("host",))
def splunk_export(line: str, number: int, writer: Writer) -> Record:
    result = {
        "_raw": line,
        "_time": writer.printed("%Y-%m-%dT%H:%M:%S.%f+00:00"),
        "host": writer.host,
        "source": f"/var/log/{writer.process}.log",
        "sourcetype": "app",
    }
    return {"preview": False, "offset": number, "result": result}


@record_per_line()
def unknown_names(line: str, number: int, writer: Writer) -> Record:
    return {
        "n": number,
        "unit": f"{writer.process}.service",
        "when": writer.printed(ISO),
        "payload": {"row": line},
    }


def _ruby(record: Record) -> str:
    return json.dumps(record, separators=(", ", "=>"))


def _numbered(lines: Sequence[bytes]) -> Iterator[tuple[int, str]]:
    return ((number, line.decode()) for number, line in enumerate(lines))


@carrier("transport", precision="microsecond", carries=("stream",))
def fluent_bit_stdout(lines: Sequence[bytes], writer: Writer) -> Units:
    time = f"{int(writer.time.timestamp())}.{writer.printed('%N')}"
    tag = f"kube.var.log.containers.{writer.pod}_default_{writer.container}.log"
    return [
        f"[{number}] {tag}: [[{time}, {{}}], {_ruby({'stream': writer.stream, 'log': line})}]\n".encode()
        for number, line in _numbered(lines)
    ]


@carrier("transport", precision="microsecond", carries=("container",))
def fluentd_stdout(lines: Sequence[bytes], writer: Writer) -> Units:
    time = writer.printed("%Y-%m-%d %H:%M:%S.%N +0000")
    record = {"container_id": "4f2a", "container_name": writer.container, "source": writer.stream}
    return [
        f"{time} docker.{writer.pod}: {json.dumps({**record, 'log': line})}\n".encode()
        for _, line in _numbered(lines)
    ]


@carrier("transport", precision="second", carries=("container",))
def fluentd_file(lines: Sequence[bytes], writer: Writer) -> Units:
    time = writer.printed("%Y-%m-%dT%H:%M:%S+00:00")
    record = {"container_id": "4f2a", "container_name": writer.container, "source": writer.stream}
    return [
        f"{time}\tdocker.{writer.pod}\t{json.dumps({**record, 'log': line})}\n".encode()
        for _, line in _numbered(lines)
    ]


@carrier("transport", precision="second")
def logcli_default(lines: Sequence[bytes], writer: Writer) -> Units:
    time = writer.printed("%Y-%m-%dT%H:%M:%SZ")
    return [
        f'{time} {{app="{writer.process}", pod="{writer.pod}"}} {line}\n'.encode()
        for _, line in _numbered(lines)
    ]


@carrier("transport", precision="microsecond")
def aws_logs_tail(lines: Sequence[bytes], writer: Writer) -> Units:
    time = writer.printed("%Y-%m-%dT%H:%M:%S.%f+00:00")
    return [f"{time} {writer.process}/{writer.pod} {line}\n".encode() for _, line in _numbered(lines)]


@carrier("transport", precision="millisecond")
def aws_logs_text(lines: Sequence[bytes], writer: Writer) -> Units:
    time = int(writer.time.timestamp() * 1000)
    return [
        f"EVENTS\t{10**55 + number}\t{time}\t{writer.pod}\t{line}\t{time}\n".encode()
        for number, line in _numbered(lines)
    ]


@carrier("transport", precision="second", carries=("host", "process"))
def papertrail_archive(lines: Sequence[bytes], writer: Writer) -> Units:
    time = writer.printed("%Y-%m-%dT%H:%M:%S")
    return [
        f"{50000 + number}\t{time}\t{time}\t42\t{writer.host}\t10.0.0.1\tUser\tError\t{writer.process}\t{line}\n".encode()
        for number, line in _numbered(lines)
    ]


SHIPPERS.update(
    (
        *("vector", "filebeat", "fluent_bit_json", "gcp_text_payload", "logcli_jsonl", "splunk_export"),
        *("unknown_names", "fluent_bit_stdout", "fluentd_stdout", "fluentd_file", "logcli_default"),
        *("aws_logs_tail", "aws_logs_text", "papertrail_archive"),
    )
)
