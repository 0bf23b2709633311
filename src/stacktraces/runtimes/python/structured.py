"""Exceptions that a log has as data, written as Python's ``traceback`` module prints them.

Source of the layout: ``TracebackException.format`` in CPython 3.11 and later.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from ..._regex import regex

MOST_NESTED = 32
"""Levels of exception groups that are written."""

_MOST_LINKS = 200
_STACK_KEYS = (
    "frames",
    "stacktrace",
    "stackTrace",
    "stack_trace",
    "stack",
    "trace",
    "traceback",
    "backtrace",
)
_TYPE_KEYS = ("errorClass", "className", "type", "errorType", "exc_type", "class", "kind", "name")
_INNERMOST_FIRST = frozenset({"errorClass", "className", "backtrace"})
"""Keys of Bugsnag, Raygun, Airbrake, Honeybadger: the escaped error and its innermost frame stand first."""
_ESCAPED_FIRST = frozenset({"exception"})
"""A key of Rollbar: the escaped error stands first, but its innermost frame last."""
_MESSAGE_KEYS = ("value", "message", "errorMessage", "msg")
_FRAME_KEYS = {
    "filename": ("abs_path", "filename", "file", "path", "fileName", "file_name"),
    "lineno": ("lineno", "line", "line_number", "lineNumber", "lineNo", "number"),
    "name": ("function", "method", "name", "func", "function_name", "method_name", "methodName"),
    "line": ("context_line", "code", "source", "source_line", "statement"),
}
_IS_PYTHON = regex(r"\.pyx?$|^<")
_HEADER = "Traceback (most recent call last):"
_CAUSE = "\nThe above exception was the direct cause of the following exception:\n"
_CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n"


class FrameData(msgspec.Struct):
    """A frame as structlog's ``dict_tracebacks`` writes it."""

    filename: str = ""
    lineno: int = 0
    name: str = ""
    line: str = ""


class SyntaxData(msgspec.Struct):
    """Where a syntax error stands."""

    filename: str = ""
    lineno: int = 0
    line: str = ""
    offset: int = 0
    msg: str = ""


class ExceptionData(msgspec.Struct):
    """An exception as structlog's ``dict_tracebacks`` writes it; a list of them has the escaped one first."""

    exc_type: str
    exc_value: str = ""
    exc_notes: list[str] = []
    syntax_error: SyntaxData | None = None
    is_cause: bool = False
    """The exception is the cause of the one before it in the list; else it was being handled."""
    frames: list[FrameData] = []
    is_group: bool = False
    exceptions: list[list[ExceptionData]] = []


def exceptions_from(value: Any) -> list[ExceptionData] | None:
    """``value`` (a decoded JSON list) as exceptions, ``None`` where it is something else."""
    if not isinstance(value, list) or not value:
        return None
    try:
        return msgspec.convert(value, list[ExceptionData], strict=False)
    except (ValueError, RecursionError):
        return _of_other_keys(value)


def _of_other_keys(value: list[Any]) -> list[ExceptionData] | None:
    """The exceptions of an event of Sentry's, the escaped one last; or one with frames under usual names."""
    chain: list[ExceptionData] = []
    keys = value[0].keys() if isinstance(value[0], dict) else ()
    inverted = not _INNERMOST_FIRST.isdisjoint(keys) or _is_of_apm(value[0])
    for each in value[-_MOST_LINKS:]:
        frames = _frames_within(each)
        if frames is None:
            return None
        if inverted:
            frames.reverse()
        module, mechanism = each.get("module"), each.get("mechanism")
        is_named = isinstance(module, str) and module not in ("", "builtins")
        source = mechanism.get("source") if isinstance(mechanism, dict) else None
        named = each.get("exception") if isinstance(each.get("exception"), dict) else each
        kind, message = _first(named, _TYPE_KEYS), _first(named, _MESSAGE_KEYS)
        kind = kind if isinstance(kind, str) else ""
        chain.insert(
            0,
            ExceptionData(
                f"{module}.{kind}" if is_named and kind else kind,
                message.removeprefix(f"{kind}: ") if isinstance(message, str) else "",
                is_cause=source != "__context__",
                frames=frames,
            ),
        )
    return (chain[::-1] if inverted or not _ESCAPED_FIRST.isdisjoint(keys) else chain) or None


