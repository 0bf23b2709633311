"""From a text to the traces and snapshots in it."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from datetime import tzinfo

from .containment import ReaderFailures
from .cursor import Buffer, Cursor
from .errors import UnknownFormatError
from .log_records.clock import Clock
from .log_records.logged_at import logged_at, record_above
from .model import Snapshot, Trace
from .runtimes import Format, all_formats, runtime_name
from .unwrapping.line_before import tell_line_before, tell_time

LOOK_BACK = 8 << 10
"""Bytes before a trace in which it is told when it was logged, and so many behind its start."""


@functools.cache
def _anchors(formats: tuple[Format, ...]) -> tuple[re.Pattern[bytes], dict[bytes, list[Format]]]:
    owners: dict[bytes, list[Format]] = {}
    for each in formats:
        for anchor in each.anchors:
            owners.setdefault(anchor, []).append(each)
    longest_first = sorted(owners, key=lambda anchor: (-len(anchor), anchor))
    return re.compile(b"|".join(map(re.escape, longest_first))), owners


def iterate(
    buffer: Buffer, formats: tuple[Format, ...] | None = None, *, values: bool = True
) -> Iterator[Trace | Snapshot]:
    """Each trace and snapshot in ``buffer``, in order; nothing where nothing is recognised.

    Without ``values``, those of local variables may be left out, which is faster.
    """
    return (each for each, _ in _iterate(buffer, formats or all_formats(), ReaderFailures(), values))


def _iterate(
    buffer: Buffer, formats: tuple[Format, ...], failures: ReaderFailures, values: bool = True
) -> Iterator[tuple[Trace | Snapshot, int]]:
    """The same, each with the offset of its end; ``failures`` keeps what readers raise."""
    pattern, owners = _anchors(formats)
    position = floor = line_end = 0
    refused: set[bytes] = set()
    while hit := pattern.search(buffer, position):
        position = hit.start() + 1
        if position > line_end:
            line_end = _end_of_line(buffer, position)
            refused.clear()
        elif hit.group() in refused:
            continue  # A reader sees the line, not the place in it: it would read the same again.
        refused.add(hit.group())
        for candidate in owners[hit.group()]:
            cursor = Cursor(buffer, hit.start(), floor=floor)
            cursor.values = values
            result = None if cursor.underlined else failures.read(candidate, cursor)
            if result is not None and cursor.offset > hit.start():
                floor = cursor.offset
                position = max(position, floor)
                line_end = min(line_end, floor)
                tell_runtime(result)
                if not (isinstance(result, Trace) and result.told_again):
                    yield result, floor
                break


def tell_runtime(result: Trace | Snapshot) -> None:
    """Set the runtime of a trace by the format that read it."""
    if isinstance(result, Trace) and result.runtime is None:
        result.runtime = runtime_name(result.format)


def _end_of_line(buffer: Buffer, position: int) -> int:
    end = buffer.find(b"\n", position)
    return len(buffer) if end < 0 else end


def _at_start(
    buffer: Buffer, formats: tuple[Format, ...], failures: ReaderFailures
) -> Trace | Snapshot | None:
    """What stands at the very start, for the few shapes that hold no anchor."""
    start = re.compile(rb"\s*").match(buffer)
    offset = start.end() if start else 0
    for candidate in formats:
        result = failures.read(candidate, Cursor(buffer, offset))
        if result is not None:
            tell_runtime(result)
            return result
    return None


def parse(text: str | Buffer, *, formats: tuple[Format, ...] | None = None) -> list[Trace | Snapshot]:
    """The tracebacks and snapshots in ``text``, in order.

    ``text`` is a string, or bytes that are UTF-8 for the most part. ``formats`` restricts what is
    looked for. What a reader that fails did not read is said in ``uncertain`` of the last result. Raises
    ``UnknownFormatError`` when nothing is recognised.
    """
    return list(parse_each(text, formats=formats))


def parse_each(
    text: str | Buffer, *, formats: tuple[Format, ...] | None = None, values: bool = True
) -> Iterator[Trace | Snapshot]:
    """Like :func:`parse`, one by one: what is read goes before what comes next is looked for.

    Without ``values``, those of local variables may be left out, which is faster.
    """
    buffer = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    formats = formats or all_formats()
    failures = ReaderFailures()
    last: Trace | Snapshot | None = None
    for each, _ in _iterate(buffer, formats, failures, values):
        if last is not None:
            yield last
        last = each
    last = last or _at_start(buffer, formats, failures)
    if last is None:
        raise UnknownFormatError(_nothing(formats, failures))
    last.uncertain += [each.sentence for each in failures.take()]
    yield last


def _nothing(formats: tuple[Format, ...], failures: ReaderFailures) -> str:
    """Why nothing was recognised."""
    if failed := failures.take():
        return f"No stack trace was recognised: {failed[0].sentence}"
    titles = ", ".join(each.title for each in formats)
    return f"No stack trace was recognised; the formats known are: {titles}."


def occurrences(buffer: Buffer, *, zone: tzinfo | None = None) -> Iterator[Trace]:
    """Each trace in a log, with its text and what the log line before it says: time, level, logger, process.

    ``zone`` is that of times without one. The lines stand in the log as they were written; for logs
    that wrap them use :func:`stacktraces.scan`.
    """
    clock = Clock(zone)
    for each, end in _iterate(buffer, all_formats(), ReaderFailures()):
        if isinstance(each, Trace):
            start = each.origin.offset or 0
            tell_circumstances(each, buffer, clock)
            each.raw = buffer[start:end].decode("utf-8", "backslashreplace")
            yield each


def tell_circumstances(trace: Trace, buffer: Buffer, clock: Clock) -> None:
    """What the lines around a trace say of it."""
    start = trace.origin.offset or 0
    lowest = max(start - LOOK_BACK, 0)
    around = bytes(buffer[lowest : start + LOOK_BACK])
    tell_time(trace, clock, logged_at(clock, around, start - lowest, 0))
    cursor = Cursor(buffer, start)
    before = cursor.line if cursor.back() else None
    first = around[start - lowest :].partition(b"\n")[0]
    record = record_above(around, start - lowest, 0).decode("utf-8", "replace")
    tell_line_before(trace, before or None, first.decode("utf-8", "replace"), record)
