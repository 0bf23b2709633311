"""How the files of a scan are shared out among processes."""

from __future__ import annotations

import os
import stat

import msgspec

from ...errors import InputError
from ...sources.inputs import Readable, open_input
from ...sources.members import Members, MembersDiffer
from ...sources.seekable import SeekableSource, seekable
from ...sources.streams import is_plain_file
from ..reading.spans import is_document

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
_STEP = 64 << 10


class Part(msgspec.Struct, frozen=True):
    """A file, or a range of one."""

    path: str
    number: int
    """Of the file: its rank by path."""
    start: int | None = None
    """The start of a line at which another part ends; ``None`` for the start of the file."""
    until: int | None = None
    members: Members | None = None
    """Of a compressed file that can be cut; offsets are those of its text."""

    @property
    def source(self) -> str | Readable:
        """What is to be opened."""
        return source_of(self.path, self.members)


class _File(msgspec.Struct):
    """A file that is to be shared out."""

    path: str
    number: int
    size: int | None
    """Its bytes where any part of it can be read on its own, or it is too small to matter."""
    weight: int
    members: Members | None = None


def source_of(path: str, members: Members | None) -> str | Readable:
    """What is to be opened to read the text at ``path``, whose members are known if it can be cut there."""
    return path if members is None else SeekableSource(path, members)


def plan(files: list[tuple[int, str]], jobs: int) -> tuple[int, list[list[Part]]]:
    """The files, each with its number, in order, cut into about as many pieces as there are jobs.

    Before them, how many bytes of the first piece, which is longer by these, are scanned before the others
    are begun.
    """
    measured = [_measured(number, path) for number, path in files]
    fair = sum(each.weight for each in measured) // jobs
    for each in measured:
        if each.size is None and each.weight > fair // 2 and each.weight > _SMALLEST_PART:
            _find_members(each)
    weight = sum(each.weight for each in measured)
    warm_up = min(weight // _WARM_UP_SHARE, _WARM_UP)
    share = max((weight + len(files) * _FILE_WEIGHT - warm_up) // jobs + 1, _SMALLEST_PART)
    tasks: list[list[Part]] = [[]]
    room = share + warm_up
    for each in measured:
        start: int | None = None
        at = 0
        while each.size is not None and each.weight - at > room + _SMALLEST_PART // 2:
            border = _border(each, at, at + room)
            if border is None:
                break
            tasks[-1].append(Part(each.path, each.number, start, border, each.members))
            tasks.append([])
            start = at = border
            room = share
        tasks[-1].append(Part(each.path, each.number, start, None, each.members if at else None))
        room -= each.weight - at + _FILE_WEIGHT
        if room <= 0:
            tasks.append([])
            room = share
    return warm_up, [task for task in tasks if task]


def _border(file: _File, after: int, about: int) -> int | None:
    """The start of a line near ``about``, behind ``after``; ``None`` for none.

    Of a compressed file, a little behind the start of a member: further on, what stands before it in its
    member would be unpacked in vain.
    """
    if file.members is not None:
        texts = [text for _, text in file.members.starts if text > after]
        if not texts:
            return None
        about = min(texts, key=lambda text: abs(text - about))
    border = start_of_line(source_of(file.path, file.members), about)
    return border if border is not None and border > after else None


def _measured(number: int, path: str) -> _File:
    size = _size(path)
    return _File(path, number, size, _weight(path) if size is None else size)


def _find_members(file: _File) -> None:
    found = seekable(file.path)
    if found is not None and not is_document(found):
        file.members, file.size, file.weight = found.members, found.members.size, found.members.size


def _size(path: str) -> int | None:
    """The bytes of the file where any part of it can be read on its own, or it is too small to matter."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    if stat.S_ISREG(status.st_mode) and status.st_size < _FILE_WEIGHT:
        return status.st_size
    size = is_plain_file(path)
    return None if size is None or (size > _SMALLEST_PART and is_document(path)) else size


def _weight(path: str) -> int:
    try:
        return os.stat(path).st_size * _PACKED_WEIGHT
    except (OSError, ValueError):
        return 0


def start_of_line(source: str | Readable, offset: int) -> int | None:
    """Where the first line after ``offset`` starts; ``None`` where none does nearby."""
    try:
        stream = open_input(source)
    except InputError:
        return None
    try:
        stream.seek(offset)
        passed = 0
        while passed < _NEARBY and (data := stream.read(_STEP)):
            if (found := data.find(b"\n")) >= 0:
                return offset + passed + found + 1
            passed += len(data)
    except (InputError, MembersDiffer):
        pass  # Whoever reads the file meets it again.
    finally:
        stream.close()
    return None
