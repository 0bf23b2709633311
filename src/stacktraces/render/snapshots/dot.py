"""Who waits for which lock and who holds it, as a graph in Graphviz's language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ...model import Lock, Process, Snapshot, Thread
from .._safe import one_line
from . import Output, Shown
from ._words import process_name


def pieces(snapshots: Iterable[Snapshot], shown: Shown) -> Iterator[bytes]:
    """A directed graph: thread → lock that it waits for, lock → thread that holds it."""
    yield b'digraph locks {\n  rankdir=LR;\n  node [fontname="sans-serif"];\n'
    number = 0
    for snapshot in snapshots:
        for process in snapshot.processes:
            lines = list(_edges(process, number))
            if lines:
                yield f"  subgraph cluster_{number} {{\n    label={quoted(process_name(process))};\n".encode()
                yield "".join(f"    {line}\n" for line in lines).encode()
                yield b"  }\n"
            number += 1
    yield b"}\n"


def quoted(text: str) -> str:
    """A string of Graphviz's language: nothing in ``text`` ends it or steers the drawing."""
    return '"' + re.sub(r'(["\\])', r"\\\1", one_line(text)) + '"'


def _edges(process: Process, number: int) -> Iterator[str]:
    names = {each.os_id or each.id or "": each for each in process.threads}
    threads: set[str] = set()
    locks: dict[str, Lock] = {}
    edges: set[tuple[str, str]] = set()
    for thread in process.threads:
        me = thread.os_id or thread.id or ""
        for lock in thread.locks_awaited:
            locks[lock.address] = lock
            threads.add(me)
            edges.add((f"t{number}/{me}", f"l{number}/{lock.address}"))
            if lock.owner:
                threads.add(lock.owner)
                edges.add((f"l{number}/{lock.address}", f"t{number}/{lock.owner}"))
        for lock in thread.locks_held:
            locks.setdefault(lock.address, lock)
            threads.add(me)
            edges.add((f"l{number}/{lock.address}", f"t{number}/{me}"))
    for name in sorted(threads):
        words = _thread_label(names.get(name), name)
        yield f"{quoted(f't{number}/{name}')} [shape=box, label={quoted(words)}];"
    for address, lock in sorted(locks.items()):
        yield f"{quoted(f'l{number}/{address}')} [shape=ellipse, label={quoted(_lock_label(lock))}];"
    for source, target in sorted(edges):
        yield f"{quoted(source)} -> {quoted(target)};"


def _thread_label(thread: Thread | None, name: str) -> str:
    if thread is None:
        return f"thread {name}"
    parts = (f"thread {thread.id or name}", thread.name or "", f"({thread.state})" if thread.state else "")
    return " ".join(part for part in parts if part)


def _lock_label(lock: Lock) -> str:
    return f"{lock.kind or 'lock'} {lock.address}"


OUTPUT = Output(pieces)
