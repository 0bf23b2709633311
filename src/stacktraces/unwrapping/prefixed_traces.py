"""Traces that a program logged line by line, each line with the prefix of its own log format.

Which lines belong to such a trace shows only in what they hold: a log line after it bears the same
kind of prefix. So the prefix is taken off from the trace's header on, or from what says before it who
raised it, while the lines go on as that runtime's traces do, and left on every other line, where it
tells that a record starts.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from .._regex import regex
from ..carriers import Carrier, Record, all_carriers
from ..log_records.records import starts_record
from ..trace_lines import KnownTraceLines

MOST_TRACES = 64
_MARGIN = regex(rb"[ |]*\| ")
_START_LENGTH = 200
_PREAMBLE_LINES = 60
_HEADER_LINE = 512
"""Bytes of a header's line, its prefix included, that are looked at."""


class _Trace:
    """A trace that is being logged: its prefix, and whether its final line has come."""

    __slots__ = ("ended", "fields", "indented", "prefix", "time", "waiting")

    def __init__(self, prefix: bytes, record: Record, *, waiting: bool) -> None:
        self.prefix = prefix
        self.fields = record.fields
        self.time = record.time
        self.waiting = waiting
        """Only its preamble has come yet."""
        self.indented = False
        self.ended = False


class TracePrefixes:
    """Takes an application's prefix off the lines of traces, for all writers of a file."""

    def __init__(self, known: KnownTraceLines) -> None:
        self.known = known
        self.open: dict[tuple[str, ...], _Interleaved] = {}

    def size(self) -> int:
        """How many traces are open."""
        return sum(len(traces.open) for traces in self.open.values())

    def split(
        self, writer: tuple[str, ...], record: Record
    ) -> Iterator[tuple[tuple[str, ...], bytes, dict[str, str]]]:
        """The line as (writer, text, fields): the writer is the program's own thread within a trace."""
        line = record.text
        traces = self.open.get(writer) if self.open else None
        if traces is None:
            carrier = _carrier_of_opening(line, self.known)
            if carrier is None or len(self.open) >= MOST_TRACES:
                yield writer, line, record.fields
                return
            traces = self.open[writer] = _Interleaved(carrier, self.known)
        part, text, fields = traces.take(line)
        trace = traces.open.get(part)
        if record.time is None and trace is not None:
            record.time = trace.time
        yield writer + part, text, {**record.fields, **fields}
        if not traces.open:
            del self.open[writer]


def needs_a_look(texts: list[bytes], known: KnownTraceLines) -> bool:
    """Whether some line holds a trace that needs more than its carrier taken off."""
    whole = b"\n" + b"\n".join(texts)
    for literal in known.frame_literals:
        found = whole.count(literal)
        if found and found > whole.count(b"\n" + literal) + whole.count(b"| " + literal):
            return True
    if any(literal in whole for literal in known.escaped_literals):
        return True
    return any(not known.header.match(line) for line in _lines_with(known.header_literals, whole))


def _lines_with(literals: tuple[bytes, ...], text: bytes) -> Iterator[bytes]:
    """The lines that hold one of ``literals``, without the margin of an exception within another."""
    for literal in literals:
        at = text.find(literal)
        while at >= 0:
            line = text[text.rfind(b"\n", 0, at) + 1 : at + len(literal)]
            yield line[margin.end() :] if (margin := _MARGIN.match(line)) else line
            at = text.find(literal, at + 1)


def carrier_of_start(line: bytes, known: KnownTraceLines) -> Carrier | None:
    """The application's carrier that stands right before the start of a trace on ``line``."""
    if not any(literal in line for literal in known.start_literals) or known.start.match(line):
        return None
    return _carrier_before(known.start, line)


def _carrier_of_opening(line: bytes, known: KnownTraceLines) -> Carrier | None:
    """The same, also for a preamble."""
    if (carrier := carrier_of_start(line, known)) is not None:
        return carrier
    if not any(literal in line for literal in known.preamble_literals) or known.preamble.match(line):
        return None
    return _carrier_before(known.preamble, line)


