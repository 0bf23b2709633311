"""What was taken in and waits on disk until it is stored: what was acknowledged is never lost.

A file holds what came at about the same time. It is written aside, brought to the disk and then renamed, so
that a crash leaves all of it or nothing. Names sort in the order of arrival, and tell how many entries a file
holds.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import secrets
import time
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from .._regex import regex

_SUFFIX = ".entries"
_ASIDE = ".refused"
RESERVE = 64 << 20
"""Bytes of the disk that stay free: a database on the same disk needs some to take what waits."""
_NAME = regex(rf"\d{{20}}-[0-9a-f]{{8}}-(\d+)\{_SUFFIX}")
_LOGGER = logging.getLogger(__name__)


class Body(NamedTuple):
    """What one request brought."""

    project: str
    kind: str
    """The name of the module of ``intake/`` that reads it."""
    content: bytes
    """Unpacked."""


class Entry(msgspec.Struct, frozen=True):
    """A :class:`Body` that is kept."""

    id: str
    """Unique; the same when it is read again after a crash. The name of its file, and its place there."""
    project: str
    kind: str
    content: bytes
    received: int
    """Nanoseconds since 1970."""


class Spool:
    """A folder of entries."""

    def __init__(self, folder: Path) -> None:
        """Raises ``OSError`` where the folder cannot be made."""
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, project: str, kind: str, content: bytes) -> str:
        """Keep ``content``; it is on the disk when this returns its id. Raises ``OSError``: a full disk."""
        return self.put_all([Body(project, kind, content)])[0]

    def put_all(self, bodies: Sequence[Body]) -> list[str]:
        """Keep ``bodies`` in one file, all or none; gives their ids once they are on the disk.

        Raises ``OSError``.
        """
        received = time.time_ns()
        name = f"{received:020}-{secrets.token_hex(4)}-{len(bodies)}"
        entries = [Entry(f"{name}.{place}", *each, received) for place, each in enumerate(bodies)]
        self._keep(f"{name}{_SUFFIX}", msgspec.msgpack.encode(entries))
        return [each.id for each in entries]

    def _keep(self, name: str, content: bytes) -> None:
        """Bring a file to the disk, all of it or nothing. Raises ``OSError``."""
        space = os.statvfs(self._folder)
        if space.f_bavail * space.f_frsize < len(content) + RESERVE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        aside = self._folder / f".{name}.new"
        try:
            descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with open(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(descriptor)
            os.replace(aside, self._folder / name)
            self._sync()
        except OSError:
            with contextlib.suppress(OSError):
                aside.unlink()
            raise

    def entries(self) -> Iterator[Entry]:
        """What waits, in the order of arrival; a file that cannot be read is set aside."""
        for name in self._names():
            yield from self._read(name)

    def first(self, most: int, most_bytes: int) -> list[Entry]:
        """The oldest entries, whole files of them: no further one behind ``most``, or ``most_bytes``."""
        found: list[Entry] = []
        size = 0
        for name in self._names():
            entries = self._read(name)
            found += entries
            size += sum(len(each.content) for each in entries)
            if len(found) >= most or size >= most_bytes:
                break
        return found

    def _names(self) -> list[str]:
        return sorted(each for each in os.listdir(self._folder) if _NAME.fullmatch(each))

    def _read(self, name: str) -> list[Entry]:
        path = self._folder / name
        try:
            return msgspec.msgpack.decode(path.read_bytes(), type=list[Entry])
        except FileNotFoundError:
            return []
        except msgspec.DecodeError:
            _LOGGER.error("%s cannot be read; it is kept as %s", path, path.with_suffix(_ASIDE))
            path.rename(path.with_suffix(_ASIDE))
            return []

    def set_aside(self, entry: Entry) -> None:
        """Keep an entry that cannot be stored also out of the way of others, for a person to look at."""
        name = f"{entry.id}{_ASIDE}"
        _LOGGER.error("what was sent cannot be stored; it is kept as %s", self._folder / name)
        self._keep(name, msgspec.msgpack.encode([entry]))

    def remove(self, entries: Collection[Entry]) -> None:
        """Forget entries that were stored: all of their files, as :meth:`first` gave them."""
        for name in {each.id.rpartition(".")[0] for each in entries}:
            with contextlib.suppress(FileNotFoundError):
                (self._folder / f"{name}{_SUFFIX}").unlink()

    def __len__(self) -> int:
        return sum(int(found[1]) for each in os.listdir(self._folder) if (found := _NAME.fullmatch(each)))

    def oldest(self) -> int | None:
        """When the oldest entry came, in nanoseconds since 1970; ``None`` where none waits."""
        first = next(iter(self._names()), None)
        return int(first.partition("-")[0]) if first is not None else None

    def _sync(self) -> None:
        descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
