"""All threads of all processes as one prefix tree with counts, the outliers before it."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Iterable, Iterator

from ...model import Snapshot
from ...snapshots.merging import Merged, Node, Stack, branches, outliers, tree
from ...snapshots.movement import VERDICTS, verdict
from ..crashes import Ended, crash_lines
from ..locks import lock_lines
from . import Output, Shown
from ._words import (
    MOST_NAMED,
    counted,
    crashed,
    ended,
    label,
    movement,
    outlier_heading,
    process_name,
    short_run,
    stack_line,
)

_DEEPEST = 40
"""Deeper branches are not indented further."""
_NARROWEST = 30


def pieces(snapshots: Iterable[Snapshot], shown: Shown) -> Iterator[bytes]:
    """A line a piece; what ended processes first, then deadlocks and convoys."""
    merged = Merged()
    locks: list[str] = []
    deaths: list[str] = []
    crashes: list[Ended] = []
    for snapshot in snapshots:
        merged.add(snapshot)
        for process in snapshot.processes:
            locks += lock_lines(process, snapshot.host)
            crashes += ended(process, snapshot.host)
            deaths += crashed(process, snapshot.host)
    if len(deaths) > MOST_NAMED:
        deaths[MOST_NAMED:] = [f"{len(deaths) - MOST_NAMED:,} more crashes; --format json lists them."]
    for line in itertools.chain(crash_lines(crashes), deaths, locks, lines(merged, shown)):
        yield f"{line}\n".encode()


def lines(merged: Merged, shown: Shown) -> Iterator[str]:
    """What moved, what stands out, then the tree."""
    stacks = merged.stacks()
    if shown.combine is not None:
        stacks = shown.combine(stacks)
    yield from _movements(merged)
    for number, outlier in enumerate(outliers(merged.processes, stacks)):
        if number == MOST_NAMED:
            yield "More processes stand out; --format html lists them."
            break
        yield outlier_heading(outlier, merged.processes)
        yield from (f"  only here: {stack_line(each)}" for each in outlier.does[:MOST_NAMED])
        yield from (f"  not here: {stack_line(each)}" for each in outlier.lacks[:MOST_NAMED])
    yield _headline(merged, stacks)
    yield from _branches(tree(stacks), len(merged.processes), shown.width)


def _headline(merged: Merged, stacks: list[Stack]) -> str:
    """How many threads there are in how many processes, and how many of them crashed or are deadlocked."""
    processes = [each.process for each in merged.processes]
    crashed = sum(stack.threads for stack in stacks if stack.group.crashed)
    deadlocked = {
        (number, wait.thread)
        for number, process in enumerate(processes)
        for deadlock in process.deadlocks
        for wait in deadlock.waits
    }
    odd = ((crashed, "crashed"), (len(deadlocked), "deadlocked"))
    said = ", ".join(f"{count:,} {word}" for count, word in odd if count)
    counts = f"{counted(merged.threads, 'thread')} in {counted(len(processes), 'process')}"
    return f"{counts}: {said}" if said else counts


def _movements(merged: Merged) -> Iterator[str]:
    """What moved in each process: the stuck ones first."""
    looked = [each for each in merged.processes if each.process.looks > 1]
    looked.sort(key=lambda each: VERDICTS.index(verdict(each.process) or "idle"))
    for each in looked:
        yield process_name(each.process, each.host)
        yield from (f"  {sentence}" for sentence in movement(each.process))


def _branches(root: Node, processes: int, width: int | None) -> Iterator[str]:
    for stack in root.ends:
        name = label(stack.group) or "nothing is known of them"
        yield from _wrapped(f"• {stack.threads:,} without a stack  [{name}]", "", "   ", width)
    rails: list[str] = []
    for depth, calls, node, last in branches(root):
        del rails[depth:]
        drawn = "".join(rails[-_DEEPEST:])
        rails.append("   " if last else "│  ")
        count = f"{node.threads:,}"
        if processes > 1:
            count += f" in {len(node.processes):,}"
        said = f"{count}  {', '.join(short_run(calls))}"
        ends = node.ends
        if len(ends) == 1 and not node.children:
            name = label(ends[0].group)
            said += f"  [{name}]" if name else ""
            ends = []
        inside = "│  " if node.children else "   "
        rest = drawn + rails[-1] + inside
        yield from _wrapped(said, f"{drawn}{'└─ ' if last else '├─ '}", rest, width)
        for stack in ends:
            yield from _wrapped(f"• {stack.threads:,}  [{label(stack.group)}]", rest, rest, width)


def _wrapped(text: str, first: str, rest: str, width: int | None) -> list[str]:
    if width is None:
        return [first + text]
    return textwrap.wrap(
        text,
        max(width, len(rest) + _NARROWEST),
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


OUTPUT = Output(pieces, merges=True)
