"""The SQLite file of a store, opened as what it is: input that somebody else may have made.

See https://sqlite.org/security.html. What stands in a database's schema is only run where it is known to be
ours (:mod:`._tables`); what its pages say can cost no more time than a sound file of its size does.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from ._place import Place, failure, place_of, refusal, status_of
from ._sound import UnsoundError

_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 5 << 20,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 1 << 20,
    sqlite3.SQLITE_LIMIT_COLUMN: 100,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 10,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 10,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 2000,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 10,
}
_SETTINGS = (
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA mmap_size = 0",
    "PRAGMA foreign_keys = ON",
)
_CACHE, _CACHE_OF_MANY = "PRAGMA cache_size = -32768", "PRAGMA cache_size = -8192"
_BESIDE = ("-journal", "-wal", "-shm")
_SUPER_JOURNAL = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"
"""How a journal ends that names another file. SQLite deletes that file when it takes the journal back."""
_STEPS = 10_000
"""Steps of SQLite's virtual machine between two looks at what is left of them."""
_STEPS_ALWAYS = 2_000_000
_STEPS_A_BYTE = 4
_STEPS_A_VALUE = 500
_TEXT_ALWAYS = 16 << 20
_TEXT_A_BYTE = 2
_TEXT_A_VALUE = 4 << 10


class Allowance:
    """What a transaction may cost: more than any does on a sound file of this size.

    Pages that are named by many others, as only a damaged file has, would keep a query busy for ever, or give
    it the same long text again and again.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._steps = self._text = 0
        self.renew()

    def renew(self) -> None:
        """A transaction begins."""
        self._steps, self._text = _STEPS_ALWAYS, _TEXT_ALWAYS

    def add(self, values: int) -> None:
        """A statement is to look up or write so many ``values``; one without any may read all there is."""
        self._steps += _STEPS_A_VALUE * values
        self._text += _TEXT_A_VALUE * values
        if values == 0:
            size = sum(_allocated(path) for path in (self._path, beside(self._path, "-wal")))
            self._steps += _STEPS_A_BYTE * size
            self._text += _TEXT_A_BYTE * size

    def is_used_up(self) -> bool:
        """Called after so many steps; true interrupts the statement."""
        self._steps -= _STEPS
        return self._steps < 0

    def text(self, raw: bytes) -> str:
        """Text as stored; where it is no UTF-8, with surrogates, which are told as damage."""
        self._text -= len(raw)
        if self._text < 0:
            raise UnsoundError("it holds more text than a sound file of its size can")
        return raw.decode("utf-8", "surrogateescape")


def _allocated(path: Path) -> int:
    """The bytes of a file that are there: a few may claim to be many."""
    try:
        status = path.stat()
    except OSError:
        return 0
    return min(status.st_size, status.st_blocks * 512) if status.st_blocks else status.st_size


def beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


class File(NamedTuple):
    """An SQLite file that may be opened."""

    path: Path
    """Absolute, without links."""
    uri: str
    trusted: os.stat_result | None
    allowance: Allowance
    lock_seconds: float
    own: bool = False
    """Of this program alone, asked by many threads: no allowance, and less memory for each."""

    def connect(self) -> sqlite3.Connection:
        """A connection, whose transactions have to keep to the ``allowance``. Raises ``StoreError``."""
        connection = sqlite3.connect(
            self.uri, uri=True, timeout=self.lock_seconds, isolation_level=None, check_same_thread=False
        )
        if not _is_still(self.path, self.trusted):
            connection.close()
            raise refusal(self.path, "somebody puts another file in its place")
        for limit, most in _LIMITS.items():
            connection.setlimit(limit, most)
        if not self.own:
            connection.text_factory = self.allowance.text
            connection.set_progress_handler(self.allowance.is_used_up, _STEPS)
        for setting in (*_SETTINGS, _CACHE_OF_MANY if self.own else _CACHE):
            connection.execute(setting)
        return connection


def file_at(path: Path, *, create: bool, lock_seconds: float, own: bool = False) -> File:
    """The SQLite file at ``path``, read-only where it cannot be written.

    For ``own`` see :class:`File`.

    Another writer is waited for ``lock_seconds``. Raises ``StoreError`` where the file, or one that SQLite
    would use beside it, is not to be trusted.
    """
    with place_of(path) as place:
        _check_beside(place)
        if place.status() is None and create:
            create_at(place)
        trusted = place.status()
        path = place.real
    mode = "rw"
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        # Even to read, WAL needs a file beside the database, unless nothing can change it.
        mode = "ro" if beside(path, "-wal").exists() else "ro&immutable=1"
    uri = f"file:{quote(os.fspath(path))}?mode={mode}"
    return File(path, uri, trusted, Allowance(path), lock_seconds, own)


def _is_still(path: Path, trusted: os.stat_result | None) -> bool:
    """What SQLite opened by its path is the file that was looked at, in its folder."""
    try:
        return trusted is not None and os.path.samestat(path.lstat(), trusted)
    except OSError:
        return False


def create_at(place: Place) -> None:
    """Make an empty file, unless somebody just did: SQLite would follow a link that came meanwhile."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        with contextlib.suppress(FileExistsError):
            os.close(os.open(place.name, flags, 0o666, dir_fd=place.folder))
    except OSError as error:
        raise failure(place.path, error) from error


def _check_beside(place: Place) -> None:
    """Refuse files beside the database that SQLite must not use. Raises ``StoreError``."""
    for suffix in _BESIDE:
        name = place.name + suffix
        status = status_of(place, name)
        if suffix == "-journal" and status is not None and _names_another_file(place, name):
            raise refusal(place.path, f"{name} beside it is not its own; take it away first")


def _names_another_file(place: Place, journal: str) -> bool:
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = os.open(journal, flags, dir_fd=place.folder)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise failure(place.path, error) from error
    with open(descriptor, "rb") as stream:
        stream.seek(max(0, os.fstat(descriptor).st_size - len(_SUPER_JOURNAL)))
        return stream.read() == _SUPER_JOURNAL
