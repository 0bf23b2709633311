"""A stack of gdb's that a program logged: frames alone behind the record that says why."""

from __future__ import annotations

from ..._regex import regex
from ...log_records.records import LEVELS, starts_record
from ...model import Error, Origin, Snapshot, Trace
from .symbol_lines import SIGNALS, signal_in

_LEVEL = regex(rf"\b(?:{LEVELS}|{LEVELS.lower()})\b\W*+(?P<text>\S.*)$")
_FAILED = regex(
    r"\b(?:ERROR|CRITICAL|FATAL|SEVERE|error|critical|fatal|[Cc]rash\w*|[Bb]acktrace|[Ss]tack ?trace)\b"
)


def of_record(snapshot: Snapshot, record: str, origin: Origin) -> Trace | None:
    """The error of which ``record``, the line before the frames of ``snapshot``, tells.

    ``None`` where it is no log record of a failure, or where gdb says more than frames: a snapshot is that.
    """
    process = snapshot.processes[0]
    thread = process.threads[0]
    announced = thread.os_id or thread.handle or thread.name or process.pid or process.error
    if announced or len(process.threads) > 1 or not starts_record(record[:256]):
        return None
    signal = signal_in(record)
    if signal is None and not _FAILED.search(record):
        return None
    kind = None if signal is None else signal["name"] or SIGNALS.get(int(signal["number"]))
    found = _LEVEL.search(record)
    error = Error(type=kind, message=(found["text"] if found else record).strip(), frames=thread.frames)
    return Trace(error=error, format=snapshot.format, origin=origin, uncertain=snapshot.uncertain)
