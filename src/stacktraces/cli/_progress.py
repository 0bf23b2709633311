"""A progress bar on standard error, where that is a terminal and the work is long."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Callable, Iterator, Sequence

_LONG = 64 << 20
"""Bytes from which on a bar is worth its room."""


@contextlib.contextmanager
def progress(paths: Sequence[str]) -> Iterator[Callable[[int], None] | None]:
    """Gives a function to be told of bytes read, or ``None`` where no bar is to be shown."""
    if not sys.stderr.isatty():
        yield None
        return
    from ..sources.paths import expand

    total = sum(map(_size, expand(paths)))
    if total < _LONG:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=total)
        yield lambda count: bar.advance(task, count)


def _size(path: str) -> int:
    """The bytes of the file at ``path``; 0 for what is none."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0
