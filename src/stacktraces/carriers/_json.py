"""Carriers that pack an event into one JSON object a line."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from . import Carrier, Layer, Record, Sample, StackData

_Event = TypeVar("_Event")


def encode(text: str) -> bytes:
    """``text`` in UTF-8; a half of a surrogate pair becomes ``\\uNNNN``."""
    return text.encode("utf-8", "backslashreplace")


def decode(line: bytes, decoder: msgspec.json.Decoder[_Event], shape: type[_Event]) -> _Event | None:
    """The object on ``line``, or ``None`` where it is not JSON of that shape, or nested too deep.

    msgspec refuses bytes that are not UTF-8, halves of surrogate pairs and numbers out of range, all
    of which loggers write: the standard library has a second go at those.
    """
    try:
        return decoder.decode(line)
    except msgspec.ValidationError as error:
        if "out of range" not in str(error):
            return None
    except ValueError:
        if line[-1:] != b"}":
            return None
    except RecursionError:
        return None
    loaded = _loaded(line)
    try:
        return None if loaded is None else msgspec.convert(loaded, shape, strict=False)
    except (ValueError, RecursionError):
        return None


@functools.lru_cache(maxsize=1)
def _loaded(line: bytes) -> Any:
    """What the standard library reads on ``line``; kept for the next carrier that tries the same line."""
    import json

    try:
        return json.loads(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None


def text_of(value: Any) -> str | None:
    """``value`` as text, where it is text or a number; lists of texts are joined as lines."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
        return "\n".join(each.rstrip("\n") for each in value)
    return None


def at(value: Any, *path: str) -> Any:
    """What stands at ``path`` in nested objects, or under the same path written with dots; else ``None``."""
    if isinstance(value, dict):
        dotted = value.get(".".join(path))
        if dotted is not None:
            return dotted
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def first(*values: Any) -> str | None:
    """The first of ``values`` that is text."""
    for each in values:
        if (found := text_of(each)) is not None:
            return found
    return None


def named(**values: Any) -> dict[str, str]:
    """Those of the fields that have a value, as text."""
    return {name: text for name, value in values.items() if (text := text_of(value)) is not None}


def event(
    message: str | None, stack: str | StackData | None, time: str | None, fields: dict[str, str]
) -> Record:
    """The record of one whole log event: its message, then its stack where it has one; each may end its line."""
    if isinstance(stack, StackData):
        return Record(b"", time, fields, complete=True, parts=(message or "", stack))
    return Record(encode(joined(message, stack)), time, fields, complete=True)


def joined(message: str | None, stack: str | None) -> str:
    """A message and the stack behind it, which may start with the message."""
    if stack and message and (message in stack if "\n" in message else stack.startswith(message)):
        message = None
    return "\n".join(part.removesuffix("\n") for part in (message, stack) if part)


def json_carrier(
    name: str,
    title: str,
    shape: type[_Event],
    read: Callable[[_Event], Record | None],
    samples: tuple[Sample, ...],
    *,
    near_misses: tuple[bytes, ...] = (),
    layer: Layer = "envelope",
    header: bytes | None = None,
    hints: tuple[bytes, ...] = (),
    bulk: Callable[[bytes], Any] | None = None,
    pieces: bool = False,
    generic: bool = False,
) -> Carrier:
    """A carrier of JSON objects: ``read`` gets one decoded to ``shape``, which names only the keys needed.

    ``read`` gives ``None`` for an object that is not of this carrier. ``header`` is a literal that the
    line must hold.
    """

    @functools.cache
    def decoder() -> msgspec.json.Decoder[_Event]:
        return msgspec.json.Decoder(shape)

    def unwrap(line: bytes) -> Record | None:
        start = line[:1]
        if start != b"{":
            line = line.strip()
            if line[:1] != b"{":
                return None
        if header is not None and header not in line:
            return None
        found = decode(line, decoder(), shape)
        return None if found is None else read(found)

    return Carrier(
        name=name,
        title=title,
        layer=layer,
        unwrap=unwrap,
        samples=samples,
        near_misses=near_misses,
        header=header or b"{",
        hints=hints,
        bulk=bulk,
        pieces=pieces,
        generic=generic,
        quoted_trace="maybe",
    )
