"""Envelopes of Sentry's SDKs, as its developer documentation has them ("Envelopes", "Event Payloads").

Only events are taken: errors, and messages. Exceptions stand from the innermost cause to the one that was
raised, and frames from the outermost to the innermost; newer SDKs number exceptions and name their parents.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from ...errors import InputError
from ...model import CauseKind, Context, Error, Trace
from . import Occurrence
from ._json import decode, fields, items, number, shown, text
from ._platforms import frames_of, runtime_for, type_name

MOST_ITEMS = 1000
"""Items of one envelope."""
MOST_EXCEPTIONS = 100
"""Exceptions of one event."""


class Item(NamedTuple):
    """An item of an envelope."""

    kind: str | None
    payload: bytes


def header_of(content: bytes) -> dict[str, Any]:
    """The header of an envelope. Raises ``InputError`` where it has none."""
    header = decode(content.partition(b"\n")[0])
    if not isinstance(header, dict):
        raise InputError("What was sent is no envelope: its first line is no JSON object.")
    return header


def items_of(content: bytes) -> Iterator[Item]:
    """The items of an envelope. Raises ``InputError`` where it is cut off or is none."""
    position = content.find(b"\n") + 1 or len(content)
    for _ in range(MOST_ITEMS):
        while content[position : position + 1] == b"\n":
            position += 1
        if position >= len(content):
            return
        end = content.find(b"\n", position)
        end = len(content) if end < 0 else end
        header = fields(decode(content[position:end]))
        start, length = end + 1, number(header.get("length"))
        if length is None:
            stop = content.find(b"\n", start)
            stop = len(content) if stop < 0 else stop
        else:
            stop = start + length
        if stop > len(content):
            raise InputError("The envelope is cut off: it is shorter than its items say.")
        yield Item(text(header.get("type")), content[start:stop])
        position = stop
    raise InputError(f"The envelope has more than {MOST_ITEMS:,} items; send fewer at a time.")


def envelope_of(event: bytes) -> bytes:
    """An envelope that holds just ``event``, the JSON that the store endpoint takes."""
    return b'{}\n{"type":"event","length":%d}\n%s\n' % (len(event), event)


def read(content: bytes) -> Iterator[Occurrence]:
    """The errors in an envelope; a message without a stack is one, too."""
    header_of(content)
    for item in items_of(content):
        if item.kind == "event" and (found := _occurrence(fields(decode(item.payload)))) is not None:
            yield found


def _occurrence(event: dict[str, Any]) -> Occurrence | None:
    runtime = runtime_for(event.get("platform"), fields(event.get("sdk")).get("name"))
    error = _error(event, runtime)
    if error is None:
        return None
    trace = Trace(
        error, format="sentry", runtime=runtime, time=_time(event.get("timestamp")), context=_context(event)
    )
    count = None
    if event.get("logger") == "stacktraces":  # stacktraces push tells of a whole group at once.
        count = number(fields(event.get("extra")).get("count"))
    return Occurrence(
        trace,
        environment=text(event.get("environment")),
        release=text(event.get("release")),
        id=text(event.get("event_id")),
        count=count or 1,
    )


def _error(event: dict[str, Any], runtime: str | None) -> Error | None:
    given = event.get("exception")
    values = [each for each in items(given) or items(fields(given).get("values")) if isinstance(each, dict)]
    if values:
        error = _joined(values[-MOST_EXCEPTIONS:], runtime)
        if runtime == "go" and event.get("level") == "fatal":
            error.type = "panic"  # It was recovered: the runtime prints no type of what a panic was given.
        return error
    message = _message(event)
    stack = _stack_without_exception(event)
    frames = frames_of(stack, runtime)
    return Error(message=message, frames=frames) if message is not None or frames else None


def _message(event: dict[str, Any]) -> str | None:
    entry = event.get("logentry") or event.get("message")
    if isinstance(entry, dict):
        return text(entry.get("formatted")) or text(entry.get("message"))
    return text(entry)


def _stack_without_exception(event: dict[str, Any]) -> object:
    threads = event.get("threads")
    several = [fields(each) for each in items(threads) or items(fields(threads).get("values"))]
    chosen = [each for each in several if each.get("crashed")] or [
        each for each in several if each.get("current")
    ]
    return event.get("stacktrace") or next((each.get("stacktrace") for each in chosen or several), None)


def _joined(values: list[dict[str, Any]], runtime: str | None) -> Error:
    """The exception that was raised, with its causes and, of a group, its members."""
    errors = [
        Error(
            type=type_name(each, runtime),
            message=shown(each["value"]) if each.get("value") not in (None, "") else None,
            frames=frames_of(each.get("stacktrace"), runtime),
        )
        for each in values
    ]
    mechanisms = [fields(each.get("mechanism")) for each in values]
    ids = [number(each.get("exception_id")) for each in mechanisms]
    if None in ids or len(set(ids)) < len(ids):
        for outer, cause in zip(errors[1:], errors, strict=False):
            outer.cause = cause
        return errors[-1]
    return _tree(errors, mechanisms, ids)


def _tree(errors: list[Error], mechanisms: list[dict[str, Any]], ids: list[int | None]) -> Error:
    by_id = dict(zip(ids, errors, strict=True))
    root = errors[-1]
    for error, mechanism, own in sorted(
        zip(errors, mechanisms, ids, strict=True), key=lambda each: each[2] or 0
    ):
        parent = number(mechanism.get("parent_id"))
        if parent is None or own is None or parent >= own or parent not in by_id:
            continue  # An id of a parent is lower than its children's, so that nothing stands within itself.
        source = text(mechanism.get("source")) or ""
        if source.startswith(("exceptions[", "errors[")):
            by_id[parent].children.append(error)
        elif by_id[parent].cause is None:
            by_id[parent].cause = error
            kind: CauseKind = "context" if source == "__context__" else "cause"
            by_id[parent].cause_kind = kind
    return root


def _context(event: dict[str, Any]) -> Context:
    return Context(
        host=text(event.get("server_name")),
        logger=text(event.get("logger")),
        level=text(event.get("level")),
    )


def _time(value: object) -> str | None:
    """A moment in seconds since 1970, or in ISO 8601; ``None`` for anything else."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 1e11:
        return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return None
        return value if moment.tzinfo is not None else f"{value}Z"
    return None
