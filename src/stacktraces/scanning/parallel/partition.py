"""How the files of a scan are shared out among processes."""

from __future__ import annotations

import os
import stat

import msgspec

from ...runtimes import known_trace_lines
from ...sources.streams import is_plain_file
from ...unwrapping.documents.detection import SAMPLE, parser_for

_SMALLEST_PART = 8 << 20
_WARM_UP = 32 << 20
"""Bytes that are scanned before the others are forked, at most, and"""
_WARM_UP_SHARE = 16
"""one of so many."""
_PACKED_WEIGHT = 8
"""A compressed byte takes about as long as so many plain ones."""
_FILE_WEIGHT = 64 << 10
"""Opening a file and telling what it holds takes about as long as so many bytes."""
_NEARBY = 1 << 20
"""Bytes in which a line is to start."""


class Part(msgspec.Struct, frozen=True):
    """A file, or a range of one."""

    path: str
    number: int
    """Of the file: its rank by path."""
    start: int | None = None
    """The start of a line at which another part ends; ``None`` for the start of the file."""
    until: int | None = None


def plan(files: list[tuple[int, str]], jobs: int) -> tuple[int, list[list[Part]]]:
    """The files, each with its number, in order, cut into about as many pieces as there are jobs.

    Before them, how many bytes of the first piece, which is longer by these, are scanned before the others
    are begun.
    """
    sizes = [_size(path) for _, path in files]
    weights = [_weight(path) if size is None else size for (_, path), size in zip(files, sizes, strict=True)]
    total = sum(weights) + len(files) * _FILE_WEIGHT
    warm_up = min(sum(weights) // _WARM_UP_SHARE, _WARM_UP)
    share = max((total - warm_up) // jobs + 1, _SMALLEST_PART)
    tasks: list[list[Part]] = [[]]
    room = share + warm_up
    for (number, path), size, weight in zip(files, sizes, weights, strict=True):
        start: int | None = None
        at = 0
        while size is not None and weight - at > room + _SMALLEST_PART // 2:
            border = _start_of_line(path, at + room)
            if border is None:
                break
            tasks[-1].append(Part(path, number, start, border))
            tasks.append([])
            start = at = border
            room = share
        tasks[-1].append(Part(path, number, start))
        room -= weight - at + _FILE_WEIGHT
        if room <= 0:
            tasks.append([])
            room = share
    return warm_up, [task for task in tasks if task]


def _size(path: str) -> int | None:
    """The bytes of the file where any part of it can be read on its own, or it is too small to matter."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    if stat.S_ISREG(status.st_mode) and status.st_size < _FILE_WEIGHT:
        return status.st_size
    size = is_plain_file(path)
    return None if size is None or (size > _SMALLEST_PART and _is_document(path)) else size


def _is_document(path: str) -> bool:
    """Whether the file holds records that can only be told from its start."""
    try:
        with open(path, "rb") as file:
            return parser_for(file.read(SAMPLE), known_trace_lines()) is not None
    except OSError:
        return False


def _weight(path: str) -> int:
    try:
        return os.stat(path).st_size * _PACKED_WEIGHT
    except (OSError, ValueError):
        return 0


def _start_of_line(path: str, offset: int) -> int | None:
    """Where the first line after ``offset`` starts; ``None`` where none does nearby."""
    try:
        with open(path, "rb") as file:
            file.seek(offset)
            found = file.read(_NEARBY).find(b"\n") + 1
    except OSError:
        return None
    return offset + found if found else None
