"""What the way into a log adds to every line: syslog, the journal, containers, process managers, CI."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator, Sequence
from typing import Any, Final

from tests.generate.carriers import Units, Writer, carrier, prefixed

FRAGMENT = 40
SYSLOG = ("host", "process", "pid")
TRANSPORT: Final = "transport"


@carrier(TRANSPORT, separable=False)
def plain(lines: Sequence[bytes], writer: Writer) -> Units:
    return [line + b"\n" for line in lines]


@carrier(TRANSPORT, separable=False)
def crlf(lines: Sequence[bytes], writer: Writer) -> Units:
    return [line + b"\r\n" for line in lines]


@carrier(TRANSPORT, separable=False)
def ansi(lines: Sequence[bytes], writer: Writer) -> Units:
    return [b"\x1b[31m%s\x1b[0m\n" % line for line in lines]


@prefixed(TRANSPORT, carries=SYSLOG)
def rfc3164(writer: Writer) -> str:
    day = f"{writer.time.day:2}"
    return writer.printed(f"<11>%b {day} %H:%M:%S {writer.host} {writer.process}[{writer.pid}]: ")


@prefixed(TRANSPORT, carries=SYSLOG)
def syslog_file(writer: Writer) -> str:
    day = f"{writer.time.day:2}"
    return writer.printed(f"%b {day} %H:%M:%S {writer.host} {writer.process}[{writer.pid}]: ")


@prefixed(TRANSPORT, carries=SYSLOG, precision="microsecond")
def rsyslog_iso(writer: Writer) -> str:
    return writer.printed(f"%Y-%m-%dT%H:%M:%S.%f+00:00 {writer.host} {writer.process}[{writer.pid}]: ")


def rfc5424_header(writer: Writer) -> str:
    return writer.printed(f"<11>1 %Y-%m-%dT%H:%M:%S.%LZ {writer.host} {writer.process} {writer.pid} - ")


@prefixed(TRANSPORT, carries=SYSLOG, precision="millisecond")
def rfc5424(writer: Writer) -> str:
    return rfc5424_header(writer) + "- "


@prefixed(TRANSPORT, carries=SYSLOG, precision="millisecond")
def rfc5424_data(writer: Writer) -> str:
    return rfc5424_header(writer) + r'[origin ip="10.0.0.1"][x@32473 quote="a\"b\] c"] ' + "\ufeff"


@carrier(TRANSPORT, carries=SYSLOG, precision="millisecond")
def rfc5424_octets(lines: Sequence[bytes], writer: Writer) -> Units:
    messages = [rfc5424_header(writer).encode() + b"- " + line + b"\n" for line in lines]
    return [b"%d %s" % (len(message), message) for message in messages]


def escaped(lines: Sequence[bytes], mark: bytes) -> bytes:
    """Control characters in octal, as syslog daemons write a message of several lines on one."""
    return re.sub(rb"[\x00-\x1f\x7f]", lambda found: mark + b"%03o" % found[0][0], b"\n".join(lines))


@carrier(TRANSPORT, carries=SYSLOG, whole=True)
def rsyslog_escapes(lines: Sequence[bytes], writer: Writer) -> Units:
    return [syslog_file(writer).encode() + escaped([writer.message.encode(), *lines], b"#") + b"\n"]


@carrier(TRANSPORT, carries=SYSLOG, whole=True)
def syslog_backslash_escapes(lines: Sequence[bytes], writer: Writer) -> Units:
    return [syslog_file(writer).encode() + escaped([writer.message.encode(), *lines], b"\\") + b"\n"]


@prefixed(TRANSPORT, carries=SYSLOG)
def journalctl_short(writer: Writer) -> str:
    return writer.printed(f"%b %d %H:%M:%S {writer.host} {writer.process}[{writer.pid}]: ")


@carrier(TRANSPORT, carries=SYSLOG, whole=True)
def journalctl_short_padded(lines: Sequence[bytes], writer: Writer) -> Units:
    prefix = journalctl_short(writer).encode()
    return [prefix + lines[0] + b"\n" + b"".join(b" " * len(prefix) + line + b"\n" for line in lines[1:])]


def journal_fields(writer: Writer) -> dict[str, str]:
    return {
        "__REALTIME_TIMESTAMP": str(int(writer.time.timestamp() * 1_000_000)),
        "_HOSTNAME": writer.host,
        "SYSLOG_IDENTIFIER": writer.process,
        "_PID": writer.pid,
        "PRIORITY": "3",
        "_TRANSPORT": "stdout",
    }


def export_entry(writer: Writer, message: bytes, binary: bool) -> bytes:
    head = "".join(f"{name}={value}\n" for name, value in journal_fields(writer).items()).encode()
    if binary:
        return head + b"MESSAGE\n" + struct.pack("<Q", len(message)) + message + b"\n\n"
    return head + b"MESSAGE=" + message + b"\n\n"


@carrier(TRANSPORT, carries=SYSLOG, precision="microsecond")
def journal_export(lines: Sequence[bytes], writer: Writer) -> Units:
    binary = [any(byte < 32 and byte != 9 for byte in line) for line in lines]
    return [export_entry(writer, line, packed) for line, packed in zip(lines, binary, strict=True)]


@carrier(TRANSPORT, carries=SYSLOG, precision="microsecond", whole=True)
def journal_export_binary(lines: Sequence[bytes], writer: Writer) -> Units:
    return [export_entry(writer, b"\n".join(lines), True)]


def json_line(record: object) -> bytes:
    return json.dumps(record, ensure_ascii=False).encode() + b"\n"


@carrier(TRANSPORT, carries=SYSLOG, precision="microsecond")
def journal_json(lines: Sequence[bytes], writer: Writer) -> Units:
    return [json_line({**journal_fields(writer), "MESSAGE": line.decode()}) for line in lines]


@carrier(TRANSPORT, carries=SYSLOG, precision="microsecond", whole=True)
def journal_json_whole(lines: Sequence[bytes], writer: Writer) -> Units:
    return [json_line({"MESSAGE": b"\n".join(lines).decode(), **journal_fields(writer)})]


@carrier(TRANSPORT, carries=SYSLOG, precision="microsecond")
def journal_json_bytes(lines: Sequence[bytes], writer: Writer) -> Units:
    return [json_line({**journal_fields(writer), "MESSAGE": list(line)}) for line in lines]


def fragments(line: bytes) -> Iterator[tuple[bytes, bool]]:
    """Pieces of at most FRAGMENT characters, and whether each is the last."""
    text = line.decode()
    for start in range(0, max(len(text), 1), FRAGMENT):
        yield text[start : start + FRAGMENT].encode(), start + FRAGMENT >= len(text)


def docker_record(text: bytes, writer: Writer) -> bytes:
    time = writer.printed("%Y-%m-%dT%H:%M:%S.%NZ")
    record = {"log": text.decode(), "stream": writer.stream, "time": time}
    return json.dumps(record, separators=(",", ":")).encode() + b"\n"


@carrier(TRANSPORT, carries=("stream",), precision="microsecond")
def docker_json(lines: Sequence[bytes], writer: Writer) -> Units:
    return [docker_record(line + b"\n", writer) for line in lines]


@carrier(TRANSPORT, carries=("stream",), precision="microsecond")
def docker_json_partial(lines: Sequence[bytes], writer: Writer) -> Units:
    return [docker_record(part + b"\n" * last, writer) for line in lines for part, last in fragments(line)]


@prefixed(TRANSPORT, carries=("stream",), precision="microsecond")
def cri(writer: Writer) -> str:
    return writer.printed(f"%Y-%m-%dT%H:%M:%S.%NZ {writer.stream} F ")


@carrier(TRANSPORT, carries=("stream",), precision="microsecond")
def cri_partial(lines: Sequence[bytes], writer: Writer) -> Units:
    head = writer.printed(f"%Y-%m-%dT%H:%M:%S.%N+00:00 {writer.stream} ").encode()
    return [
        head + (b"F " if last else b"P ") + part + b"\n" for line in lines for part, last in fragments(line)
    ]


@prefixed(TRANSPORT, carries=("process",), printed={"process": "{process}-1"})
def compose(writer: Writer) -> str:
    return f"{writer.process}-1  | "


@prefixed(TRANSPORT, carries=("process",), printed={"process": "{process}_1"})
def compose_v1(writer: Writer) -> str:
    return f"{writer.process}_1     | "


@prefixed(TRANSPORT, carries=("process",), printed={"process": "{process}-1"})
def compose_coloured(writer: Writer) -> str:
    return f"\x1b[36m{writer.process}-1  |\x1b[0m "


@prefixed(TRANSPORT, carries=("pod", "container"))
def kubectl_prefix(writer: Writer) -> str:
    return f"[pod/{writer.pod}/{writer.container}] "


@prefixed(TRANSPORT, carries=("pod", "container"), precision="microsecond")
def kubectl_prefix_timestamps(writer: Writer) -> str:
    return writer.printed(f"[pod/{writer.pod}/{writer.container}] %Y-%m-%dT%H:%M:%S.%NZ ")


@prefixed(TRANSPORT, carries=("pod", "container"))
def stern(writer: Writer) -> str:
    return f"{writer.pod} {writer.container} "


@prefixed(TRANSPORT, carries=("pod", "container"), precision="microsecond")
def stern_timestamps(writer: Writer) -> str:
    return writer.printed(f"{writer.pod} {writer.container} %Y-%m-%dT%H:%M:%S.%NZ ")


@prefixed(TRANSPORT, carries=("process",))
def pm2(writer: Writer) -> str:
    return f"0|{writer.process}  | "


@prefixed(TRANSPORT, carries=("process",), precision="second", zone=False)
def pm2_time(writer: Writer) -> str:
    return writer.printed(f"0|{writer.process}  | %Y-%m-%dT%H:%M:%S: ")


@prefixed(TRANSPORT, carries=("process",))
def launcher_rank(writer: Writer) -> str:
    """As torchrun writes it, with names for ranks."""
    return f"[{writer.process}]: "


@prefixed(TRANSPORT, carries=("process",), printed={"process": "{process}.1"})
def process_manager_coloured(writer: Writer) -> str:
    """As honcho and foreman write it on a terminal."""
    return writer.printed(f"\x1b[0;36m%H:%M:%S {writer.process}.1    | \x1b[0m")


@prefixed(TRANSPORT)
def task_runner(writer: Writer) -> str:
    """As turbo, lerna and pdsh write it."""
    return f"{writer.process}:dev: "


@prefixed(TRANSPORT)
def swarm_service(writer: Writer) -> str:
    return f"{writer.process}_web.1.x7k2{writer.pid}abc@{writer.host}    | "


@prefixed(TRANSPORT, carries=("level",), separable=False)
def glog_like(writer: Writer) -> str:
    return writer.printed(f"{writer.level} %m-%d %H:%M:%S impl.py:414] ")


@prefixed(TRANSPORT)
def glog(writer: Writer) -> str:
    """The number is glog's thread id, here the process's."""
    return writer.printed(f"E%m%d %H:%M:%S.%f {writer.pid:>7} impl.py:414] ")


@prefixed(TRANSPORT, precision="microsecond", separable=False)
def ci_github(writer: Writer) -> str:
    return writer.printed("%Y-%m-%dT%H:%M:%S.%7Z ")


@carrier(TRANSPORT, precision="microsecond", separable=False)
def ci_github_error(lines: Sequence[bytes], writer: Writer) -> Units:
    """As downloaded: a byte order mark first, and a marked line after the trace."""
    head = ci_github(writer).encode()
    units = [head + line + b"\n" for line in lines]
    return [
        "\ufeff".encode() + units[0],
        *units[1:],
        head + b"##[error]Process completed with exit code 1.\n",
    ]


@prefixed(TRANSPORT, precision="microsecond")
def ci_github_cli(writer: Writer) -> str:
    return f"{writer.process}\tRun tests\t" + ci_github(writer)


APACHE: dict[str, Any] = {"precision": "microsecond", "zone": False, "carries": ("pid",)}


@prefixed(TRANSPORT, **APACHE)
def apache_error(writer: Writer) -> str:
    form = f"[%a %b %d %H:%M:%S.%f %Y] [wsgi:error] [pid {writer.pid}:tid 140001] [remote 10.0.0.1:26449] "
    return writer.printed(form)


@carrier(TRANSPORT, **APACHE)
def apache_error_referer(lines: Sequence[bytes], writer: Writer) -> Units:
    head = apache_error(writer).encode()
    return [head + line + b", referer: https://shop.example/cart?a=1\n" for line in lines]
