"""How far each source was read: a file by which the next run goes on there, and counts nothing twice.

A source is told by its name without the number of a rotation, and by its first bytes: a log that was rotated,
compressed or copied over itself is known again; one that was truncated and begins anew is another.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from typing import NamedTuple

import msgspec

from ..errors import InputError
from .inputs import Readable, label_of, open_input
from .paths import STANDARD_INPUT, age

HEAD = 4096
"""Bytes by which a source is told, as far as it has them."""
_MOST_SOURCES = 100_000
_VERSION = 1


class Reached(NamedTuple):
    """How far a source was read."""

    offset: int = 0
    """Bytes, decompressed."""
    lines: int = 0
    """Line ends before it."""


class _Entry(msgspec.Struct):
    name: str
    head: int
    """So many first bytes have"""
    digest: str
    offset: int
    lines: int


class _Document(msgspec.Struct):
    version: int
    sources: list[_Entry]


class CursorFile:
    """The cursor file at ``path``, which need not be there yet."""

    def __init__(self, path: str) -> None:
        """Raises ``InputError`` where the file is none."""
        self.path = path
        self._entries: dict[tuple[str, int, str], _Entry] = {}
        try:
            with open(path, "rb") as file:
                document = msgspec.json.decode(file.read(), type=_Document)
        except FileNotFoundError:
            return
        except OSError as error:
            raise InputError(f"{path} cannot be read: {error.strerror}.") from error
        except msgspec.DecodeError as error:
            raise InputError(f"{path} is no cursor file ({error}); name another, or remove it.") from error
        if document.version != _VERSION:
            raise InputError(f"{path} is of another version of stacktraces; name another, or remove it.")
        for each in document.sources:
            self._entries[each.name, each.head, each.digest] = each

    def reached(self, source: str | Readable) -> Reached:
        """How far ``source`` was read; nothing of one that was not met, or cannot be read again."""
        found = self._find(source)
        return Reached(found.offset, found.lines) if found is not None else Reached()

    def _find(self, source: str | Readable) -> _Entry | None:
        name, start = _name(source), _start(source)
        heads = sorted({head for known, head, _ in self._entries if known == name}, reverse=True)
        for head in heads:
            if len(start) >= head and (found := self._entries.get((name, head, _digest(start[:head])))):
                return found
        return None

    def note(self, source: str | Readable, reached: Reached) -> None:
        """``source`` was read so far."""
        start = _start(source)
        if not start:
            return
        before = self._find(source)
        if before is not None:
            del self._entries[before.name, before.head, before.digest]
        entry = _Entry(_name(source), len(start), _digest(start), *reached)
        self._entries[entry.name, entry.head, entry.digest] = entry

    def save(self) -> None:
        """Write the file: as it was, or as it is then, whatever happens meanwhile. Raises ``InputError``."""
        entries = list(self._entries.values())[-_MOST_SOURCES:]
        data = msgspec.json.format(msgspec.json.encode(_Document(_VERSION, entries)), indent=1)
        folder = os.path.dirname(os.path.abspath(self.path))
        written = None
        try:
            with tempfile.NamedTemporaryFile("wb", dir=folder, delete=False) as file:
                written = file.name
                file.write(data + b"\n")
            os.replace(written, self.path)
        except OSError as error:
            if written is not None:
                with contextlib.suppress(OSError):
                    os.unlink(written)
            raise InputError(f"{self.path} cannot be written: {error.strerror}.") from error


def _name(source: str | Readable) -> str:
    return age(label_of(source))[0]


def _start(source: str | Readable) -> bytes:
    """The first bytes; nothing where they could be read but once."""
    if source == STANDARD_INPUT or not (isinstance(source, str) or hasattr(source, "stored")):
        return b""
    try:
        stream = open_input(source)
    except InputError:
        return b""
    try:
        start = b""
        while len(start) < HEAD and (more := stream.read(HEAD - len(start))):
            start += more
    except InputError:
        return b""
    finally:
        stream.close()
    return start


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]
