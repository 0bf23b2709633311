"""Changing a file so that nobody ever sees half of it, and no two writers lose a change."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from ..errors import StoreError

LOCK_SECONDS = 30.0
_POLL_SECONDS = 0.01


@contextlib.contextmanager
def locked(path: Path, timeout: float | None = None) -> Iterator[None]:
    """Hold the lock of ``path``, a file ``.NAME.lock`` beside it that is gone afterwards.

    The kernel lets go of the lock of a writer that is killed. Raises ``StoreError`` where another
    writer holds it for longer than ``timeout`` seconds, or the folder cannot be written to.
    """
    lock = path.with_name(f".{path.name}.lock")
    deadline = time.monotonic() + (LOCK_SECONDS if timeout is None else timeout)
    descriptor = _acquire(lock, path, deadline)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            lock.unlink()
        os.close(descriptor)


def _acquire(lock: Path, path: Path, deadline: float) -> int:
    while True:
        try:
            descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as error:
            raise failure(path, error) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_at(descriptor, lock):
                return descriptor
        except BlockingIOError:
            pass
        os.close(descriptor)
        if time.monotonic() > deadline:
            raise StoreError(
                f"{path} is locked by another writer ({lock.name} beside it); "
                "wait until it has ended, then run this again. Nothing was changed."
            )
        time.sleep(_POLL_SECONDS)


def _is_at(descriptor: int, lock: Path) -> bool:
    """Nobody removed the lock file between its opening and its locking."""
    try:
        return os.path.samestat(os.fstat(descriptor), lock.stat())
    except FileNotFoundError:
        return False


def replace(path: Path, text: str) -> None:
    """Write ``text`` to ``path``, all or nothing; the caller holds the lock.

    A symbolic link stays one, and the file's permissions stay. Raises ``StoreError``.
    """
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".{target.name}.new")
    try:
        with open(temporary, "w", encoding="utf-8", newline="\n") as stream:
            if target.exists():
                os.fchmod(stream.fileno(), target.stat().st_mode & 0o7777)
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, target)
        _sync_folder(target.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise failure(path, error) from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


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
