"""Processor time of processes, which other work on the machine changes less than the time that passes."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def seconds(roots: Collection[int]) -> float:
    """Of the processes ``roots`` and all below them; Linux alone."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        number = int(path.parent.name)
        parents[number] = int(fields[1])
        # With that of children that have ended.
        ticks[number] = sum(map(int, fields[11:15]))
    return sum(used for each, used in ticks.items() if _is_below(each, roots, parents)) / _TICK


def _is_below(number: int, roots: Collection[int], parents: dict[int, int]) -> bool:
    while number and number not in roots:
        number = parents.get(number, 0)
    return bool(number)


def server_of(database: str | None) -> list[int]:
    """The process of the server of ``database``, where that runs on this machine."""
    if database is None or "://" not in database:
        return []
    import psycopg

    with psycopg.connect(database) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert row is not None
        fields = Path(f"/proc/{row[0]}/stat").read_text().rpartition(") ")[2].split()
    return [int(fields[1])]


def most_memory(root: int) -> int:
    """The most bytes that the process ``root`` held so far."""
    for line in Path(f"/proc/{root}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) << 10
    return 0
