"""Changing a file so that nobody ever sees half of it, and no two writers lose a change."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from ..errors import StoreError
from ._place import Place, failure, kind, place_of, status_of

LOCK_SECONDS = 30.0
_POLL_SECONDS = 0.01
# A file that somebody else put there is neither followed, where it is a link, nor waited for.
_UNTRUSTED = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


@contextlib.contextmanager
def locked(path: Path, timeout: float | None = None) -> Iterator[Place]:
    """Hold the lock of the file at ``path``: ``.NAME.lock`` beside it, which is gone afterwards.

    Gives the file's place. The kernel lets go of the lock of a writer that is killed. Raises
    ``StoreError`` where another writer holds it for longer than ``timeout`` seconds, or the folder cannot
    be written to.
    """
    deadline = time.monotonic() + (LOCK_SECONDS if timeout is None else timeout)
    with place_of(path) as place:
        lock = f".{place.name}.lock"
        descriptor = _acquire(place, lock, deadline)
        try:
            yield place
        finally:
            with contextlib.suppress(OSError):
                os.unlink(lock, dir_fd=place.folder)
            os.close(descriptor)


def _acquire(place: Place, lock: str, deadline: float) -> int:
    while True:
        status_of(place, lock)
        try:
            descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | _UNTRUSTED, 0o666, dir_fd=place.folder)
        except OSError as error:
            raise failure(place.path, error) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_at(descriptor, lock, place.folder):
                return descriptor
        except BlockingIOError:
            pass
        os.close(descriptor)
        if time.monotonic() > deadline:
            raise StoreError(
                f"{place.path} is locked by another writer ({lock} beside it); "
                "wait until it has ended, then run this again. Nothing was changed."
            )
        time.sleep(_POLL_SECONDS)


def _is_at(descriptor: int, lock: str, folder: int) -> bool:
    """Nobody removed the lock file between its opening and its locking."""
    try:
        there = os.stat(lock, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(os.fstat(descriptor), there)


def opened(path: Path, place: Place | None = None) -> BinaryIO:
    """The file ``path``, or the one at ``place``, to which it led, to be read.

    Raises ``StoreError`` where it is no regular file, which may have no end, and ``OSError``.
    """
    if place is None:
        descriptor = os.open(path, os.O_RDONLY | _UNTRUSTED & ~os.O_NOFOLLOW)
    else:
        descriptor = os.open(place.name, os.O_RDONLY | _UNTRUSTED, dir_fd=place.folder)
    status = os.fstat(descriptor)
    if stat.S_ISREG(status.st_mode):
        return open(descriptor, "rb")
    os.close(descriptor)
    raise StoreError(f"{path} cannot be read: it is {kind(status)}, not a regular file.")


def read(path: Path, most: int, place: Place | None = None) -> bytes:
    """The content of what :func:`opened` gives; ``StoreError`` where that is more than ``most`` bytes."""
    with opened(path, place) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise StoreError(f"{path} cannot be read: it has more than {most >> 20} MiB.")
    return content


def replace(place: Place, text: str) -> None:
    """Write ``text`` as the file at ``place``, all or nothing. Raises ``StoreError``."""
    with written(place) as stream:
        stream.write(text.encode())


@contextlib.contextmanager
def written(place: Place) -> Iterator[BinaryIO]:
    """A stream whose content becomes the file at ``place`` when the context ends without an exception.

    The file's permissions stay. Raises ``StoreError`` where it cannot be written.
    """
    before = place.status()
    # A name that can be foretold may be taken, by a link that leads to another file.
    temporary = f".{place.name}.{secrets.token_hex(8)}.new"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _UNTRUSTED
    try:
        mode = 0o666 if before is None else 0o600
        descriptor = os.open(temporary, flags, mode, dir_fd=place.folder)
        try:
            with open(descriptor, "wb") as stream:
                if before is not None:
                    os.fchmod(descriptor, before.st_mode & 0o777)
                yield stream
                stream.flush()
                os.fsync(descriptor)
            os.replace(temporary, place.name, src_dir_fd=place.folder, dst_dir_fd=place.folder)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary, dir_fd=place.folder)
            raise
    except OSError as error:
        raise failure(place.path, error) from error
    _sync(place.folder)


def _sync(folder: int) -> None:
    """Make a change of the folder last, where the system can; it is made whether this works or not."""
    with contextlib.suppress(OSError):
        descriptor = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=folder)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def rewritten(path: Path) -> Iterator[BinaryIO]:
    """:func:`written` for the file at ``path``, which nobody locks."""
    with place_of(path) as place, written(place) as stream:
        yield stream
