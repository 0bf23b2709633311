"""Where a file is to be written: its folder, opened once, and its name in it.

Whoever can write to a folder on the way to a file can put a symbolic link there, so that a writer
overwrites any file of its user's. Links are followed here one by one, and only those of this user or of
root; afterwards the file is named by the open folder, which nobody can exchange.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ..errors import StoreError

_FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_CLOEXEC
_MOST_LINKS = 40


class Place(NamedTuple):
    """A file in an open folder; the file itself is no link, and need not exist."""

    path: Path
    """The path that was given, for messages."""
    folder: int
    """A descriptor for ``dir_fd``; open for as long as the context of :func:`place_of` is."""
    real: Path
    """The absolute path, without links."""
    linked: bool
    """The last part of the path that was given is a symbolic link."""

    @property
    def name(self) -> str:
        """The file's name in its folder."""
        return self.real.name

    def status(self) -> os.stat_result | None:
        """What stands there; ``None`` where nothing does. Raises ``StoreError``: it is no regular file."""
        return status_of(self, self.name)


@contextlib.contextmanager
def place_of(path: Path) -> Iterator[Place]:
    """The place of the file that ``path`` names. Raises ``StoreError`` where it must not be written.

    Refused are links that belong to another user, and links to what does not exist, for a repository can
    hold such a one as well.
    """
    walk = _Walk(path)
    try:
        yield walk.place()
    finally:
        os.close(walk.folder)


class _Walk:
    """The way to a file, from folder to folder."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._left = list(reversed(path.parts))
        self._links = 0
        try:
            self.folder = os.open(".", _FOLDER)
            self._real = Path.cwd()
        except OSError as error:
            raise failure(path, error) from error

    def place(self) -> Place:
        try:
            name, linked = self._walk()
        except OSError as error:
            raise failure(self._path, error) from error
        return Place(self._path, self.folder, self._real / name, linked)

    def _walk(self) -> tuple[str, bool]:
        """Go to the file's folder; gives its name there, and whether a link led to it."""
        linked = False
        while self._left:
            part = self._left.pop()
            try:
                status = os.stat(part, dir_fd=self.folder, follow_symlinks=False)
            except FileNotFoundError:
                if self._left:
                    raise
                if linked:
                    self._refuse(
                        f"it is a symbolic link to {self._real / part}, which does not exist; name that"
                    )
                return part, linked
            is_last = not self._left
            if stat.S_ISLNK(status.st_mode):
                self._follow(part, status)
                linked = linked or is_last
            elif is_last and not stat.S_ISDIR(status.st_mode):
                return part, linked
            else:
                self._enter(part)
        return self._refuse("it is a folder; name a file in it")

    def _follow(self, part: str, status: os.stat_result) -> None:
        if status.st_uid not in (0, os.geteuid()):
            self._refuse(
                f"{self._real / part} is a symbolic link of another user (id {status.st_uid}), "
                "who chooses where it leads; name the file itself"
            )
        self._links += 1
        if self._links > _MOST_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        target = Path(os.readlink(part, dir_fd=self.folder))
        again = os.stat(part, dir_fd=self.folder, follow_symlinks=False)
        if (again.st_ino, again.st_ctime_ns) != (status.st_ino, status.st_ctime_ns):
            self._refuse(f"{self._real / part} changes meanwhile; try again")
        self._left += reversed(target.parts)

    def _enter(self, part: str) -> None:
        entered = os.open(part, _FOLDER | os.O_NOFOLLOW, dir_fd=self.folder)
        os.close(self.folder)
        self.folder = entered
        self._real = self._real.parent if part == ".." else self._real / part

    def _refuse(self, reason: str) -> tuple[str, bool]:
        raise refusal(self._path, reason)


def status_of(place: Place, name: str) -> os.stat_result | None:
    """What stands as ``name`` in the folder of ``place``; ``None`` where nothing does.

    Raises ``StoreError`` where that is no regular file: reading a pipe or a device may never end.
    """
    try:
        status = os.stat(name, dir_fd=place.folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise failure(place.path, error) from error
    if not stat.S_ISREG(status.st_mode):
        which = "it" if name == place.name else f"{name} beside it"
        raise refusal(place.path, f"{which} is {kind(status)}, not a regular file; take it away first")
    return status


_KINDS = (
    (stat.S_ISLNK, "a symbolic link"),
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
)


def kind(status: os.stat_result) -> str:
    """In words, what a thing that is no regular file is."""
    return next((name for holds, name in _KINDS if holds(status.st_mode)), "a device")


_REASONS = {
    errno.ENOSPC: "the disk is full; free some space",
    errno.EDQUOT: "the disk quota is used up; free some space",
    errno.EROFS: "the file system is read-only; name a place that can be written to",
    errno.EACCES: "permission is denied; check who may write to the file and its folder",
    errno.EPERM: "permission is denied; check who may write to the file and its folder",
    errno.ENOENT: "its folder is missing; create it first",
    errno.ENOTDIR: "its folder is a file; name another place",
}


def failure(path: Path, error: OSError) -> StoreError:
    """What to tell about a write that failed."""
    reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
    return StoreError(f"{path} cannot be written: {reason}. Nothing was changed.")


def refusal(path: Path, reason: str) -> StoreError:
    """What to tell about a file that is not touched, for the ``reason`` given."""
    return StoreError(f"{path} cannot be opened for writing: {reason}. Nothing was changed.")