def _carrier_before(start: re.Pattern[bytes], line: bytes) -> Carrier | None:
    for carrier in _applications():
        record = carrier.unwrap(line)
        if record is not None and start.match(record.text):
            return carrier
    return None


@functools.cache
def _applications() -> tuple[Carrier, ...]:
    return tuple(each for each in all_carriers() if each.layer == "application" and not each.generic)


def preamble_start(data: bytes, start: int, lowest: int, known: KnownTraceLines) -> int:
    """Where the preamble begins of the trace whose header is on the line at ``start``.

    Each line bears the header's kind of prefix. ``start`` itself where there is none from ``lowest`` on.
    """
    carrier = carrier_of_start(data[start : start + _HEADER_LINE], known)
    at = start
    for _ in range(_PREAMBLE_LINES if carrier is not None else 0):
        if at <= lowest:
            break
        end = at - 1
        at = max(data.rfind(b"\n", lowest, end) + 1, lowest)
        record = carrier.unwrap(data[at:end].removesuffix(b"\r")) if carrier is not None else None
        if record is None:
            break
        if known.preamble.match(record.text):
            return at
        if not known.after_preamble.match(record.text):
            break
    return start


class _Interleaved:
    """The traces that the threads of one writer are logging at the moment."""

    def __init__(self, carrier: Carrier, known: KnownTraceLines) -> None:
        self.carrier = carrier
        self.known = known
        self.open: dict[tuple[str, ...], _Trace] = {}
        self._current: tuple[str, ...] = ()

    def take(self, line: bytes) -> tuple[tuple[str, ...], bytes, dict[str, str]]:
        record = self.carrier.unwrap(line)
        if record is None:
            trace = self.open.get(self._current)
            if trace is not None and trace.ended and self._is_bare_start(line):
                del self.open[self._current]
                self._current, trace = (), None
            if trace is not None:
                self._advance(trace, line)
            return self._current, line, trace.fields if trace else {}
        fields = record.fields
        self._current = key = tuple([fields.get(name, "") for name in ("process", "pid", "thread")])
        prefix = line[: len(line) - len(record.text)]
        trace = self.open.get(key)
        if trace is not None and trace.waiting and not self._is_awaited(trace, record.text):
            del self.open[key]
            trace = None
        preamble = (trace is None or trace.ended) and self.known.preamble.match(record.text) is not None
        starts = self.known.start if trace is None else self.known.header
        if preamble or (starts.match(record.text) and (trace is None or trace.ended)):
            if trace is None and len(self.open) >= MOST_TRACES:
                del self.open[next(iter(self.open))]
            if preamble or trace is None or trace.prefix != prefix:
                trace = self.open[key] = _Trace(prefix, record, waiting=preamble)
        elif trace is None:
            return key, line, fields
        elif trace.ended and not self._same_event(trace, prefix, record.text, fields):
            del self.open[key]
            return key, line, fields
        self._advance(trace, record.text)
        return key, record.text, trace.fields

    def _is_bare_start(self, line: bytes) -> bool:
        """Whether a line without a prefix is another writer's: the rest of a message looks otherwise."""
        start = line[:_START_LENGTH].decode("utf-8", "replace")
        return self.known.header.match(line) is not None or starts_record(start)

    def _is_awaited(self, trace: _Trace, text: bytes) -> bool:
        """Whether a line may follow a preamble; a header ends the wait."""
        trace.waiting = self.known.header.match(text) is None
        return not trace.waiting or self.known.after_preamble.match(text) is not None

    def _advance(self, trace: _Trace, text: bytes) -> None:
        """Note what the line says of the rest: the first line at column 0 after frames is the final one."""
        if self.known.header.match(text):
            trace.indented = trace.ended = False
        elif text[:1] in (b" ", b"\t"):
            trace.indented = True
        elif text and trace.indented:
            trace.ended = True

    def _same_event(self, trace: _Trace, prefix: bytes, text: bytes, fields: dict[str, str]) -> bool:
        """Whether a line after the final one still belongs to the trace.

        A formatter that puts its prefix before every line of one message repeats it to the letter; it
        names a logger or a place in the code, so two events in the same millisecond rarely share it.
        """
        return self.known.goes_on.match(text) is not None or (prefix == trace.prefix and "logger" in fields)
