"""Errors that an event has as data, written as their runtime prints them."""

from __future__ import annotations

import re

from .._regex import regex
from ..carriers import Record, StackData
from ..carriers._json import encode, joined
from ..trace_lines import KnownTraceLines, TraceLines, compiled

_INDENTED = regex(r"[ \t]")


def set_text(record: Record, known: KnownTraceLines) -> None:
    """Make the text of ``record`` from its parts."""
    text: str | None = None
    for part in record.parts:
        text = joined(text, text_of(part, known) if isinstance(part, StackData) else part)
    record.text = encode(text or "")


def text_of(stack: StackData, known: KnownTraceLines) -> str | None:
    """``stack`` as the runtime prints it that it is of; ``None`` where it says nothing."""
    if stack.exceptions is not None:
        for lines in known.declared:
            text = lines.render(stack.exceptions) if lines.render is not None else None
            if text is not None:
                return text
    error = ": ".join(part for part in (stack.type, stack.message) if part)
    if not stack.text or not stack.text.strip():
        return error or None
    return _completed(stack.text.removesuffix("\n"), error, known)


def _completed(text: str, error: str, known: KnownTraceLines) -> str:
    """``text`` with its header and its error put back where it lacks one."""
    first = text.partition("\n")[0].encode("utf-8", "surrogatepass")
    for lines in known.declared:
        frame = _pattern(lines)
        if frame is None:
            continue
        if lines.error_is_last:
            if frame.match(first):
                text = f"{lines.opening}\n{text}"
            elif not text.startswith(lines.opening or "\n"):
                continue
            return _with_error_last(text, error, lines)
        if error and frame.match(first):
            return f"{error}\n{text}"
    return text


def _pattern(lines: TraceLines) -> re.Pattern[bytes] | None:
    return compiled(lines.frame.pattern) if lines.frame is not None else None


def _with_error_last(text: str, error: str, lines: TraceLines) -> str:
    last = text[text.rfind("\n") + 1 :]
    ends_within = _INDENTED.match(last) or last == lines.opening
    return f"{text}\n{error}" if error and ends_within and last.strip() != error.strip() else text
