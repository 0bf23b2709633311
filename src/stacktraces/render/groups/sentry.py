"""Sentry's envelope: an event for each group, for any server that takes Sentry's SDKs.

As its developer documentation has it ("Envelopes", "Event Payloads"): exceptions stand from the innermost
cause to the one that was raised, and frames from the outermost to the innermost. Our fingerprint decides the
group.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from ...model import Error, Frame
from ..report import encode
from . import Answer, Output, Shown
from ._words import level

_LEVELS = {"error": "error", "warning": "warning", "note": "info"}
_PLATFORMS = {
    "python": "python", "java": "java", "javascript": "javascript", "go": "go", "ruby": "ruby", "php": "php",
    "perl": "perl", "dotnet": "csharp", "native": "native", "rust": "native", "erlang": "elixir",
}  # fmt: skip
_LONGEST_MESSAGE = 8192


def pieces(answer: Answer) -> Iterator[bytes]:
    """The envelope's header, then each event behind the header that gives its length."""
    yield encode({"sdk": {"name": "stacktraces", "version": answer.version}}) + b"\n"
    for each in answer.shown:
        payload = encode(_event(answer, each))
        yield encode({"type": "event", "length": len(payload)}) + b"\n" + payload + b"\n"


def _event(answer: Answer, shown: Shown) -> dict[str, Any]:
    group = shown.group
    seen = f"{group.fingerprint} {group.count} {group.last_seen}"
    event: dict[str, Any] = {
        "event_id": hashlib.blake2b(seen.encode("utf-8", "replace"), digest_size=16).hexdigest(),
        "level": _LEVELS[level(shown)],
        "platform": _PLATFORMS.get(group.runtime or "", "other"),
        "logger": "stacktraces",
        "fingerprint": [group.fingerprint],
        "exception": {"values": _exceptions(answer, group.error, group.runtime)},
        "tags": {"stacktraces.verdict": shown.verdict} if shown.verdict else {},
        "extra": {"count": group.count, "first_seen": group.first_seen, "last_seen": group.last_seen},
    }
    if group.last_seen is not None:
        event["timestamp"] = group.last_seen
    return event


def _exceptions(answer: Answer, error: Error, runtime: str | None) -> list[dict[str, Any]]:
    chain: list[dict[str, Any]] = []
    for link in error.chain():
        own = answer.own_frames(link.frames, link.runtime or runtime)
        frames = [_frame(answer, frame, mine) for frame, mine in zip(link.frames, own, strict=True)]
        value: dict[str, Any] = {
            "type": link.type or "Error",
            "value": (link.message or "")[:_LONGEST_MESSAGE],
        }
        if frames:
            value["stacktrace"] = {"frames": frames[::-1]}
        chain.append(value)
    return chain[::-1]


def _frame(answer: Answer, frame: Frame, own: bool) -> dict[str, Any]:
    found = answer.locate(frame)
    fields = {
        "function": frame.function,
        "module": frame.module,
        "filename": found[0] if found else frame.file,
        "abs_path": frame.file,
        "lineno": frame.line,
        "context_line": frame.source,
        "instruction_addr": hex(frame.address) if frame.address is not None else None,
        "vars": frame.locals if answer.values else None,
    }
    return {**{name: value for name, value in fields.items() if value is not None}, "in_app": own}


OUTPUT = Output(pieces)
