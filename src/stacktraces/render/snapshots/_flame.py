"""A flame graph that hangs from its root, as HTML that needs no script to be read."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from html import escape

from ...model import ThreadGroup
from ...snapshots.merging import Node
from .._safe import one_line
from ._words import counted, label

_ROW = 21
"""Pixels from one row to the next."""
_DEEPEST = 150
_NARROWEST = 0.0005
"""Share of all threads below which nothing would be seen."""
_SHADES = 5


def flame_graph(root: Node, processes: int) -> Iterator[str]:
    """The graph of a prefix tree: each call as wide as its share of the threads, its callees below it."""
    kinds = _kinds(root)
    boxes: list[str] = []
    deepest = 0
    pending: list[tuple[Node, int, int]] = [(root, 0, 0)]
    total = root.threads or 1
    while pending:
        node, start, depth = pending.pop()
        deepest = max(deepest, depth)
        boxes.append(_box(node, start, depth, total, processes, kinds[id(node)]))
        if depth == _DEEPEST:
            continue
        for child in sorted(node.children.values(), key=lambda each: each.call):
            if child.threads / total >= _NARROWEST:
                pending.append((child, start, depth + 1))
            start += child.threads
    yield f'<div class="flame" id="flame" style="height:{(deepest + 1) * _ROW}px">\n'
    yield from boxes
    yield "</div>\n"


def _box(node: Node, start: int, depth: int, total: int, processes: int, kind: str) -> str:
    name = one_line(node.call) or "all threads"
    counts = counted(node.threads, "thread")
    if processes > 1:
        counts += f" in {counted(len(node.processes), 'process')}"
    ends = "".join(f"\n{each.threads:,} × {label(each.group)}" for each in node.ends[:5] if label(each.group))
    left, width = start / total, node.threads / total
    return (
        f'<div class="box {kind}" data-x="{left:.6f}" data-w="{width:.6f}" data-d="{depth}" '
        f'style="left:{left:.4%};width:{width:.4%};top:{depth * _ROW}px" '
        f'title="{escape(name)}: {escape(counts)}{escape(ends)}">{escape(name)}</div>\n'
    )


def _kinds(root: Node) -> dict[int, str]:
    """For each node a class by what all its threads do: stuck, idle, or else at work, in some shade."""
    order = [root]
    for node in order:
        order.extend(node.children.values())
    kinds: dict[int, str] = {}
    for node in reversed(order):
        below = {kinds[id(child)] for child in node.children.values()}
        below |= {kind_of(each.group) for each in node.ends}
        kinds[id(node)] = below.pop() if len(below) == 1 else "work"
    return {id(node): _shaded(kinds[id(node)], node.call) for node in order}


def kind_of(group: ThreadGroup) -> str:
    """``bad``, ``idle`` or ``work``: stuck or crashed threads, those with nothing to do, and all others."""
    if group.crashed or (group.motion == "stood still" and not group.idle):
        return "bad"
    return "idle" if group.idle else "work"


def _shaded(kind: str, call: str) -> str:
    return f"{kind} s{zlib.crc32(call.encode('utf-8', 'backslashreplace')) % _SHADES}"
