"""Time ``stacktraces log`` on full logs in which no stack stands twice: what reading one costs.

Prints a table in Markdown: seconds of processor time of one job (the median of some runs), and microseconds
a stack beyond what the command takes to start.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from . import distinct_logs
from .scan import LOG, in_turns

SIZE = 20_000_000
_BATCH = 1000


def cached(runtime: str, kind: str, size: int, seed: int = 1) -> tuple[Path, int]:
    """The path of such a log, made now if the cache folder (``BENCH_LOGS``) has none, and its stacks."""
    folder = Path(os.environ.get("BENCH_LOGS") or Path(tempfile.gettempdir()) / "stacktraces-bench")
    folder.mkdir(parents=True, exist_ok=True)
    records = distinct_logs.records(runtime, kind, seed)
    path, text, stacks = folder / f"distinct-{runtime}-{kind.split()[0]}-{size}-{seed}.log", b"", 0
    while len(text) < size:
        text += b"".join(islice(records, _BATCH))
        stacks += _BATCH
    if not path.exists():
        path.write_bytes(text)
    return path, stacks


def table(size: int, repeat: int, show: Callable[[str], None]) -> None:
    """Run everything and show the table, a line at a time."""
    show(
        f"Logs of {size / 1e6:.0f} MB in which no stack stands twice, one job, the median of {repeat} runs.\n"
    )
    show("| what differs | log | processor s | µs a stack |")
    show("|---|---|---:|---:|")
    start = in_turns({"start": [*LOG, "--jobs", "1", os.devnull]}, repeat)["start"].processor
    for kind in distinct_logs.KINDS:
        logs = {runtime: cached(runtime, kind, size) for runtime in distinct_logs.SHAPES}
        costs = in_turns({name: [*LOG, "--jobs", "1", str(path)] for name, (path, _) in logs.items()}, repeat)
        for runtime, cost in costs.items():
            each = (cost.processor - start) / logs[runtime][1] * 1e6
            show(f"| {kind} | {runtime} | {cost.processor:.2f} | {each:.0f} |")
