"""Records that stand in a document of JSON in forms of their own, as lines that are read as any record is."""

from __future__ import annotations

from typing import Any

import msgspec

from ..._regex import regex

_CELL_OUTPUT = regex(rb'"output_type"\s{0,64}:\s{0,64}"(?:error|stream)"')


def is_cell_output(raw: bytes) -> bool:
    """Whether ``raw`` is an output of a notebook's cell that has text."""
    return _CELL_OUTPUT.search(raw) is not None


def on_one_line(raw: bytes) -> bytes:
    """``raw`` without line ends, which stand between its parts."""
    return raw.replace(b"\r", b" ").replace(b"\n", b" ") if b"\n" in raw else raw


def from_cell(raw: bytes) -> bytes:
    """An output of a notebook's cell: the lines of its traceback, or what was printed."""
    try:
        found: Any = msgspec.json.decode(raw)
    except (ValueError, RecursionError):
        return raw
    lines, end = found.get("traceback"), "\n"
    if lines is None:
        lines, end = found.get("text"), ""
    if isinstance(lines, list) and all(isinstance(each, str) for each in lines):
        return msgspec.json.encode({"message": end.join(lines)})
    return raw


def from_list(raw: bytes, context: bytes) -> bytes:
    """A record that is a list: a time and a line, or fields with their values."""
    try:
        found: Any = msgspec.json.decode(raw)
        within: Any = msgspec.json.decode(context) if context else None
    except (ValueError, RecursionError):
        return raw
    record: dict[str, Any] = {} if within is None else {"within": within}
    if len(found) >= 2 and isinstance(found[0], (str, int, float)) and isinstance(found[1], str):
        record |= {"time": found[0], "line": found[1]}
    elif found and all(isinstance(each, dict) and "field" in each for each in found):
        record |= {str(each["field"]): each.get("value") for each in found}
    else:
        return raw
    return msgspec.json.encode(record)
