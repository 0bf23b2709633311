"""Folded stacks, ``a;b;c 3`` a line, as Brendan Gregg's flamegraph.pl reads them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from ...model import Snapshot
from . import Output, Shown
from ._words import groups, outermost_first


def pieces(snapshots: Iterable[Snapshot], shown: Shown) -> Iterator[bytes]:
    """A line for each distinct stack, the outermost function first, with the threads that were seen in it."""
    counts: Counter[str] = Counter()
    for process, group in groups(snapshots):
        path = (part.replace(";", ",") for part in outermost_first(process, group))
        counts[";".join(path)] += len(group.thread_ids)
    for stack, count in counts.items():
        yield f"{stack} {count}\n".encode()


OUTPUT = Output(pieces, every_look=True)
