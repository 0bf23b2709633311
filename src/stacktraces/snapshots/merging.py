"""Threads of many processes in one prefix tree, with the outliers among the processes.

The idea is that of LLNL's Stack Trace Analysis Tool (Arnold et al., "Stack Trace Analysis for Large Scale
Debugging", IPDPS 2007): stacks that begin alike share the nodes of a tree, each node counts the threads and
the processes that are in it, and what only a few processes do stands out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeAlias

import msgspec

from ..model import Frame, Motion, Process, Snapshot, ThreadGroup

FEW = 0.05
"""What at most this share of the processes of one program does, or lacks, makes them outliers."""
ENOUGH = 3
"""Processes of one program that it takes for one of them to be an outlier."""
_UNKNOWN = "??"

Calls: TypeAlias = tuple[str, ...]
"""What the frames of a stack are called, innermost first."""


class Stack(msgspec.Struct):
    """A stack with all the threads that have it."""

    calls: Calls
    group: ThreadGroup
    """The first of the groups that were merged; its name is ``None`` where theirs differ."""
    threads: int = 0
    places: list[tuple[int, list[str]]] = []
    """The processes, by their numbers in ``Merged.processes``, with the ids of their threads."""


class Seen(msgspec.Struct, frozen=True):
    """A process that was merged."""

    process: Process
    """Without its threads and libraries."""
    host: str | None
    threads: int


class Node(msgspec.Struct):
    """A call that was reached by one path from the outermost one."""

    call: str
    threads: int = 0
    processes: set[int] = msgspec.field(default_factory=set)
    children: dict[str, Node] = {}
    ends: list[Stack] = []
    """The stacks whose innermost call this is."""


class Outlier(msgspec.Struct, frozen=True):
    """What a few processes of a program do and the others do not, or lack and the others do."""

    processes: tuple[int, ...]
    """Their numbers in ``Merged.processes``."""
    among: int
    """Processes of that program."""
    does: tuple[Stack, ...]
    lacks: tuple[Stack, ...]


class Merged:
    """All that was added; grows with the distinct stacks and the processes, not with their frames."""

    def __init__(self, snapshots: Iterable[Snapshot] = ()) -> None:
        self.processes: list[Seen] = []
        self.uncertain: list[str] = []
        self._stacks: dict[tuple[Calls, str | None, bool, Motion | None], Stack] = {}
        for each in snapshots:
            self.add(each)

    def add(self, snapshot: Snapshot) -> None:
        """Add every process of a described snapshot."""
        self.uncertain += snapshot.uncertain
        for process in snapshot.processes:
            number = len(self.processes)
            for group in process.groups:
                self._add_group(group, number)
            bare = msgspec.structs.replace(process, threads=[], libraries=[])
            count = sum(len(group.thread_ids) for group in process.groups)
            self.processes.append(Seen(bare, snapshot.host, count))

    def _add_group(self, group: ThreadGroup, number: int) -> None:
        calls = tuple(map(call_name, group.frames))
        key = (calls, group.state, group.crashed, group.motion)
        stack = self._stacks.get(key)
        if stack is None:
            stack = self._stacks[key] = Stack(calls, msgspec.structs.replace(group))
        elif stack.group.name != group.name:
            stack.group.name = None
        stack.threads += len(group.thread_ids)
        stack.places.append((number, group.thread_ids))

    @property
    def threads(self) -> int:
        """All threads but those that have ended."""
        return sum(each.threads for each in self.processes)

    def stacks(self) -> list[Stack]:
        """The distinct stacks, those of most threads first."""
        return sorted(self._stacks.values(), key=lambda each: -each.threads)


def tree(stacks: Iterable[Stack]) -> Node:
    """The prefix tree of ``stacks``: its root is called "" and counts them all."""
    root = Node("")
    for stack in stacks:
        numbers = [number for number, _ in stack.places]
        node = root
        node.threads += stack.threads
        node.processes.update(numbers)
        for call in reversed(stack.calls):
            child = node.children.get(call)
            if child is None:
                child = node.children[call] = Node(call)
            node = child
            node.threads += stack.threads
            node.processes.update(numbers)
        node.ends.append(stack)
    return root


def branches(root: Node) -> Iterator[tuple[int, list[str], Node, bool]]:
    """The branches below ``root``, most threads first: depth, the calls up to the next fork or end, the node
    there, and whether it is the last one of its siblings."""
    pending = [(0, child, last) for child, last in _heaviest_last(root)]
    while pending:
        depth, node, last = pending.pop()
        calls = [node.call]
        while len(node.children) == 1 and not node.ends:
            (node,) = node.children.values()
            calls.append(node.call)
        yield depth, calls, node, last
        pending += [(depth + 1, child, is_last) for child, is_last in _heaviest_last(node)]


def _heaviest_last(node: Node) -> list[tuple[Node, bool]]:
    """The children in the order in which a stack of pending work gives them back: the heaviest first."""
    children = sorted(node.children.values(), key=lambda each: (-each.threads, each.call))
    return [(child, child is children[-1]) for child in reversed(children)]


def outliers(processes: list[Seen], stacks: Iterable[Stack]) -> list[Outlier]:
    """The processes that do what hardly another one of the same program does, or lack what nearly all do.

    Those with the fewest likes stand first. Programs of fewer than ``ENOUGH`` processes have none.
    """
    programs: dict[str, set[int]] = defaultdict(set)
    for number, seen in enumerate(processes):
        programs[program(seen.process)].add(number)
    odd: dict[frozenset[int], tuple[int, list[Stack], list[Stack]]] = {}
    for stack in stacks:
        having = {number for number, _ in stack.places}
        for name in {program(processes[number].process) for number in having}:
            everyone = programs[name]
            most = max(1, int(len(everyone) * FEW))
            with_it, without = everyone & having, everyone - having
            if len(everyone) < ENOUGH:
                continue
            if len(with_it) <= most:
                odd.setdefault(frozenset(with_it), (len(everyone), [], []))[1].append(stack)
            elif 0 < len(without) <= most:
                odd.setdefault(frozenset(without), (len(everyone), [], []))[2].append(stack)
    found = [
        Outlier(tuple(sorted(numbers)), among, tuple(does), tuple(lacks))
        for numbers, (among, does, lacks) in odd.items()
    ]
    return sorted(found, key=lambda each: (len(each.processes), each.processes))


def call_name(frame: Frame) -> str:
    """What a frame is called in a tree: its function, or the module that it is in."""
    if frame.function is not None:
        return frame.function
    return f"{_UNKNOWN} in {frame.module.rpartition('/')[2]}" if frame.module else _UNKNOWN


def program(process: Process) -> str:
    """The name of the program that a process runs, "" where it is not known."""
    return (process.executable or process.name or "").rpartition("/")[2]
