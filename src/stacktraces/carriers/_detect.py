"""Which carriers wrap the lines of a file: told from a sample of it, and for one line alone."""

from __future__ import annotations

import re
from collections.abc import Iterable

from . import Carrier, all_carriers
from ._boundary import record_start

MOST_LAYERS = 4
SAMPLE_LINES = 256
"""Lines of a sample that are looked at, spread over it."""
_LINE_LIMIT = 1 << 16
_INDENTED = re.compile(rb"[ \t]")


def detect(sample: bytes) -> tuple[Carrier, ...]:
    """The carriers that wrap the lines of a file, outermost first; empty where its lines are bare.

    ``sample`` is a part of the file that starts at the start of a line. Carriers that mark only an
    event's first line (``bare_continuation``) are not among them: nothing has to be taken off to read
    a trace after such a line.
    """
    lines = _spread(sample)
    stack: list[Carrier] = []
    while lines and len(stack) < MOST_LAYERS:
        best, inner = _best(lines, stack)
        if best is None:
            break
        stack.append(best)
        lines = inner
    return tuple(stack)


def _spread(sample: bytes) -> list[bytes]:
    lines = sample.split(b"\n")
    if len(lines) > 1:
        lines.pop()
    lines = [line.removesuffix(b"\r") for line in lines if line.strip() and len(line) <= _LINE_LIMIT]
    step = max(1, len(lines) // SAMPLE_LINES)
    return lines[::step][:SAMPLE_LINES]


def _best(lines: list[bytes], used: Iterable[Carrier]) -> tuple[Carrier | None, list[bytes]]:
    """The carrier that takes the most lines, and what it leaves of them."""
    best: Carrier | None = None
    best_inner: list[bytes] = []
    best_rank = (False, 0)
    for carrier in all_carriers():
        if carrier.bare_continuation or (carrier in used and not carrier.generic):
            continue
        inner, others = [], 0
        for line in lines:
            record = carrier.unwrap(line)
            if record is not None:
                inner.append(record.text)
            elif carrier.layer in ("file", "transport") or _starts_record(line):
                others += 1
        rank = (not carrier.generic, len(inner))
        if len(inner) > others and rank > best_rank:
            best, best_inner, best_rank = carrier, inner, rank
    return best, [text for text in best_inner if text.strip()]


def _starts_record(line: bytes) -> bool:
    return not _INDENTED.match(line) and record_start(line[:256].decode("utf-8", "replace"))


def peel(line: bytes) -> tuple[Carrier, ...]:
    """The carriers that can be taken off ``line`` in turn, for a line unlike the rest of its file."""
    stack: list[Carrier] = []
    while len(stack) < MOST_LAYERS:
        for carrier in all_carriers():
            if carrier.generic or carrier.bare_continuation or carrier in stack:
                continue
            record = carrier.unwrap(line)
            if record is not None:
                stack.append(carrier)
                line = record.text
                break
        else:
            break
    return tuple(stack)
