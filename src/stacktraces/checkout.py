"""Files of a source tree that frames of a stack trace name, wherever the tree stood when the program ran."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from .model import Frame

MOST_FILES = 200_000
"""Files of a tree that are considered; a tree that has more is known in part."""
_LARGEST = 8 << 20
"""Bytes of a file that is read to compare lines."""
_NOT_OURS = frozenset({"node_modules", "__pycache__", "venv", "site-packages"})


class Location(NamedTuple):
    """A line of a file of the tree."""

    path: str
    """Relative to the tree's root, with slashes."""
    line: int
    """From 1."""


class Checkout:
    """A source tree on this disk. It is read when it is first asked for a file."""

    def __init__(self, root: str) -> None:
        self._root = root

    def locate(self, frame: Frame) -> Location | None:
        """Where the line of ``frame`` stands in the tree; ``None`` where that is not certain.

        A file is taken for the frame's own when the ends of both paths agree further than those of any other,
        by two names or by a whole path. The line must exist; where the trace printed its text, that must be
        the line's text, and then one name is enough.
        """
        if frame.file is None or frame.line is None or frame.line < 1:
            return None
        wanted = _parts(frame.file)
        if not wanted:
            return None
        if len(wanted) == 1:
            wanted = [*_package(frame), *wanted]
        ranked: dict[int, list[tuple[str, ...]]] = {}
        for path in self._files.get(wanted[-1], ()):
            ranked.setdefault(_agreement(path, wanted), []).append(path)
        if not ranked:
            return None
        agreed = max(ranked)
        told = [(path, self._says(path, frame)) for path in ranked[agreed]]
        same = [path for path, says in told if says]
        if not same and (agreed >= 2 or agreed == len(wanted)):
            same = [path for path, says in told if says is None]
        return Location("/".join(same[0]), frame.line) if len(same) == 1 else None

    @cached_property
    def _files(self) -> dict[str, list[tuple[str, ...]]]:
        """The tree's files by their last names, each as the names of its path."""
        found: dict[str, list[tuple[str, ...]]] = {}
        for path, _ in zip(_walk(self._root), range(MOST_FILES), strict=False):
            found.setdefault(path[-1], []).append(path)
        return found

    def _says(self, path: tuple[str, ...], frame: Frame) -> bool | None:
        """Whether the line of the file is the one that ``frame`` printed; ``None`` where it printed none."""
        lines = _lines(os.path.join(self._root, *path))
        assert frame.line is not None
        if frame.line > len(lines):
            return False
        printed = (frame.source or "").partition("\n")[0].strip()
        return lines[frame.line - 1].strip() == printed if printed else None


def _walk(root: str) -> Iterator[tuple[str, ...]]:
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(each for each in folders if each not in _NOT_OURS and not each.startswith("."))
        relative = os.path.relpath(folder, root)
        above = () if relative == os.curdir else tuple(relative.split(os.sep))
        yield from ((*above, name) for name in sorted(files))


def _parts(path: str) -> list[str]:
    """The names of a path of any system or of a bundler, without what leads up or nowhere."""
    plain = path.replace("\\", "/").partition("?")[0]
    scheme, separator, rest = plain.partition("://")
    names = (rest if separator and scheme.isalnum() else plain).split("/")
    return [each for each in names if each not in ("", ".", "..")]


def _package(frame: Frame) -> Sequence[str]:
    """The folders of a Java file, which its frame does not print: those of the class's package."""
    names = (frame.function or "").partition("(")[0].split(".")
    return names[:-2] if frame.file is not None and frame.file.endswith((".java", ".kt", ".scala")) else ()


def _agreement(path: Sequence[str], wanted: Sequence[str]) -> int:
    count = 0
    for mine, theirs in zip(reversed(path), reversed(wanted), strict=False):
        if mine != theirs:
            break
        count += 1
    return count


@lru_cache(maxsize=256)
def _lines(path: str) -> list[str]:
    try:
        if os.path.islink(path) or os.path.getsize(path) > _LARGEST:
            return []
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().split("\n")
    except OSError:
        return []
