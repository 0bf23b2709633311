"""What several outputs say of threads and processes, safe to show."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

from ...merging import Outlier, Seen, Stack, call_name, program
from ...model import Frame, Motion, Process, Snapshot, ThreadGroup
from ...movement import count_motions, stuck_groups, verdict
from .._safe import one_line

_RUN = 3
MOST_NAMED = 10
"""Of what a list could hold very many of, so many are named."""


def groups(snapshots: Iterable[Snapshot]) -> Iterator[tuple[Process, ThreadGroup]]:
    """Every group of every process."""
    for snapshot in snapshots:
        for process in snapshot.processes:
            for group in process.groups:
                yield process, group


def counted(number: int, word: str) -> str:
    """``1 thread``, ``2 threads``, ``2 processes``."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}{'es' if word.endswith('s') else 's'}"


def function_name(frame: Frame) -> str:
    """A frame's function, or the module that it is in."""
    return one_line(call_name(frame))


def process_name(process: Process, host: str | None = None) -> str:
    """``PROGRAM PID on HOST`` as far as known."""
    name = program(process) or "process"
    if process.pid is not None:
        name += f" {process.pid}"
    return one_line(f"{name} on {host}" if host else name)


def doing(state: str | None, motion: Motion | None, seconds: float | None = None) -> str:
    """What threads do, and for how long where they stood still."""
    if motion is None:
        return one_line(state or "")
    if motion != "stood still":
        return one_line(f"{state}, {motion}" if state else motion)
    lasting = f" for {duration(seconds)} at least" if seconds else ""
    return one_line(f"{state}{lasting}" if state and lasting else f"{state or 'stood still'}{lasting}")


def duration(seconds: float) -> str:
    """``2.5 s``."""
    return f"{seconds:.1f} s" if seconds < 600 else f"{seconds / 60:.0f} min"


def label(group: ThreadGroup, seconds: float | None = None) -> str:
    """``NAME (STATE)`` as far as known."""
    does = doing(group.state, group.motion, seconds)
    parts = (group.name or "", f"({does})" if does else "", "crashed" if group.crashed else "")
    return one_line(" ".join(part for part in parts if part))


def outermost_first(process: Process, group: ThreadGroup) -> list[str]:
    """The process, what the threads are, and their functions, the outermost first."""
    path = [process_name(process)]
    if name := label(group):
        path.append(name)
    return path + [function_name(frame) for frame in reversed(group.frames)]


def short_run(calls: Sequence[str]) -> list[str]:
    """``calls``, of a run of one the first three and how many more, safe to show."""
    parts: list[str] = []
    for call, run in itertools.groupby(calls):
        times = sum(1 for _ in run)
        parts += [one_line(call)] * min(times, _RUN)
        if times > _RUN:
            parts.append(f"[{times - _RUN} more]")
    return parts


def movement(process: Process) -> list[str]:
    """Sentences on what moved between several looks; none after one look."""
    judged = verdict(process)
    if judged is None:
        return []
    span = f" in {duration(process.seconds)}" if process.seconds is not None else ""
    motions = ", ".join(f"{count} {motion}" for motion, count in count_motions(process).items() if count)
    stuck = stuck_groups(process)
    match judged:
        case "stuck":
            told = f"Stuck: nothing moved, and {_what(stuck, process)}."
        case "partly stuck":
            told = f"Partly stuck: {_what(stuck, process)}."
        case "moving":
            told = "Moving: no thread stood still in the midst of work."
        case "idle":
            told = "Idle: every thread waited for something to do."
    return [f"{process.looks} looks{span}: {motions or 'no threads'}.", told]


def _what(stuck: list[ThreadGroup], process: Process) -> str:
    threads = counted(sum(len(group.thread_ids) for group in stuck), "thread")
    said = [
        f"{len(each.thread_ids)} × {label(each, process.seconds) or function_name(each.frames[0])}"
        for each in stuck[:_RUN]
    ]
    more = [f"{len(stuck) - _RUN} more"] if len(stuck) > _RUN else []
    return f"{threads} stood still in the midst of work: {'; '.join(said + more)}"


def outlier_heading(outlier: Outlier, processes: list[Seen]) -> str:
    """``1 of 40 httpd processes: httpd 512 on www3``."""
    first = processes[outlier.processes[0]]
    named = [
        process_name(processes[each].process, processes[each].host) for each in outlier.processes[:MOST_NAMED]
    ]
    more = len(outlier.processes) - len(named)
    kind = f"{program(first.process)} processes".strip()
    return f"{len(outlier.processes)} of {outlier.among:,} {one_line(kind)}: {', '.join(named)}" + (
        f" and {more} more" if more else ""
    )


def stack_line(stack: Stack) -> str:
    """The threads, what they are and do, and their calls, innermost first, on one line."""
    heading = " ".join(part for part in (counted(stack.threads, "thread"), label(stack.group)) if part)
    return f"{heading}: {', '.join(short_run(stack.calls))}"
