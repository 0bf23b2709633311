"""What several outputs say of threads and processes, safe to show."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from ...model import Frame, Process, Snapshot, Thread, ThreadGroup
from ...snapshots.merging import Outlier, Seen, Stack, call_name, program
from ...snapshots.movement import count_motions, stuck_groups, verdict
from .._safe import one_line
from ..crashes import Ended, crash_sentences

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


def ended(process: Process, host: str | None = None) -> list[Ended]:
    """What ended ``process``, as far as it was compared with known issues."""
    return [(process_name(process, host), crash) for crash in process.crashes]


def crashed(process: Process, host: str | None = None) -> list[str]:
    """Sentences on what ended ``process``."""
    return list(crash_sentences(process, process_name(process, host)))


def crash(process: Process) -> str:
    """``crashed with SIGSEGV``, of the thread that ended ``process``."""
    kind = process.error.type if process.error is not None else None
    return one_line(f"crashed with {kind}" if kind else "crashed")


def doing(of: Thread | ThreadGroup, seconds: float | None = None) -> str:
    """What threads do, how they moved, and for how long where they stood still in the midst of work."""
    state = "; ".join(each for each in (of.state, of.wait) if each)
    if of.motion is None or (state and of.idle and of.motion == "stood still"):
        return one_line(state)
    if of.motion == "stood still" and seconds:
        return one_line(f"{state or of.motion} for {duration(seconds)} at least")
    return one_line(f"{state}, {of.motion}" if state else of.motion)


def duration(seconds: float) -> str:
    """``2.5 s``."""
    return f"{seconds:.1f} s" if seconds < 600 else f"{seconds / 60:.0f} min"


def label(group: ThreadGroup, seconds: float | None = None) -> str:
    """``NAME (STATE)`` as far as known."""
    does = doing(group, seconds)
    if group.crashed:
        does = f"crashed, {does}" if does else "crashed"
    return one_line(f"{group.name} ({does})" if group.name and does else group.name or does)


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
    span = f" in {duration(process.seconds)}" if process.seconds else ""
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
    counts: Counter[str] = Counter()
    for group in stuck:
        does = doing(group, process.seconds) if group.state else f"in {function_name(group.frames[0])}"
        counts[does] += len(group.thread_ids)
    said = [f"{count} × {name}" for name, count in counts.most_common(_RUN)]
    if len(counts) > _RUN:
        said.append("others")
    return f"{counted(counts.total(), 'thread')} stood still in the midst of work: {'; '.join(said)}"


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
