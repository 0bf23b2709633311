"""Time ``stacktraces log`` on logs of other runtimes beside a log of Python's of the same size.

Prints a table in Markdown: seconds of processor time of one job (the median of some runs), and how many times
as long as Python's log took in the same run.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from . import logs, runtime_logs
from .scan import LOG, in_turns

SHARES = {"full": 1.0, "0.5 %": 0.005, "none": 0.0}
"""The share of the records that bear a stack."""
SIZE = 400_000_000
_DISTINCT = 500
_BATCH = 1000


def cached(runtime: str, share: str, size: int, seed: int = 1) -> Path:
    """The path of a log of that runtime, made now if the cache folder (``BENCH_LOGS``) has none."""
    folder = Path(os.environ.get("BENCH_LOGS") or Path(tempfile.gettempdir()) / "stacktraces-bench")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{runtime}-{SHARES[share]}-{size}-{seed}.log"
    if not path.exists():
        partial = path.with_name(path.name + ".partial")
        with partial.open("wb") as file:
            records = _records(runtime, SHARES[share], seed)
            while file.tell() < size:
                file.write(b"".join(islice(records, _BATCH)))
        partial.rename(path)
    return path


def _records(runtime: str, share: float, seed: int) -> Iterator[bytes]:
    if runtime == "python":
        return logs.records(share, _DISTINCT, seed)
    return runtime_logs.records(runtime, share, _DISTINCT, seed)


def table(size: int, repeat: int, show: Callable[[str], None]) -> None:
    """Run everything and show the table, a line at a time."""
    stacks = f"{_DISTINCT} distinct stacks"
    show(f"Logs of {size / 1e6:.0f} MB with {stacks}, one job, the median of {repeat} runs.\n")
    show("| stacks in | log | processor s | × Python's |")
    show("|---|---|---:|---:|")
    for share in SHARES:
        paths = {runtime: cached(runtime, share, size) for runtime in ("python", *runtime_logs.SHAPES)}
        commands = {runtime: [*LOG, "--jobs", "1", str(path)] for runtime, path in paths.items()}
        in_turns(commands, 1)
        costs = in_turns(commands, repeat)
        for runtime, cost in costs.items():
            ratio = cost.processor / costs["python"].processor
            show(f"| {share} | {runtime} | {cost.processor:.2f} | {ratio:.1f} |")
