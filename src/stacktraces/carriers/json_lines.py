"""Any JSON object a line with a message, a level or a time under one of their usual names, at any depth.

It is what remains for loggers, shippers and stores that have no carrier of their own; a stack is looked for
under the usual names too. A trace under any other key is searched for in the line.
"""

from __future__ import annotations

from typing import Any

import msgspec

from .._regex import regex
from . import Carrier, Record, Sample, StackData
from ._json import decode, event, first, json_carrier, named, text_of
from ._keys import ERROR_MESSAGE, LEVEL, STACK, TYPE, Leaf, Named

_LOGGER = ("logger", "loggername")
_FRAME_KEYS = frozenset({"file", "filename", "fileName", "function", "method", "methodName"})
"""What a frame is called in a list of them, rather than an exception."""
_TYPE_OF_PAIR = regex(r"[A-Z][\w:]{2,200}\Z")
_GOROUTINE, _PANIC = "goroutine ", ("panic", "recovered", "panicvalue", "error", "err", "reason")
_THREAD = ("thread", "threadname")
_PID = ("pid", "processid", "procid")
_PROCESS = ("programname", "program", "syslogidentifier")
_HOST = ("host", "hostname")
_POD = ("podname", "pod")
_CONTAINER = ("containername", "container")


def with_message_at(path: tuple[str, ...]) -> Carrier:
    """The carrier of records whose message stands at ``path``, under a name that is not a usual one."""

    def unwrap(line: bytes) -> Record | None:
        found = decode(line, _DECODER, dict[str, Any]) if line[:1] == b"{" else None
        return None if found is None else _read(found, _at(found, path) or "")

    return msgspec.structs.replace(CARRIER, unwrap=unwrap)


def _at(value: Any, path: tuple[str, ...]) -> str | None:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return text_of(value)


def _read(line: dict[str, Any], message: str | None = None) -> Record | None:
    keys = Named(line)
    message = keys.message() if message is None else message
    level, time, stack = keys.text(LEVEL), keys.time(), _stack(keys, line)
    message = _with_panic(message, stack, keys)
    has_data = isinstance(stack, StackData) and stack.exceptions is not None
    if (message is None and time is None and not has_data) or (message, level, stack) == (None, None, None):
        return None
    fields = named(
        level=level,
        logger=keys.text(_LOGGER) or first(line.get("channel" if "level_name" in line else "name")),
        thread=keys.text(_THREAD),
        pid=keys.text(_PID) or first(line.get("process")),
        process=keys.text(_PROCESS),
        host=keys.text(_HOST),
        pod=keys.text(_POD),
        container=keys.text(_CONTAINER),
        stream=keys.text(("stream",)),
    )
    return event(message, stack, time, fields)


def _with_panic(message: str | None, stack: str | StackData | None, keys: Named) -> str | None:
    """``message`` with what a field of its own says of a panic that was recovered: the stack does not say it."""
    text = stack.text if isinstance(stack, StackData) else stack
    panic = keys.text(_PANIC) if text is not None and text.startswith(_GOROUTINE) else None
    if panic is None or panic in (message or ""):
        return message
    return f"{message}: {panic}" if message else panic


def _stack(keys: Named, line: dict[str, Any]) -> str | StackData | None:
    fallback = type = message = None
    for leaf in keys.all(STACK):
        value = leaf.value
        if isinstance(value, list) and value and isinstance(value[0], dict):
            around = [_object_at(line, leaf.path[:-1])] if _FRAME_KEYS & value[0].keys() else value
            return _of(keys, leaf, exceptions=around)
        if isinstance(value, list) and len(leaf.path) > 1 and keys.beside(leaf, ERROR_MESSAGE):
            return _of(keys, leaf, text=text_of(value), exceptions=[_object_at(line, leaf.path[:-1])])
        if isinstance(value, list) and len(value) == 2 and _TYPE_OF_PAIR.match(str(value[0])):
            type, message = map(str, value)  # Rails: ["KeyError", "no plum"]
            continue
        text = text_of(value)
        if text is not None and "\n" in text:
            return StackData(text, type, message) if type else _of(keys, leaf, text=text)
        fallback = fallback or text
    return fallback or (f"{type}: {message}" if type else None)


def _object_at(value: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _of(keys: Named, leaf: Leaf, *, text: str | None = None, exceptions: Any = None) -> StackData:
    return StackData(text, keys.beside(leaf, TYPE), keys.beside(leaf, ERROR_MESSAGE), exceptions)


_DECODER = msgspec.json.Decoder(dict[str, Any])

CARRIER = json_carrier(
    "json",
    "JSON lines",
    dict[str, Any],
    _read,
    (
        Sample(
            b'{"time":"2026-03-01T12:00:00Z","level":"error","message":"failed","traceback":"Traceback (most recent '
            b'call last):\\nKeyError: 1"}',
            b"failed\nTraceback (most recent call last):\nKeyError: 1",
            "2026-03-01T12:00:00Z",
            {"level": "error"},
        ),
        Sample(
            b'{"msg":"failed","extra":{"why":["Traceback (most recent call last):\\nKeyError: 1"]}}',
            b"failed\nTraceback (most recent call last):\nKeyError: 1",
        ),
        Sample(
            b'{"_index":"logs","_source":{"@timestamp":"2026-03-01T12:00:00Z","kubernetes":{"pod":{"name":"w-1"},'
            b'"container":{"name":"app"}},"message":"KeyError: 1"},"sort":[1793527200000]}',
            b"KeyError: 1",
            "2026-03-01T12:00:00Z",
            {"pod": "w-1", "container": "app"},
        ),
        # slog, of a panic that was recovered
        Sample(
            b'{"time":"2026-03-01T12:00:00Z","level":"ERROR","msg":"recovered","err":"no stock","stack":'
            b'"goroutine 1 [running]:\\nmain.main()\\n"}',
            b"recovered: no stock\ngoroutine 1 [running]:\nmain.main()",
            "2026-03-01T12:00:00Z",
            {"level": "ERROR"},
        ),
    ),
    near_misses=(b'{"a":1}', b'["message"]', b'{"message":"x"', b'{"time":0.25,"status":"up"}'),
    generic=True,
    # Nextcloud, Sentry
    hints=(
        *(b'"Trace":[{"', b'"frames":[', b'"frames": [', b'"backtrace":[{', b'"backtrace": [{'),
        *(b'"stacktrace":[{', b'"stacktrace": [{', b'"stackTrace":[{'),
    ),
)
