"""Who waits for which lock and who holds it, as a graph."""

from __future__ import annotations

from collections import defaultdict

import msgspec

from ...model import Lock, Process, Thread
from ..locks import END_OF_THREAD
from ._words import doing


class Vertex(msgspec.Struct, frozen=True):
    """A lock, or threads that wait for the same locks and hold none."""

    key: str
    words: tuple[str, ...]
    """Lines, as read: escape them."""
    lock: bool
    cyclic: bool = False
    """Each in the cycle waits for the next one: a deadlock."""


class LockGraph(msgspec.Struct, frozen=True):
    """Edges lead from a thread to the lock that it waits for, and from a lock to the thread that holds it."""

    vertices: tuple[Vertex, ...]
    edges: tuple[tuple[str, str], ...]


def lock_graph(process: Process) -> LockGraph | None:
    """The graph of ``process``; ``None`` where none of its threads waits for more than another's end."""
    locks: dict[str, Lock] = {}
    edges: dict[tuple[str, str], None] = {}
    owners: set[str] = set()
    threads = {_thread_key(each): each for each in process.threads}
    for key, thread in threads.items():
        for lock in thread.locks_awaited:
            locks[lock.address] = lock
            edges[key, f"l{lock.address}"] = None
            if lock.owner is not None:
                owners.add(f"t{lock.owner}")
                edges[f"l{lock.address}", f"t{lock.owner}"] = None
    for key, thread in threads.items():
        for lock in thread.locks_held:
            if lock.address in locks:
                owners.add(key)
                edges[f"l{lock.address}", key] = None
    cyclic = _cyclic(edges)
    if not cyclic and all(lock.kind == END_OF_THREAD for lock in locks.values()):
        return None
    merged, labels = _together(edges, owners, threads)
    vertices = [Vertex(key, words, False, key in cyclic) for key, words in labels.items()]
    vertices += [
        Vertex(f"l{address}", (lock.kind or "lock", lock.name or address), True, f"l{address}" in cyclic)
        for address, lock in locks.items()
    ]
    return LockGraph(tuple(vertices), tuple(merged))


def _thread_key(thread: Thread) -> str:
    return f"t{thread.os_id or thread.id or ''}"


def _together(
    edges: dict[tuple[str, str], None], owners: set[str], threads: dict[str, Thread]
) -> tuple[dict[tuple[str, str], None], dict[str, tuple[str, ...]]]:
    """The edges with the threads that only wait, and for the same, as one; and what each thread is called."""
    awaited: dict[str, list[str]] = defaultdict(list)
    for source, target in edges:
        if source.startswith("t"):
            awaited[source].append(target)
    crowds: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for key, targets in awaited.items():
        crowds[(*targets, "" if key not in owners else key)].append(key)
    stands_for = {key: crowd[0] for crowd in crowds.values() for key in crowd}
    labels = {crowd[0]: _words(crowd, threads) for crowd in crowds.values()}
    labels |= {key: _words([key], threads) for key in owners if key not in awaited}
    merged = {(stands_for.get(source, source), target): None for source, target in edges}
    return merged, labels


def _words(crowd: list[str], threads: dict[str, Thread]) -> tuple[str, ...]:
    first = threads.get(crowd[0])
    if first is None:
        return (f"thread {crowd[0][1:]}", "not in this snapshot")
    heading = f"thread {first.id or first.os_id}" if len(crowd) == 1 else f"{len(crowd):,} ×"
    does = doing(first)
    if len(crowd) > 1 and any(threads[each].state != first.state for each in crowd):
        does = ""
    name = first.name if len({threads[each].name for each in crowd}) == 1 else None
    if len(crowd) > 1:
        name = name or "threads"
    return tuple(part for part in (f"{heading} {name}" if name else heading, does) if part)


def _cyclic(edges: dict[tuple[str, str], None]) -> set[str]:
    """The vertices from which a way leads back to them: components of several (Tarjan's algorithm, 1972)."""
    following: dict[str, list[str]] = defaultdict(list)
    for source, target in edges:
        following[source].append(target)
    index: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    on_path: set[str] = set()
    found: set[str] = set()
    for start in list(following):
        if start in index:
            continue
        pending = [(start, 0)]
        while pending:
            vertex, at = pending.pop()
            if at == 0:
                index[vertex] = lowest[vertex] = len(index)
                path.append(vertex)
                on_path.add(vertex)
            targets = following.get(vertex, [])
            if at < len(targets):
                pending.append((vertex, at + 1))
                if targets[at] not in index:
                    pending.append((targets[at], 0))
                elif targets[at] in on_path:
                    lowest[vertex] = min(lowest[vertex], index[targets[at]])
                continue
            if pending and vertex in on_path:
                caller = pending[-1][0]
                lowest[caller] = min(lowest[caller], lowest[vertex])
            if lowest[vertex] == index[vertex]:
                component = [path.pop()]
                while component[-1] != vertex:
                    component.append(path.pop())
                on_path.difference_update(component)
                if len(component) > 1:
                    found.update(component)
    return found
