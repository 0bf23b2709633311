"""Traces that a program logged line by line, each line with the prefix of its own log format.

Which lines belong to such a trace shows only in what they hold: a log line after it bears the same
kind of prefix. So the prefix is taken off from the trace's header on, or from what says before it who
raised it, while the lines go on as a Python traceback does, and left on every other line, where it
tells that a record starts.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from .._regex import regex
from ..carriers import Carrier, Record, all_carriers
from ..log_records.records import starts_record

MOST_TRACES = 64
SIGNS = (b"(most recent call last):", b'  File "')
"""One of them is in the line that a trace starts with: a header, or the place of a syntax error."""
_PREAMBLE_SIGNS = (b"xception ", b" error", b"Error", b"Process ")

_HEADER = regex(rb"(?:(?:  \+ Exception Group )?Traceback|Stack) \(most recent call last\):")
_START = regex(_HEADER.pattern + rb'|  File "[^"\n]{1,4096}", line \d')
_PREAMBLE = regex(
    rb"Exception in (?:thread .+:$|callback |Tkinter callback$)|Exception ignored (?:in|while|on|from)\b"
    rb"|(?:Task|Future) exception was never retrieved$"
    rb"|Unhandled (?:exception in |[Ee]rror(?: in Deferred:?)?$)"
    rb"|Error in (?:sys\.|atexit\.)\w+:$|Original exception was:$"
    rb"|Process [\w-]+(?::\d+)*+:$|--- Logging error ---$"
)
"""As in ``runtimes.python.preambles``, where they are told one from the other."""
_WITH_PREAMBLE = regex(rb"(?:future|handle|task|protocol|transport|source_traceback|handle_traceback): |  |$")
"""What may stand between a preamble and its header: keys that asyncio prints, frames of a source traceback."""
_START_LENGTH = 200
_PREAMBLE_LINES = 60
_HEADER_LINE = 512
"""Bytes of a header's line, its prefix included, that are looked at."""
_GOES_ON = regex(
    rb"[ \t]|\Z|Traceback \(most recent call last\):|The above exception was the direct cause"
    rb"|During handling of the above exception"
)


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

    def __init__(self) -> None:
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
            carrier = _carrier_of_opening(line)
            if carrier is None or len(self.open) >= MOST_TRACES:
                yield writer, line, record.fields
                return
            traces = self.open[writer] = _Interleaved(carrier)
        part, text, fields = traces.take(line)
        trace = traces.open.get(part)
        if record.time is None and trace is not None:
            record.time = trace.time
        yield writer + part, text, {**record.fields, **fields}
        if not traces.open:
            del self.open[writer]


def carrier_of_start(line: bytes) -> Carrier | None:
    """The application's carrier that stands right before the start of a traceback on ``line``."""
    if (SIGNS[0] not in line and SIGNS[1] not in line) or _START.match(line):
        return None
    return _carrier_before(_START, line)


def _carrier_of_opening(line: bytes) -> Carrier | None:
    """The same, also for a preamble."""
    if (carrier := carrier_of_start(line)) is not None:
        return carrier
    if not any(sign in line for sign in _PREAMBLE_SIGNS) or _PREAMBLE.match(line):
        return None
    return _carrier_before(_PREAMBLE, line)


def _carrier_before(start: re.Pattern[bytes], line: bytes) -> Carrier | None:
    for carrier in _applications():
        record = carrier.unwrap(line)
        if record is not None and start.match(record.text):
            return carrier
    return None


@functools.cache
def _applications() -> tuple[Carrier, ...]:
    return tuple(each for each in all_carriers() if each.layer == "application" and not each.generic)


def preamble_start(data: bytes, start: int, lowest: int) -> int:
    """Where the preamble begins of the trace whose header is on the line at ``start``.

    Each line bears the header's kind of prefix. ``start`` itself where there is none from ``lowest`` on.
    """
    carrier = carrier_of_start(data[start : start + _HEADER_LINE])
    at = start
    for _ in range(_PREAMBLE_LINES if carrier is not None else 0):
        if at <= lowest:
            break
        end = at - 1
        at = max(data.rfind(b"\n", lowest, end) + 1, lowest)
        record = carrier.unwrap(data[at:end].removesuffix(b"\r")) if carrier is not None else None
        if record is None:
            break
        if _PREAMBLE.match(record.text):
            return at
        if not _WITH_PREAMBLE.match(record.text):
            break
    return start


class _Interleaved:
    """The traces that the threads of one writer are logging at the moment."""

    def __init__(self, carrier: Carrier) -> None:
        self.carrier = carrier
        self.open: dict[tuple[str, ...], _Trace] = {}
        self._current: tuple[str, ...] = ()

    def take(self, line: bytes) -> tuple[tuple[str, ...], bytes, dict[str, str]]:
        record = self.carrier.unwrap(line)
        if record is None:
            trace = self.open.get(self._current)
            if trace is not None and trace.ended and _is_bare_start(line):
                del self.open[self._current]
                self._current, trace = (), None
            if trace is not None:
                _advance(trace, line)
            return self._current, line, trace.fields if trace else {}
        fields = record.fields
        self._current = key = tuple([fields.get(name, "") for name in ("process", "pid", "thread")])
        prefix = line[: len(line) - len(record.text)]
        trace = self.open.get(key)
        if trace is not None and trace.waiting and not _is_awaited(trace, record.text):
            del self.open[key]
            trace = None
        preamble = (trace is None or trace.ended) and _PREAMBLE.match(record.text) is not None
        starts = _START if trace is None else _HEADER
        if preamble or (starts.match(record.text) and (trace is None or trace.ended)):
            if trace is None and len(self.open) >= MOST_TRACES:
                del self.open[next(iter(self.open))]
            if preamble or trace is None or trace.prefix != prefix:
                trace = self.open[key] = _Trace(prefix, record, waiting=preamble)
        elif trace is None:
            return key, line, fields
        elif trace.ended and not _same_event(trace, prefix, record.text, fields):
            del self.open[key]
            return key, line, fields
        _advance(trace, record.text)
        return key, record.text, trace.fields


def _is_bare_start(line: bytes) -> bool:
    """Whether a line without a prefix is another writer's: the rest of a message looks otherwise."""
    return _HEADER.match(line) is not None or starts_record(line[:_START_LENGTH].decode("utf-8", "replace"))


def _is_awaited(trace: _Trace, text: bytes) -> bool:
    """Whether a line may follow a preamble; a header ends the wait."""
    trace.waiting = _HEADER.match(text) is None
    return not trace.waiting or _WITH_PREAMBLE.match(text) is not None


def _advance(trace: _Trace, text: bytes) -> None:
    """Note what the line says of the rest: the first line at column 0 after frames is the final one."""
    if _HEADER.match(text):
        trace.indented = trace.ended = False
    elif text[:1] in (b" ", b"\t"):
        trace.indented = True
    elif text and trace.indented:
        trace.ended = True


def _same_event(trace: _Trace, prefix: bytes, text: bytes, fields: dict[str, str]) -> bool:
    """Whether a line after the final one still belongs to the trace.

    A formatter that puts its prefix before every line of one message repeats it to the letter; it
    names a logger or a place in the code, so two events in the same millisecond rarely share it.
    """
    return _GOES_ON.match(text) is not None or (prefix == trace.prefix and "logger" in fields)
