"""What was taken in and waits on disk until it is stored: what was acknowledged is never lost.

An entry is a file of its own, written aside, brought to the disk and then renamed, so that a crash leaves all
of it or nothing. Names sort in the order of arrival.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

_SUFFIX = ".entry"
_ASIDE = ".refused"
_LOGGER = logging.getLogger(__name__)


class Entry(msgspec.Struct, frozen=True):
    """The body of one request."""

    id: str
    """Unique; the same when it is read again after a crash."""
    project: str
    kind: str
    """The name of the module of ``intake/`` that reads it."""
    received: int
    """Nanoseconds since 1970."""
    content: bytes
    """Unpacked."""


class Spool:
    """A folder of entries."""

    def __init__(self, folder: Path) -> None:
        """Raises ``OSError`` where the folder cannot be made."""
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, project: str, kind: str, content: bytes) -> str:
        """Keep ``content``; it is on the disk when this returns its id. Raises ``OSError``: a full disk."""
        received = time.time_ns()
        entry = Entry(f"{received:020}-{secrets.token_hex(4)}", project, kind, received, content)
        aside = self._folder / f".{entry.id}.new"
        try:
            descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with open(descriptor, "wb") as file:
                file.write(msgspec.msgpack.encode(entry))
                file.flush()
                os.fsync(descriptor)
            os.replace(aside, self._path(entry.id))
            self._sync()
        except OSError:
            with contextlib.suppress(OSError):
                aside.unlink()
            raise
        return entry.id

    def entries(self) -> Iterator[Entry]:
        """What waits, in the order of arrival; an entry that cannot be read is set aside."""
        for name in sorted(each for each in os.listdir(self._folder) if each.endswith(_SUFFIX)):
            try:
                yield msgspec.msgpack.decode((self._folder / name).read_bytes(), type=Entry)
            except FileNotFoundError:
                continue
            except msgspec.DecodeError:
                self.set_aside(name.removesuffix(_SUFFIX))

    def first(self, most: int, most_bytes: int) -> list[Entry]:
        """The oldest entries: at the most ``most``, and no further one behind ``most_bytes``."""
        found: list[Entry] = []
        size = 0
        for entry in self.entries():
            found.append(entry)
            size += len(entry.content)
            if len(found) == most or size >= most_bytes:
                break
        return found

    def set_aside(self, entry_id: str) -> None:
        """Keep an entry that cannot be stored, for a person to look at, out of the way of others."""
        path = self._path(entry_id)
        _LOGGER.error("%s cannot be stored; it is kept as %s", path, path.with_suffix(_ASIDE))
        with contextlib.suppress(FileNotFoundError):
            path.rename(path.with_suffix(_ASIDE))

    def remove(self, entry_id: str) -> None:
        """Forget an entry that was stored."""
        with contextlib.suppress(FileNotFoundError):
            self._path(entry_id).unlink()

    def __len__(self) -> int:
        return sum(each.endswith(_SUFFIX) for each in os.listdir(self._folder))

    def _path(self, entry_id: str) -> Path:
        return self._folder / f"{entry_id}{_SUFFIX}"

    def _sync(self) -> None:
        descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
