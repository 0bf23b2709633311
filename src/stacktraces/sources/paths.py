"""Files, folders and globs into a list of files, rotated sets in the order they were written."""

from __future__ import annotations

import functools
import os
import stat
from collections.abc import Iterable
from typing import TypeAlias

from .._regex import regex

STANDARD_INPUT = "-"

_ROTATED = regex(
    r"(?P<name>.+?)(?:[.-](?P<number>\d{1,4}|\d{8}(?:[-_T]?\d{2,6})?|\d{4}-\d\d-\d\d(?:[-_T]\d\d[-:_]?\d\d)?))?"
    r"(?P<packed>\.(?:gz|bz2|xz|zst|lz4))?$"
)
_LARGEST_NUMBER = 4


def name_of(path: str) -> str:
    """What sentences call the source at ``path``."""
    return "Standard input" if path == STANDARD_INPUT else path


def expand(paths: Iterable[str]) -> list[str]:
    """The files that ``paths`` name: folders are searched, globs filled in, ``-`` stays.

    The files of a folder or glob stand in order of name, those of a rotated set oldest first; pipes,
    sockets and devices in a folder are passed over. A path that names nothing or cannot be searched is
    kept, so that opening it tells why. No file is listed twice.
    """
    found: dict[str, None] = {}
    for path in paths:
        for each in _files(path):
            found.setdefault(each)
    return list(found)


def _files(path: str) -> list[str]:
    if path == STANDARD_INPUT or os.path.isfile(path):
        return [path]
    if os.path.isdir(path):
        return in_order(_below(path))
    import glob

    if glob.has_magic(path):
        matches = glob.glob(path, recursive=True)
        files = [each for match in matches for each in (_below(match) if os.path.isdir(match) else [match])]
        return in_order(files) or [path]
    return [path]


def _below(folder: str) -> list[str]:
    """All files below ``folder``, and the folders that could not be searched."""
    found: list[str] = []
    folders = [folder]
    while folders:
        place = folders.pop()
        try:
            with os.scandir(place) as entries:
                for each in entries:
                    if _is_folder(each):
                        folders.append(each.path)
                    elif not _is_passed_over(each):
                        found.append(each.path)
        except OSError:
            found.append(place)
    return found


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether what ``entry`` names is searched: a folder that is no link."""
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _is_passed_over(entry: os.DirEntry[str]) -> bool:
    """Whether it is a link to a folder, or reading it may wait for ever: a pipe, a socket, a device."""
    try:
        return not entry.is_file() and not stat.S_ISREG(entry.stat().st_mode)
    except OSError:
        return False  # Opening it tells why.


def in_order(paths: Iterable[str]) -> list[str]:
    """``paths`` by name; of ``app.log.2.gz``, ``app.log.1`` and ``app.log`` the oldest first."""
    return sorted(paths, key=age)


Age: TypeAlias = tuple[str, int, int, str, str]


@functools.lru_cache(maxsize=65536)
def age(path: str) -> Age:
    """The place of ``path`` among others: by name, the files of a rotated set oldest first."""
    folder, name = os.path.split(path)
    match = _ROTATED.match(name)
    number = (match["number"] if match else None) or ""
    stem = os.path.join(folder, match["name"] if match else name)
    if not number:
        return stem, 2, 0, "", path
    if len(number) <= _LARGEST_NUMBER:
        return stem, 1, -int(number), "", path
    return stem, 0, 0, number, path
