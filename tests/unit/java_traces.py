"""Traces of the Java virtual machine for its tests."""

from __future__ import annotations

from stacktraces.model import Error, Trace
from stacktraces.parsing import iterate

FRAME = "\tat shop.Orders.main(Orders.java:33)\n"
RECORD = "2026-03-01 12:00:00,123 ERROR [main] shop.Api - request failed\n"


def traces(text: str) -> list[Trace]:
    return [each for each in iterate(text.encode()) if isinstance(each, Trace)]


def one(text: str) -> Trace:
    (trace,) = traces(text)
    assert trace.runtime == "java"
    return trace


def chain(error: Error) -> list[str | None]:
    return [each.type for each in error.chain()]
