"""A debugger's output whose lines a log carries: behind a time, a number or a mark, or inside of records."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from .._regex import regex
from ..trace_lines import KnownTraceLines
from .detection import detect
from .streams import Writer, writer_of
from .unwrapper import unwrap

_SAMPLE = 64 << 10
_LONGEST_PREFIX = 120
_HITS = 200
"""Lines of stacks in which a prefix is looked for."""
_FEWEST_LINES = 2
# What a line of a stack starts with; what stands before it on its line is no part of the stack.
_START = regex(
    rb"#\d{1,6} {1,3}(?:0x[0-9a-f]{4,16} |<signal|[A-Za-z_~][\w:<>~]{0,200}+ ?\()|Thread \d{1,9} \((?:Thread|LWP) "
    rb"|(?:    |  \* )frame #\d|\tat [\w.$/@]{1,200}+\("
    rb"|    [\w<>.$~]{1,200}+ \([^()\n]{1,200}:\d{1,7}\)|  File \x22"
)
_PART = regex(rb"[0-9]++|[A-Za-z]++|[ \t]++|[^0-9A-Za-z \t]")


def uncarried(text: bytes, known: KnownTraceLines) -> bytes | None:
    """``text`` without the carriers that wrap its lines, each writer's lines together; ``None`` where none do.

    ``known`` are the lines of all runtimes' traces.
    """
    stack = detect(text[:_SAMPLE], known)
    if not stack:
        return None
    writers: dict[Writer, list[bytes]] = {}
    writer: Writer = ()
    open_writers: set[Writer] = set()
    for line in text.split(b"\n"):
        record = unwrap(line.removesuffix(b"\r"), stack, known)
        content = line if record is None else record.text
        if record is not None:
            writer = writer_of(record.fields)
        lines = writers.setdefault(writer, [])
        if writer in open_writers:
            lines[-1] += content
        else:
            lines.append(content.removesuffix(b"\n"))
        if record is not None and record.partial:
            open_writers.add(writer)
        else:
            open_writers.discard(writer)
    return b"\n".join(line for lines in writers.values() for line in lines)


def unprefixed(text: bytes) -> bytes | None:
    """``text`` without what stands before each line of a stack; ``None`` where nothing does.

    Digits and words of it may differ from line to line: times, numbers of lines, names.
    """
    shapes = Counter(_shape(prefix) for prefix in _prefixes(text))
    if not shapes:
        return None
    ((shape, times),) = shapes.most_common(1)
    if times < _FEWEST_LINES:
        return None
    return re.sub(b"^" + shape, b"", text, flags=re.MULTILINE)


def _prefixes(text: bytes) -> Iterator[bytes]:
    for number, found in enumerate(_START.finditer(text)):
        if number == _HITS:
            return
        start = text.rfind(b"\n", max(0, found.start() - _LONGEST_PREFIX - 1), found.start()) + 1
        if start or found.start() <= _LONGEST_PREFIX:
            prefix = text[start : found.start()]
            if prefix.strip():
                yield prefix


def _shape(prefix: bytes) -> bytes:
    """A pattern of the prefixes that differ from ``prefix`` in numbers, words and the width of blanks."""
    parts = _PART.findall(prefix)
    pattern = b""
    for position, part in enumerate(parts):
        if part.isdigit():
            pattern += rb"[0-9]++"
        elif part.isalpha():
            pattern += rb"[A-Za-z]++"
        elif part.isspace():
            last = position == len(parts) - 1
            pattern += b"[ \\t]{0,%d}" % len(part) if last else rb"[ \t]*+"
        else:
            pattern += re.escape(part)
    return pattern
