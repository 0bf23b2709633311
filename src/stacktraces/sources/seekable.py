"""Compressed sources of several members, which can be read from any byte of their text on."""

from __future__ import annotations

import os
import stat
from typing import Protocol, cast

from ..errors import InputError
from .inputs import Readable, label_of
from .interruption import Interruption
from .kinds import START, encoding_of, packing_of
from .members import Members, MembersDiffer, members_of
from .packed import Unpacked
from .paths import STANDARD_INPUT
from .streams import ByteStream, PackedStream, open_stored

_PROBE, _PROBE_OF_FILE = 8 << 20, 256 << 20
"""Bytes of an object in a store, and of a file, that are read to see whether it has members at all."""


class _Kept(Protocol):
    """A source that can be read again, as it is stored."""

    def open_stored(self, interruption: Interruption) -> PackedStream: ...


class SeekableSource:
    """The text of ``source``, whose members are known; reading raises ``MembersDiffer`` where they differ."""

    stored: int | None = None

    def __init__(self, source: str | Readable, members: Members) -> None:
        self.name = label_of(source)
        self.size: int | None = members.size
        self.members = members
        self._source = source

    def open(self, interruption: Interruption) -> ByteStream:
        """See :class:`stacktraces.sources.inputs.Readable`."""
        return self._unpacked(interruption)

    def _unpacked(self, interruption: Interruption) -> Unpacked:
        stream = _stored(self._source, interruption)
        packing = packing_of(stream.peek(START))
        if packing is None:
            stream.close()
            raise InputError(f"{self.name} was changed while it was read; read it again.")
        return Unpacked(stream, packing, self.members)

    def holds_text(self) -> bool:
        """Whether what is unpacked is to be read as it is. Raises ``InputError``."""
        stream = self._unpacked(Interruption())
        try:
            start = stream.peek(START)
        finally:
            stream.close()
        return packing_of(start) is None and encoding_of(start) is None


def seekable(source: str | Readable) -> SeekableSource | None:
    """``source`` with its members; ``None`` where it is not compressed, or in one piece.

    Reads it to its end where a second member starts in the first 256 MiB of a file, 8 MiB of an object.
    """
    if not _may_be_read_again(source):
        return None
    try:
        stream = _stored(source, Interruption())
        try:
            packing = packing_of(stream.peek(START))
            probe = _PROBE_OF_FILE if isinstance(source, str) else _PROBE
            members = members_of(stream, packing, probe) if packing is not None else None
        finally:
            stream.close()
        found = SeekableSource(source, members) if members is not None else None
        return found if found is not None and found.holds_text() else None
    except (InputError, MembersDiffer):
        return None  # Opening it tells why.


def _may_be_read_again(source: str | Readable) -> bool:
    if not isinstance(source, str):
        return hasattr(source, "open_stored")
    try:
        return source != STANDARD_INPUT and stat.S_ISREG(os.stat(source).st_mode)
    except (OSError, ValueError):
        return False


def _stored(source: str | Readable, interruption: Interruption) -> PackedStream:
    if isinstance(source, str):
        return open_stored(source, interruption)
    return cast(_Kept, source).open_stored(interruption)
