"""What an application writes before a trace; the trace's own lines follow bare."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tests.generate.carriers import CARRIERS, Carrier, Units, Writer, carrier

NAMED = ("level", "logger", "message")


def log_line(**about: Any) -> Callable[[Callable[[Writer], str]], Callable[[Writer], str]]:
    """Register a function that gives the line before the trace."""

    def register(function: Callable[[Writer], str]) -> Callable[[Writer], str]:
        def units(lines: Sequence[bytes], writer: Writer) -> Units:
            return [line + b"\n" for line in (function(writer).encode(), *lines)]

        name = function.__name__
        CARRIERS[name] = Carrier(name=name, layer="application", units=units, separable=False, **about)
        return function

    return register


@log_line(carries=NAMED, precision="millisecond", zone=False)
def stdlib_logging(writer: Writer) -> str:
    return writer.printed(f"%Y-%m-%d %H:%M:%S,%L {writer.logger} {writer.level} {writer.message}")


@log_line(carries=NAMED, precision="millisecond", zone=False)
def stdlib_logging_dashes(writer: Writer) -> str:
    return writer.printed(f"%Y-%m-%d %H:%M:%S,%L - {writer.logger} - {writer.level} - {writer.message}")


@log_line(carries=NAMED)
def stdlib_logging_basic(writer: Writer) -> str:
    return f"{writer.level}:{writer.logger}:{writer.message}"


@log_line(carries=NAMED, precision="second", zone=False)
def django(writer: Writer) -> str:
    return writer.printed(f"[%d/%b/%Y %H:%M:%S] {writer.level} [{writer.logger}:231] {writer.message}")


@log_line(carries=("level", "pid", "message"), precision="second")
def gunicorn(writer: Writer) -> str:
    return writer.printed(f"[%Y-%m-%d %H:%M:%S +0000] [{writer.pid}] [{writer.level}] {writer.message}")


CELERY: dict[str, Any] = {"precision": "millisecond", "zone": False}


def celery_head(writer: Writer) -> str:
    return writer.printed(f"[%Y-%m-%d %H:%M:%S,%L: {writer.level}/ForkPoolWorker-{writer.pid}] ")


@log_line(carries=("level", "message"), **CELERY)
def celery(writer: Writer) -> str:
    return celery_head(writer) + writer.message


def one_error(lines: Sequence[bytes]) -> bool:
    """Only frames between a header and one last line: what the worker cuts at each frame."""
    return all(line.startswith((b"Traceback", b"  File ", b"    ")) for line in lines[:-1])


@carrier("application", carries=("level",), separable=False, takes=one_error, **CELERY)
def celery_redirected(lines: Sequence[bytes], writer: Writer) -> Units:
    """A trace printed to stderr: the worker logs each frame by itself, source lines stay bare."""
    head = celery_head(writer).encode()
    return [(b"" if line.startswith(b"    ") or not line else head) + line + b"\n" for line in lines]


@log_line(carries=("level", "message"), precision="millisecond")
def airflow(writer: Writer) -> str:
    return writer.printed(
        f"[%Y-%m-%dT%H:%M:%S.%L+0000] {{taskinstance.py:1851}} {writer.level} - {writer.message}"
    )


@log_line(carries=("level", "message"))
def uvicorn(writer: Writer) -> str:
    return f"{writer.level}:    {writer.message}"


@carrier("application", separable=False)
def uwsgi(lines: Sequence[bytes], writer: Writer) -> Units:
    """The trace is bare; the line of the request comes after it."""
    day = f"{writer.time.day:2}"
    request = writer.printed(
        f"[pid: {writer.pid}|app: 0|req: 7/7] 10.0.0.1 () {{70 vars in 3333 bytes}} [%a %b {day} %H:%M:%S %Y] "
        "GET /cart => generated 0 bytes in 3 msecs (HTTP/1.1 500) 0 headers in 0 bytes (0 switches on core 0)"
    )
    return [line + b"\n" for line in (*lines, request.encode())]
