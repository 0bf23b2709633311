"""Samples with stacks, as ``perf script`` prints them: each sample is a stack of its thread.

===========  =====================================================================
line         sample
===========  =====================================================================
sample       ``picker  4711/4712  [002]  123.456789:     250000 cpu-clock:pppH:``
frame        ``<TAB>    7f8c1a2b3c4d pick_plum+0x1d (/opt/orchard/orchardd)``
===========  =====================================================================

A sample ends with an empty line.
"""

from __future__ import annotations

from sys import intern

from ...._number import to_number
from ...._regex import regex
from ....cursor import Cursor
from ....model import Frame, Process, Snapshot, Thread
from ... import Format

NAME = "perf_script"
MOST_SAMPLES = 100_000
_SAMPLE = regex(
    r"(?P<name>\S.{0,40}?) +(?:(?P<pid>-?\d{1,10})/ *)?(?P<tid>\d{1,10}) +(?:\[\d{1,6}\] +)?"
    r"(?P<time>\d{1,12}\.\d{6,9}): +(?:\d{1,20} +)?[\w:./-]{1,80}: ?.{0,200}"
)
_FRAME = regex(
    r"\s+(?P<address>[0-9a-f]{1,16}) (?P<function>\S.*?)(?:\+0x"
    r"(?P<offset>[0-9a-f]{1,16}))? \((?P<module>[^()]{1,400})\)\s*"
)


def read(cursor: Cursor) -> Snapshot | None:
    """The samples from the cursor's line, or the one whose frame it is, on; see :class:`Format`."""
    while _FRAME.fullmatch(cursor.line or "") and cursor.back():
        pass
    if _SAMPLE.fullmatch(cursor.line or "") is None or _FRAME.fullmatch(cursor.peek() or "") is None:
        return None
    processes: dict[str, Process] = {}
    samples = left_out = 0
    while (found := _SAMPLE.fullmatch(cursor.line or "")) is not None:
        cursor.advance()
        thread = Thread(id=found["tid"], os_id=found["tid"], name=found["name"], state="sampled")
        while (frame := _FRAME.fullmatch(cursor.line or "")) is not None:
            thread.frames.append(
                Frame(
                    id=str(len(thread.frames)),
                    function=None if frame["function"] == "[unknown]" else intern(frame["function"]),
                    module=intern(frame["module"]) if frame["module"] != "[unknown]" else None,
                    address=to_number(frame["address"], 16),
                    offset=to_number(frame["offset"], 16) if frame["offset"] else None,
                )
            )
            cursor.advance()
        samples += 1
        if samples > MOST_SAMPLES:
            left_out += 1
        else:
            pid = found["pid"]
            process = Process(pid=to_number(pid.lstrip("-"))) if pid else Process(name=found["name"])
            processes.setdefault(pid or found["name"], process).threads.append(thread)
        while cursor.line is not None and not cursor.line.strip():
            cursor.advance()
    snapshot = Snapshot(format=NAME, processes=list(processes.values()))
    if left_out:
        snapshot.uncertain.append(f"{left_out:,} samples after the first {MOST_SAMPLES:,} were left out.")
    return snapshot


FORMAT = Format(
    name=NAME,
    title="samples of perf script",
    anchors=(b"-clock:", b"cycles:", b"sched:", b"cpu-clock"),
    read=read,
)
