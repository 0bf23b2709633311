"""A lock graph as SVG: who waits stands left of what it waits for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from html import escape

from .._safe import one_line
from ._locks import LockGraph, Vertex

_WIDTH, _HEIGHT = 230, 46
_GAP_X, _GAP_Y = 70, 18
_MARGIN = 30
_BEND = 34
"""Pixels below a cycle for its way back."""
_LONGEST = 34
"""Characters of a label that fit."""
_MOST = 200
"""Vertices that a person can still see through."""


def drawing(graph: LockGraph, name: str, number: int) -> Iterator[str]:
    """The graph called ``name``, in pieces of SVG; ``number`` tells it from others on the page."""
    if len(graph.vertices) > _MOST:
        yield f"<p>{len(graph.vertices):,} threads and locks are too many to draw; use --format dot.</p>\n"
        return
    places, floors, width, height = _places(graph)
    yield (
        f'<svg class="locks" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="{escape(one_line(name))}">\n'
    )
    for kind in ("plain", "bad"):
        yield (
            f'<defs><marker id="arrow-{number}-{kind}" class="{kind}" viewBox="0 0 8 8" refX="8" refY="4" '
            f'markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>\n'
        )
    cyclic = {vertex.key for vertex in graph.vertices if vertex.cyclic}
    for source, target in graph.edges:
        kind = "bad" if source in cyclic and target in cyclic else "plain"
        yield _edge(places[source], places[target], floors[source], kind, f"arrow-{number}-{kind}")
    for vertex in graph.vertices:
        yield _vertex(vertex, *places[vertex.key])
    yield "</svg>\n"


def _places(graph: LockGraph) -> tuple[dict[str, tuple[int, int]], dict[str, int], int, int]:
    """Where each vertex stands and where its part ends, the whole's width and height.

    What hangs together has rows of its own; in it a vertex stands right of all that lead to it, but for a
    cycle's way back.
    """
    columns = _columns(graph)
    places: dict[str, tuple[int, int]] = {}
    floors: dict[str, int] = {}
    top = _MARGIN
    for part in _parts(graph):
        rows: dict[int, int] = defaultdict(int)
        for vertex in part:
            column = columns[vertex.key]
            places[vertex.key] = _MARGIN + column * (_WIDTH + _GAP_X), top + rows[column] * (_HEIGHT + _GAP_Y)
            rows[column] += 1
        top += max(rows.values()) * (_HEIGHT + _GAP_Y)
        floors |= {vertex.key: top - _GAP_Y for vertex in part}
        if any(vertex.cyclic for vertex in part):
            top += _BEND
    return places, floors, (max(columns.values()) + 1) * (_WIDTH + _GAP_X) - _GAP_X + 2 * _MARGIN, top


def _parts(graph: LockGraph) -> list[list[Vertex]]:
    """The vertices that hang together."""
    leaders = {vertex.key: vertex.key for vertex in graph.vertices}

    def leader(key: str) -> str:
        while leaders[key] != key:
            leaders[key] = leaders[leaders[key]]
            key = leaders[key]
        return key

    for source, target in graph.edges:
        leaders[leader(source)] = leader(target)
    parts: dict[str, list[Vertex]] = defaultdict(list)
    for vertex in graph.vertices:
        parts[leader(vertex.key)].append(vertex)
    return list(parts.values())


def _columns(graph: LockGraph) -> dict[str, int]:
    following: dict[str, list[str]] = defaultdict(list)
    incoming: dict[str, int] = {vertex.key: 0 for vertex in graph.vertices}
    for source, target in graph.edges:
        following[source].append(target)
        incoming[target] += 1
    columns = dict.fromkeys(incoming, 0)
    waiting = dict.fromkeys(incoming)
    while waiting:
        free = [key for key in waiting if incoming[key] == 0] or [next(iter(waiting))]
        for key in free:
            del waiting[key]
            for target in following[key]:
                if target in waiting:
                    incoming[target] -= 1
                    columns[target] = max(columns[target], columns[key] + 1)
    return columns


def _edge(source: tuple[int, int], target: tuple[int, int], floor: int, kind: str, arrow: str) -> str:
    x1, y1 = source[0] + _WIDTH, source[1] + _HEIGHT // 2
    x2, y2 = target[0] - 2, target[1] + _HEIGHT // 2
    if x2 > x1:
        half = (x2 - x1) // 2
        curve = f"M{x1} {y1}C{x1 + half} {y1} {x2 - half} {y2} {x2} {y2}"
    else:
        # The way back of a cycle leads around all that it belongs to.
        right, left, low = x1 + _GAP_X // 3, x2 - _GAP_X // 3, floor + _BEND // 2
        curve = f"M{x1} {y1}H{right}V{low}H{left}V{y2}H{x2}"
    return f'<path class="edge {kind}" d="{curve}" marker-end="url(#{arrow})"/>\n'


def _vertex(vertex: Vertex, x: int, y: int) -> str:
    kind = ("lock" if vertex.lock else "thread") + (" bad" if vertex.cyclic else "")
    lines = [_short(word) for word in vertex.words[:2]]
    first = y + (19 if len(lines) == 2 else 28)
    words = "".join(
        f'<text x="{x + _WIDTH // 2}" y="{first + 17 * index}"{" class=small" if index else ""}>{line}</text>'
        for index, line in enumerate(lines)
    )
    title = escape(" ".join(map(one_line, vertex.words)))
    rounded = _HEIGHT // 2 if vertex.lock else 6
    return (
        f'<g class="{kind}"><title>{title}</title>'
        f'<rect x="{x}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}" rx="{rounded}"/>{words}</g>\n'
    )


def _short(text: str) -> str:
    line = one_line(text)
    return escape(line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…")
