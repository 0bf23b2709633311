"""Exemplars: an error reduced to what names it, small enough to be reviewed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import msgspec

from ..model import CauseKind, Error, Frame
from ..signatures.fingerprint import fingerprint
from ..signatures.message import template
from .issue import clean

HEAD_FRAMES = 40
TAIL_FRAMES = 10
ALL_FRAMES = 10_000
MESSAGE_LENGTH = 1000
MAX_DEPTH = 12
MAX_CHILDREN = 8


def reduce(error: Error, runtime: str | None) -> Error:
    """``error`` without line numbers, source text, arguments, locals and the values in messages.

    Names that say what a message is about stay: those of modules, attributes, keys.
    Addresses stay only where they are all that is known of a frame. A reduction that would change
    the fingerprint is not made: the message stays as printed, or the frames whole. What comes out says
    which runtime printed it; ``runtime`` is that of the trace, ``None`` where it is not known.
    """
    runtimes = _Runtimes(of_trace=runtime or error.runtime, of_exemplar=error.runtime or runtime)
    wanted = fingerprint(error, runtime)
    for candidate in _candidates(error, runtimes):
        if fingerprint(candidate, candidate.runtime) == wanted:
            return candidate
    return _exemplar(error, _sanitised, str, ALL_FRAMES, runtimes)


class _Runtimes(NamedTuple):
    of_trace: str | None
    of_exemplar: str | None


def _candidates(error: Error, runtimes: _Runtimes) -> Iterator[Error]:
    for limit in (HEAD_FRAMES + TAIL_FRAMES, ALL_FRAMES):
        for message in (template, str):
            yield _exemplar(error, _frame, message, limit, runtimes)


def _exemplar(
    error: Error,
    frame: Callable[[Frame], Frame],
    reduced: Callable[[str], str],
    limit: int,
    runtimes: _Runtimes,
) -> Error:
    copied = _copy(error, frame, reduced, limit, runtimes, MAX_DEPTH)
    copied.runtime = _text(runtimes.of_exemplar)
    return copied


def _copy(
    error: Error,
    frame: Callable[[Frame], Frame],
    reduced: Callable[[str], str],
    limit: int,
    runtimes: _Runtimes,
    depth: int,
) -> Error:
    frames = error.frames
    if len(frames) > limit:
        frames = frames[: limit - TAIL_FRAMES] + frames[-TAIL_FRAMES:]
    cause = error.cause if depth else None
    runtime = error.runtime or runtimes.of_trace
    return Error(
        runtime=_text(runtime) if runtime != runtimes.of_exemplar else None,
        type=_text(error.type),
        message=None if error.message is None else clean(reduced(error.message))[:MESSAGE_LENGTH],
        frames=[frame(each) for each in frames],
        cause=_copy(cause, frame, reduced, limit, runtimes, depth - 1) if cause else None,
        cause_kind=error.cause_kind if cause else None,
        children=[
            _copy(child, frame, reduced, limit, runtimes, depth - 1)
            for child in (error.children[:MAX_CHILDREN] if depth else ())
        ],
    )


def _text(text: str | None) -> str | None:
    return None if text is None else clean(text)


def _frame(frame: Frame) -> Frame:
    return Frame(
        function=_text(frame.function),
        module=_text(frame.module),
        file=_text(frame.file),
        address=None if frame.function else frame.address,
        inlined=frame.inlined,
        unreliable=frame.unreliable,
    )


def _sanitised(frame: Frame) -> Frame:
    copy = _frame(frame)
    copy.line, copy.column, copy.address, copy.offset = frame.line, frame.column, frame.address, frame.offset
    return copy


def to_text(frame: Frame) -> str | None:
    """A line for ``frame`` that :func:`from_text` reads back; ``None`` where no line says it all."""
    text = frame.function if frame.function is not None else "??"
    if frame.file is not None:
        text += f"  at {frame.file}"
    if frame.module is not None:
        text += f"  in {frame.module}"
    text += "  (inlined)" if frame.inlined else ""
    text += "  (unreliable)" if frame.unreliable else ""
    return text if from_text(text) == frame else None


def from_text(text: str) -> Frame:
    """The frame that ``text`` names: ``FUNCTION  at FILE  in MODULE``, two spaces before each part."""
    parts = text.split("  ")
    function = parts.pop(0)
    frame = Frame(function=None if function == "??" else function)
    for part in parts:
        if part.startswith("at "):
            frame.file = part[3:]
        elif part.startswith("in "):
            frame.module = part[3:]
        elif part == "(inlined)":
            frame.inlined = True
        elif part == "(unreliable)":
            frame.unreliable = True
        else:
            frame.function = f"{frame.function or '??'}  {part}"
    return frame


def to_data(error: Error) -> dict[str, object]:
    """``error`` as plain data for a TOML file; only what a reduced error holds."""
    data: dict[str, object] = {}
    if error.runtime is not None:
        data["runtime"] = error.runtime
    if error.type is not None:
        data["type"] = error.type
    if error.message is not None:
        data["message"] = error.message
    if error.frames:
        data["frames"] = [to_text(frame) or msgspec.to_builtins(frame) for frame in error.frames]
    if error.cause is not None:
        if error.cause_kind is not None:
            data["cause_kind"] = error.cause_kind
        data["cause"] = to_data(error.cause)
    if error.children:
        data["children"] = [to_data(child) for child in error.children]
    return data


class ErrorData(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The shape of what :func:`to_data` writes."""

    runtime: str | None = None
    type: str | None = None
    message: str | None = None
    frames: list[str | Frame] = []
    cause: ErrorData | None = None
    cause_kind: CauseKind | None = None
    children: list[ErrorData] = []


def from_data(data: ErrorData) -> Error | None:
    """The error that :func:`to_data` wrote; ``None`` where it wrote nothing."""
    error = Error(
        runtime=data.runtime,
        type=data.type,
        message=data.message,
        frames=[from_text(each) if isinstance(each, str) else each for each in data.frames],
        cause=(from_data(data.cause) or Error()) if data.cause is not None else None,
        cause_kind=data.cause_kind,
        children=[from_data(child) or Error() for child in data.children],
    )
    return error if error != Error() else None
