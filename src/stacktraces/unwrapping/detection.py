"""Which carriers wrap the lines of a file: told from a sample of it, and for one line alone."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable

from ..carriers import Carrier, Record, all_carriers, json_lines
from ..log_records.records import STARTS_RECORD, starts_record
from ..trace_lines import KnownTraceLines
from .quoted_traces import opened, unwrap_line
from .record_writers import message_path, with_writers
from .streams import Writer, writer_of

MOST_LAYERS = 4
SAMPLE_LINES = 256
"""Lines of a sample that are looked at, spread over it."""
_LINE_LIMIT = 1 << 16
_FEW_SIZES = 3


def detect(sample: bytes, known: KnownTraceLines, given: tuple[Carrier, ...] = ()) -> tuple[Carrier, ...]:
    """The carriers that wrap the lines of a file, outermost first; empty where its lines are bare.

    ``sample`` is a part of the file that starts at the start of a line; ``given`` are carriers that are
    known to be outermost; ``known`` are the lines of all runtimes' traces. Carriers that mark only an
    event's first line (``bare_continuation``) are not among them: nothing has to be taken off to read
    a trace after such a line.
    """
    for carrier in () if given else all_carriers():
        if carrier.reader is not None and carrier.sign is not None and carrier.sign.search(sample):
            return (carrier,)
    lines = _spread(sample)
    for carrier in given:
        lines = _joined(
            [record for line in lines if (record := unwrap_line(carrier, line, known)) is not None]
        )
    stack = list(given)
    while lines and len(stack) < MOST_LAYERS:
        best, inner = _best(lines, stack, known)
        if best is None or best.generic:
            best, inner = _with_message_key(best, inner, lines, known)
        if best is None:
            break
        stack.append(with_writers(best, lines))
        lines = inner
    return tuple(stack)


def starts_with_piece(sample: bytes, known: KnownTraceLines) -> bool:
    """Whether the first line of a file is of a carrier that may cut lines into pieces."""
    start = sample[:_LINE_LIMIT].lstrip(b"\r\n")
    line = start.split(b"\n", 1)[0].removesuffix(b"\r")
    return any(unwrap_line(carrier, line, known) for carrier in _with_pieces())


@functools.cache
def _with_pieces() -> tuple[Carrier, ...]:
    return tuple(carrier for carrier in all_carriers() if carrier.pieces)


def _with_message_key(
    best: Carrier | None, inner: list[bytes], lines: list[bytes], known: KnownTraceLines
) -> tuple[Carrier | None, list[bytes]]:
    """The same for JSON records whose message stands under a key that no carrier knows."""
    path = message_path(lines, known) if best is None or best.name == json_lines.CARRIER.name else None
    if path is None:
        return best, inner
    carrier = json_lines.with_message_at(path)
    records = _taken(carrier, lines, 0, _starts_record, known)
    return (carrier, _joined(records)) if records else (best, inner)


def _spread(sample: bytes) -> list[bytes]:
    lines = sample.split(b"\n")
    if len(lines) > 1:
        lines.pop()
    lines = [line.removesuffix(b"\r") for line in lines if line.strip() and len(line) <= _LINE_LIMIT]
    step = max(1, len(lines) // SAMPLE_LINES)
    return lines[::step][:SAMPLE_LINES]


def _best(
    lines: list[bytes], used: Iterable[Carrier], known: KnownTraceLines
) -> tuple[Carrier | None, list[bytes]]:
    """The carrier that takes the most lines, and what it leaves of them."""
    best: Carrier | None = None
    best_records: list[Record] = []
    text = b"\n".join(lines)
    starts = functools.cache(_starts_record)
    for carrier in all_carriers():
        if carrier.bare_continuation or (carrier.prefix is not None and carrier in used):
            continue
        if carrier.header is not None and carrier.header not in text:
            continue
        if carrier.sign is not None and carrier.reader is None and not carrier.sign.search(text):
            continue
        least = 0
        if best is not None:
            if carrier.generic and not best.generic:
                continue
            least = len(best_records) if carrier.generic == best.generic else 0
        records = _taken(carrier, lines, least, starts, known)
        if records:
            best, best_records = carrier, records
    return best, [text for text in _joined(best_records) if text.strip()]


def _taken(
    carrier: Carrier,
    lines: list[bytes],
    least: int,
    starts: Callable[[bytes], bool],
    known: KnownTraceLines,
) -> list[Record] | None:
    """What ``carrier`` takes, where that is more than ``least`` lines and more than are against it.

    ``None`` as soon as it cannot be.
    """
    records: list[Record] = []
    most, others = len(lines), 0
    is_outer, padded, unwrap = carrier.layer in ("file", "transport"), carrier.padded, carrier.unwrap
    for line in lines:
        if most <= least or most <= others:
            return None
        record = unwrap(line)  # Nearly all lines of nearly all carriers end here.
        if record is not None and (record := opened(record, carrier, line, known)) is not None:
            records.append(record)
            continue
        most -= 1
        if not (padded and line[:1] == b" ") and (is_outer or starts(line)):
            others += 1
    all_pieces = carrier.pieces and all(record.partial for record in records)
    if all_pieces and len({len(record.text) for record in records}) > _FEW_SIZES:
        # Lines are cut into pieces of one size: these have lost their line ends on the way.
        return None
    return records if len(records) > max(least, others) else None


def _joined(records: list[Record]) -> list[bytes]:
    """The texts of the records, pieces of a line put together."""
    texts: list[bytes] = []
    open_lines: dict[Writer, bytes] = {}
    for record in records:
        writer = writer_of(record.fields)
        text = open_lines.pop(writer, b"") + record.text
        if record.partial and len(text) < _LINE_LIMIT:
            open_lines[writer] = text
        else:
            texts.append(text)
    return texts


def _starts_record(line: bytes) -> bool:
    if line[:1] in (b" ", b"\t"):
        return False
    start = line[:256]
    # For ASCII both patterns say the same, and the readers need that for bytes.
    if start.isascii() and b"\r" not in start:
        return STARTS_RECORD.match(start) is not None
    return starts_record(start.decode("utf-8", "replace"))


def peel(line: bytes, known: KnownTraceLines) -> tuple[Carrier, ...]:
    """The carriers that can be taken off ``line`` in turn, for a line unlike the rest of its file."""
    stack: list[Carrier] = []
    while len(stack) < MOST_LAYERS:
        found = _outermost(line, stack, known)
        if found is None:
            break
        stack.append(found[0])
        line = found[1].text
        if found[1].complete:
            break
    return tuple(stack)


def _outermost(line: bytes, used: list[Carrier], known: KnownTraceLines) -> tuple[Carrier, Record] | None:
    for carrier in _of_one_line():
        record = unwrap_line(carrier, line, known)
        if record is not None and carrier not in used:
            return carrier, record
    return None


@functools.cache
def _of_one_line() -> tuple[Carrier, ...]:
    """The carriers that one line alone can tell: the particular ones, then generic ones of a whole event."""
    carriers = [carrier for carrier in all_carriers() if not carrier.bare_continuation]
    generic = [carrier for carrier in carriers if carrier.generic and carrier.layer == "envelope"]
    return *(carrier for carrier in carriers if not carrier.generic), *generic
