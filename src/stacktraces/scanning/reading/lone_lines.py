"""Traces in lines of a bare log that are wrapped though their neighbours are not."""

from __future__ import annotations

from ...carriers.quoted import MARKS
from ...unwrapping.detection import peel
from ...unwrapping.literal_lines import LiteralLines, doubled_quotes, literal_lines
from ..setup import ScanSetup
from .region import Region
from .text import Text
from .walker import WAIT, Sink
from .wrapped import Emitter


def read_lone_line(setup: ScanSetup, sink: Sink, text: Text, line: int, lowest: int) -> int:
    """Read the traces in the line at ``line`` of ``text.data``, or in strings on it and around it.

    Gives where they end, 0 where there is none, or ``WAIT``. No line before ``lowest`` is looked at.
    """
    end = text.end_of_line(line)
    raw = text.data[line:end].rstrip(b"\r\n")
    stack = peel(raw, setup.lines) if raw[:1] in b"{<[" or MARKS.search(raw) else ()
    if stack:
        region = Region(setup, stack, text.base + line)
        region.take(text.data[line:end])
        if _emitted(setup, sink, text, line, region):
            return end
    return _read_literals(setup, sink, text, line, lowest)


def read_doubled_quotes(setup: ScanSetup, sink: Sink, text: Text, line: int, at: int) -> int:
    """Read the traces in the quoted text at ``at``, in the line at ``line``, if quotes are doubled in it.

    Gives where they end, 0 where there is none, or ``WAIT``.
    """
    return _read_event(setup, sink, text, doubled_quotes(text.data, at, line))


def _read_literals(setup: ScanSetup, sink: Sink, text: Text, line: int, lowest: int) -> int:
    return _read_event(setup, sink, text, literal_lines(text.data, line, lowest, setup.lines))


def _read_event(setup: ScanSetup, sink: Sink, text: Text, found: LiteralLines | None) -> int:
    if found is None:
        return 0
    if found.end >= len(text.data) and not text.final:
        return WAIT
    region = Region(setup, (), text.base + found.start)
    region.take_event(found.text, found.end - found.start)
    return found.end if _emitted(setup, sink, text, found.start, region) else 0


def _emitted(setup: ScanSetup, sink: Sink, text: Text, line: int, region: Region) -> bool:
    found = region.read(text.base + line, text.base + line, {}) or []
    emitter = Emitter(setup, sink, {})
    for each in found:
        emitter.emit(text, region, each)
    return bool(found)
