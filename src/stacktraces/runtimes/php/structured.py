"""Exceptions that a log has as JSON, written as PHP prints them: Monolog's formatter, Nextcloud."""

from __future__ import annotations

from typing import Any

from ..._regex import regex

_MOST_LINKS = 50
_MOST_FRAMES = 1000
_PLACE = regex(r"(?P<file>\S.{0,1000}?):(?P<line>\d{1,9})\Z")
_TYPE = ("class", "exception", "type")


def render(value: Any) -> str | None:
    """See :attr:`stacktraces.trace_lines.TraceLines.render`: the outermost exception alone, as an object."""
    if not isinstance(value, list) or len(value) != 1 or not isinstance(value[0], dict):
        return None
    texts: list[str] = []
    each: Any = value[0]
    for _ in range(_MOST_LINKS):
        named = _by_name(each)
        text = _one(named)
        if text is None:
            break
        texts.append(text)
        each = named.get("previous")
    if not texts:
        return None
    return "\n\nNext ".join(texts[::-1])


def _by_name(value: Any) -> dict[str, Any]:
    return {str(key).lower(): each for key, each in value.items()} if isinstance(value, dict) else {}


def _one(named: dict[str, Any]) -> str | None:
    """One exception of a chain; ``None`` where the object is none of PHP's."""
    type = next((each for name in _TYPE if isinstance(each := named.get(name), str) and each), None)
    file, line, trace = named.get("file"), named.get("line"), named.get("trace", [])
    if type is None or not isinstance(file, str) or not isinstance(trace, list) or ".php" not in file:
        return None
    if line is None and (found := _PLACE.match(file)):
        file, line = found["file"], found["line"]
    message = named.get("message")
    text = f"{type}: {message}" if message else type
    calls = [_call(number, each) for number, each in enumerate(trace[:_MOST_FRAMES])]
    lines = [f"{text} in {file}:{line or 0}", "Stack trace:", *calls, f"#{len(calls)} {{main}}"]
    return "\n".join(lines)


def _call(number: int, frame: Any) -> str:
    if isinstance(frame, str) and (found := _PLACE.match(frame)):
        return f"#{number} {found['file']}({found['line']}): "
    named = _by_name(frame)
    file = named.get("file")
    place = f"{file}({named.get('line') or 0})" if file else "[internal function]"
    owner = f"{named['class']}{named.get('type') or '->'}" if named.get("class") else ""
    function = str(named.get("function") or "").replace("\n", " ")
    return f"#{number} {place}: {owner}{function}()" if function else f"#{number} {place}: "
