"""Who waits for which lock and who holds it, as a graph in Graphviz's language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ...model import Snapshot
from .._safe import one_line
from . import Output, Shown
from ._locks import LockGraph, lock_graph
from ._words import process_name


def pieces(snapshots: Iterable[Snapshot], shown: Shown) -> Iterator[bytes]:
    """A directed graph, a cluster a process: thread → lock that it waits for, lock → thread that holds it."""
    yield b'digraph locks {\n  rankdir=LR;\n  node [fontname="sans-serif"];\n'
    number = 0
    for snapshot in snapshots:
        for process in snapshot.processes:
            graph = lock_graph(process)
            if graph is not None:
                yield f"  subgraph cluster_{number} {{\n".encode()
                yield f"    label={quoted(process_name(process, snapshot.host))};\n".encode()
                yield from (f"    {line}\n".encode() for line in _lines(graph, number))
                yield b"  }\n"
            number += 1
    yield b"}\n"


def quoted(*lines: str) -> str:
    """A string of Graphviz's language: nothing in ``lines`` ends it or steers the drawing."""
    return '"' + "\\n".join(re.sub(r'(["\\])', r"\\\1", one_line(line)) for line in lines) + '"'


def _lines(graph: LockGraph, number: int) -> Iterator[str]:
    for vertex in graph.vertices:
        shape = "ellipse" if vertex.lock else "box"
        color = ", color=red" if vertex.cyclic else ""
        yield f"{quoted(f'{number} {vertex.key}')} [shape={shape}, label={quoted(*vertex.words)}{color}];"
    cyclic = {vertex.key for vertex in graph.vertices if vertex.cyclic}
    for source, target in graph.edges:
        color = " [color=red]" if source in cyclic and target in cyclic else ""
        yield f"{quoted(f'{number} {source}')} -> {quoted(f'{number} {target}')}{color};"


OUTPUT = Output(pieces)
