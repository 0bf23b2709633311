"""A file that grows, is rotated away or is truncated while it is read."""

from __future__ import annotations

import contextlib
import os
import stat

from ..errors import InputError
from .kinds import START, encoding_of, packing_of


class FollowedFile:
    """Reads what is appended to ``path``, from its start on.

    When another file takes the path's place (rotation), the old one is read to its end first; when the
    file becomes shorter than what was read (truncation), it is read from its start again.
    """

    def __init__(self, path: str) -> None:
        """Raises ``InputError`` when there is no file that can be read."""
        self.path = path
        self.generation = 0
        """Counts the files that were read: a new number starts a new text."""
        self._position = 0
        try:
            self._descriptor = os.open(path, os.O_RDONLY)
        except OSError as error:
            raise InputError(f"{path} cannot be followed: {error.strerror}.") from None
        if trouble := self._trouble():
            self.close()
            raise InputError(f"{path} {trouble}")

    def _trouble(self) -> str | None:
        if os.path.isdir(self.path):
            return "is a folder; name a file to follow."
        if not stat.S_ISREG(os.fstat(self._descriptor).st_mode):
            return "is no file that grows; read it without --follow."
        start = os.pread(self._descriptor, START, 0)
        if packing_of(start):
            return "is compressed; read it without --follow."
        if encoding_of(start):
            return "is not in UTF-8, as a file that is followed must be; read it without --follow."
        return None

    def read(self, size: int) -> bytes:
        """At most ``size`` bytes; empty where there is nothing new at the moment."""
        data = os.pread(self._descriptor, size, self._position)
        self._position += len(data)
        if not data:
            self._look_for_change()
        return data

    def _look_for_change(self) -> None:
        status = os.fstat(self._descriptor)
        if status.st_size < self._position:
            self._position = 0
            self.generation += 1
            return
        with contextlib.suppress(OSError):
            now = os.stat(self.path)
            if (now.st_ino, now.st_dev) != (status.st_ino, status.st_dev):
                fresh = os.open(self.path, os.O_RDONLY)
                self.close()
                self._descriptor, self._position = fresh, 0
                self.generation += 1

    def close(self) -> None:
        """Give the file back."""
        os.close(self._descriptor)
