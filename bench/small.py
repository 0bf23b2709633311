"""Time ``stacktraces log`` on a folder of small files, beside one file that holds the same lines.

Prints a table in Markdown: seconds on the clock, the median of some runs.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from . import logs
from .scan import LOG, in_turns

FILES = 10_000
_RECORDS = 20
_SHARE = 0.005
"""Of the records: one file in ten holds a traceback."""


def written(folder: Path, files: int) -> tuple[Path, Path]:
    """A folder of ``files`` small logs, and one log with the same lines."""
    small, whole = folder / "small", folder / "whole.log"
    small.mkdir()
    records = logs.records(_SHARE, 50, 1)
    with whole.open("wb") as together:
        for number in range(files):
            lines = b"".join(islice(records, _RECORDS))
            (small / f"{number:06}.log").write_bytes(lines)
            together.write(lines)
    return small, whole


def table(files: int, repeat: int, show: Callable[[str], None]) -> None:
    """Run everything and show the table, a line at a time."""
    with tempfile.TemporaryDirectory(prefix="stacktraces-small-") as name:
        small, whole = written(Path(name), files)
        show(f"{files:,} files, {whole.stat().st_size / 1e6:.1f} MB, the median of {repeat} runs.\n")
        commands = {
            "one file, 1 job": [*LOG, "--jobs", "1", str(whole)],
            f"{files:,} files, 1 job": [*LOG, "--jobs", "1", str(small)],
            f"{files:,} files, 2 jobs": [*LOG, "--jobs", "2", str(small)],
        }
        in_turns(commands, 1)
        show("| log | wall s |")
        show("|---|---:|")
        for title, cost in in_turns(commands, repeat).items():
            show(f"| {title} | {cost.wall:.2f} |")
