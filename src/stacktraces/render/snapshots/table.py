"""Groups of threads as a table for a terminal of any width."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ...model import Process, Snapshot, ThreadGroup
from .._safe import one_line
from ..crashes import crash_lines
from ..locks import lock_lines
from . import Output, Shown
from ._words import crash, crashed, doing, ended, function_name, movement, process_name, short_run

_PIPE_WIDTH = 160
_NARROW = 110
"""Columns below which what threads are and what they do stand in one column."""
_CALLS = 8
"""Calls of a stack that a row shows."""


def pieces(snapshots: Iterable[Snapshot], shown: Shown) -> Iterator[bytes]:
    """A table a process; before it what ended the process, its deadlocks and convoys."""
    for snapshot in snapshots:
        for process in snapshot.processes:
            verdicts = crash_lines(ended(process, snapshot.host))
            found = itertools.chain(verdicts, crashed(process, snapshot.host), lock_lines(process))
            yield from (f"{line}\n".encode() for line in found)
            yield _table(process, snapshot.host, shown).encode()


def _table(process: Process, host: str | None, shown: Shown) -> str:
    console = Console(
        file=io.StringIO(),
        width=shown.width or _PIPE_WIDTH,
        force_terminal=shown.color,
        no_color=not shown.color,
        color_system="standard" if shown.color else None,
        highlight=False,
        markup=False,
        emoji=False,
    )
    console.print(Text(process_name(process, host), "bold"), *map(Text, movement(process)), sep="\n")
    table = Table(box=None, padding=(0, 2, 0, 0), show_edge=False, header_style="bold", expand=False)
    table.add_column("threads", justify="right", no_wrap=True)
    table.add_column("first", no_wrap=True)
    narrow = console.width < _NARROW
    for heading in ("what it is and does",) if narrow else ("what it is", "what it does"):
        table.add_column(heading, overflow="fold", max_width=console.width // 3)
    table.add_column("stack, innermost first", overflow="fold", ratio=1)
    for group in sorted(process.groups, key=lambda each: (not each.crashed, -len(each.thread_ids))):
        count, first, name, does, stack = _cells(process, group)
        between = [Text("\n").join(each for each in (name, does) if each)] if narrow else [name, does]
        table.add_row(count, first, *between, stack)
    console.print(table)
    console.print()
    file = console.file
    assert isinstance(file, io.StringIO)
    return "".join(f"{line.rstrip()}\n" for line in file.getvalue().splitlines())


def _cells(process: Process, group: ThreadGroup) -> list[Text]:
    calls = short_run([function_name(frame) for frame in group.frames])
    stack = ", ".join(calls[:_CALLS]) + (f", … {len(calls) - _CALLS} more" if len(calls) > _CALLS else "")
    does = doing(group, process.seconds)
    if group.crashed:
        does = crash(process) if does in ("", "running") else f"{crash(process)} while {does}"
    style = "bold red" if group.crashed else "dim" if group.idle else ""
    return [
        Text(f"{len(group.thread_ids):,}", "bold"),
        Text(one_line(group.thread_ids[0])),
        Text(one_line(group.name or "")),
        Text(does, style),
        Text(stack),
    ]


OUTPUT = Output(pieces)