def _is_of_apm(error: Any) -> bool:
    """Whether ``error`` is written as Elastic's APM agents do, with both of a file's names in each frame."""
    frames = error.get("stacktrace") if isinstance(error, dict) else None
    first = frames[0] if isinstance(frames, list) and frames else None
    return isinstance(first, dict) and {"abs_path", "filename"} <= first.keys()


def _frames_within(error: Any) -> list[FrameData] | None:
    frames = _first(error, _STACK_KEYS)
    return _frames(frames.get("frames") if isinstance(frames, dict) else frames)


def _frames(value: Any) -> list[FrameData] | None:
    """``value`` as frames, outermost first; ``None`` where it is something else, or of another language."""
    if not isinstance(value, list) or not value:
        return None
    frames = []
    for each in value:
        found = {name: _first(each, keys) for name, keys in _FRAME_KEYS.items()}
        file, line = found["filename"], found["lineno"]
        if isinstance(line, str) and line.isdecimal():
            line = int(line[:9])
        if not isinstance(file, str) or not isinstance(line, int):
            return None
        name, source = found["name"], found["line"]
        frames.append(
            FrameData(file, line, str(name or "<unknown>"), source if isinstance(source, str) else "")
        )
    return frames if any(_IS_PYTHON.search(each.filename) for each in frames) else None


def _first(value: Any, keys: tuple[str, ...]) -> Any:
    if not isinstance(value, dict):
        return None
    return next((value[key] for key in keys if value.get(key) is not None), None)


def render(value: Any) -> str | None:
    """See :attr:`stacktraces.trace_lines.TraceLines.render`."""
    chain = exceptions_from(value)
    return rendered(chain) if chain is not None else None


def rendered(chain: list[ExceptionData]) -> str:
    """The traceback of ``chain``, which has the escaped exception first.

    Where none has frames, the headers stand all the same: they tell that this is a traceback.
    """
    return "\n".join(_chain(chain, 0, headed=not any(each.frames for each in chain)))


def _chain(chain: list[ExceptionData], depth: int, *, headed: bool = False) -> Iterator[str]:
    for index in range(len(chain) - 1, -1, -1):
        each = chain[index]
        if index + 1 < len(chain):
            link = _CAUSE if chain[index + 1].is_cause else _CONTEXT
            yield from _margin(link, depth)
        if each.is_group or each.exceptions:
            yield from _group(each, depth, headed=headed)
        else:
            if each.frames or headed:
                yield from _margin(_HEADER, depth)
            yield from _margin("\n".join(_body(each)), depth)


def _group(group: ExceptionData, depth: int, *, headed: bool) -> Iterator[str]:
    inside = max(depth, 1)
    header = f"Exception Group {_HEADER}"
    if group.frames or headed:
        yield "  + " + header if depth == 0 else "  " * depth + "| " + header
    yield from _margin("\n".join(_body(group)), inside)
    if inside >= MOST_NESTED:
        return
    for number, member in enumerate(group.exceptions, 1):
        corner = "+-" if number == 1 else "  "
        yield f"{'  ' * inside}{corner}+---------------- {number} ----------------"
        yield from _chain(member, inside + 1)
    last = group.exceptions[-1] if group.exceptions else []
    if last and not (last[0].is_group or last[0].exceptions):
        yield "  " * (inside + 1) + "+------------------------------------"


def _body(each: ExceptionData) -> Iterator[str]:
    for frame in each.frames:
        if frame.lineno < 0:
            continue
        yield f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}'
        if frame.line.strip():
            yield "    " + frame.line.strip()
    message = each.exc_value
    if each.syntax_error is not None:
        where = each.syntax_error
        yield f'  File "{where.filename}", line {where.lineno}'
        if where.line.strip():
            yield "    " + where.line.strip()
            indent = len(where.line) - len(where.line.lstrip())
            yield "    " + " " * min(max(where.offset - 1 - indent, 0), 999) + "^"
        message = where.msg or message
    if each.exc_type:
        yield f"{each.exc_type}: {message}" if message else each.exc_type
    yield from each.exc_notes


def _margin(text: str, depth: int) -> Iterator[str]:
    margin = "  " * depth + "| " if depth else ""
    for line in text.split("\n"):
        yield margin + line
