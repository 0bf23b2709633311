"""Clients that send events by Sentry's protocol over loopback, each one after the other."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Iterator
from typing import NamedTuple

ISSUES = 200


class Target(NamedTuple):
    """Where events go."""

    port: int
    key: str
    """Of the DSN."""
    project: str = "1"


class Sent(NamedTuple):
    """How sending went."""

    seconds: float
    """Until the last event was acknowledged."""
    waits: list[float]
    """Seconds for each event, sorted."""


def envelope(number: int) -> bytes:
    """An event of one of ``ISSUES`` issues, with a value of its own in the message."""
    issue, name = number % ISSUES, uuid.uuid4().hex
    frames = [
        _frame("main.py", "handle", 10),
        _frame("views.py", f"serve_{issue % 20}", 25),
        _frame(f"module_{issue}.py", f"function_{issue}", 3),
    ]
    error = {
        "type": "LookupError",
        "value": f"no price of item {number}",
        "stacktrace": {"frames": frames},
        "mechanism": {"type": "excepthook", "handled": False},
    }
    event = {
        "event_id": name,
        "platform": "python",
        "timestamp": time.time(),
        "level": "error",
        "environment": "production",
        "release": "shop@1.0",
        "server_name": "web-1",
        "sdk": {"name": "sentry.python", "version": "2.20.0"},
        "exception": {"values": [error]},
    }
    payload = json.dumps(event).encode()
    header = json.dumps({"event_id": name, "sent_at": "2026-03-01T10:00:00Z"}).encode()
    return b'%b\n{"type":"event","length":%d}\n%b\n' % (header, len(payload), payload)


def _frame(file: str, function: str, line: int) -> dict[str, object]:
    return {
        "filename": file,
        "abs_path": f"/srv/shop/{file}",
        "module": file.removesuffix(".py"),
        "function": function,
        "lineno": line,
        "context_line": "    return prices[name]",
        "in_app": True,
    }


async def _client(target: Target, numbers: Iterator[int], waits: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
    head = (
        f"POST /api/{target.project}/envelope/ HTTP/1.1\r\nHost: 127.0.0.1:{target.port}\r\n"
        f"X-Sentry-Auth: Sentry sentry_version=7, sentry_key={target.key}\r\n"
        "Content-Type: application/x-sentry-envelope\r\nContent-Length: "
    )
    for number in numbers:
        body = envelope(number)
        start = time.perf_counter()
        writer.write(f"{head}{len(body)}\r\n\r\n".encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        if not answer.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"An event is answered by {answer.decode('latin-1')}")
        fields = dict(line.lower().split(b":", 1) for line in answer.split(b"\r\n")[1:] if line)
        await reader.readexactly(int(fields.get(b"content-length", b"0")))
        waits.append(time.perf_counter() - start)
        if fields.get(b"connection", b"").strip() == b"close":
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
    writer.close()


async def _send(target: Target, clients: int, total: int) -> Sent:
    numbers, waits = iter(range(total)), list[float]()
    start = time.perf_counter()
    await asyncio.gather(*(_client(target, numbers, waits) for _ in range(clients)))
    return Sent(time.perf_counter() - start, sorted(waits))


def send(target: Target, clients: int, total: int) -> Sent:
    """Let ``clients`` send ``total`` events, each with one event in a request."""
    return asyncio.run(_send(target, clients, total))
