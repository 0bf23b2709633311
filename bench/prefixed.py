"""Time ``stacktraces log`` on a log in which eight ranks interleave, and on one of JSON with a record a line.

The records without prefixes are timed beside.

Prints a table in Markdown: seconds of processor time of one job (the median of some runs), and how many times
as long as the plain log took in the same run. Each line of the one log bears ``[rankN]: ``, as torchrun
writes it.
"""

from __future__ import annotations

import json
import os
import random
import tempfile
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from . import logs
from .scan import LOG, in_turns

SIZE = 100_000_000
RANKS = 8
SHARES = {"full": 0.9, "0.5 %": 0.005}
"""The share of the records that bear a traceback."""
_DISTINCT = 100
_BATCH = 1000


def interleaved(records: Iterator[bytes], seed: int) -> Iterator[bytes]:
    """The lines of ``records`` in an order made by chance, each behind the prefix of its record's rank."""
    chance = random.Random(seed)
    waiting: list[list[bytes]] = [[] for _ in range(RANKS)]
    while True:
        rank = chance.randrange(RANKS)
        if not waiting[rank]:
            record = next(records, None)
            if record is None:
                return
            waiting[rank] = record.splitlines(keepends=True)[::-1]
        yield b"[rank%d]: %b" % (rank, waiting[rank].pop())


def in_json(records: Iterator[bytes]) -> Iterator[bytes]:
    """A record of JSON for each line of ``records``, as a shipper writes it."""
    for record in records:
        for line in record.splitlines():
            yield json.dumps({"stream": "stderr", "log": line.decode()}).encode() + b"\n"


def cached(name: str, share: str, size: int, seed: int = 1) -> Path:
    """The path of a log, ``plain``, ``prefixed`` or ``json``, made now if the cache folder has none."""
    folder = Path(os.environ.get("BENCH_LOGS") or Path(tempfile.gettempdir()) / "stacktraces-bench")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"ranks-{name}-{SHARES[share]}-{size}-{seed}.log"
    if not path.exists():
        partial = path.with_name(path.name + ".partial")
        lines = logs.records(SHARES[share], _DISTINCT, seed)
        if name == "prefixed":
            lines = interleaved(lines, seed)
        elif name == "json":
            lines = in_json(lines)
        with partial.open("wb") as file:
            while file.tell() < size:
                file.write(b"".join(islice(lines, _BATCH)))
        partial.rename(path)
    return path


def table(size: int, repeat: int, show: Callable[[str], None]) -> None:
    """Run everything and show the table, a line at a time."""
    show(f"Logs of {size / 1e6:.0f} MB that {RANKS} ranks write, one job, the median of {repeat} runs.\n")
    show("| tracebacks in | log | processor s | × plain |")
    show("|---|---|---:|---:|")
    for share in SHARES:
        paths = {name: cached(name, share, size) for name in ("plain", "prefixed", "json")}
        commands = {name: [*LOG, "--jobs", "1", str(path)] for name, path in paths.items()}
        in_turns(commands, 1)
        costs = in_turns(commands, repeat)
        for name, cost in costs.items():
            ratio = cost.processor / costs["plain"].processor
            show(f"| {share} | {name} | {cost.processor:.2f} | {ratio:.1f} |")
