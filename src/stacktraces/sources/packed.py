"""Streams that hold another one: compressed, or text in UTF-16."""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Callable
from typing import Protocol

from ..errors import InputError
from .decompressors import WINDOW_LOG, Decompressor, method_of
from .interruption import Interruption
from .kinds import Packing
from .members import Members, MembersDiffer
from .paths import name_of

_CHUNK = 256 << 10


class Packed(Protocol):
    """The stream that is unpacked."""

    @property
    def path(self) -> str: ...
    @property
    def rewinds(self) -> bool:
        """Whether it can be read again from any byte on."""

    def read(self, size: int) -> bytes: ...
    def seek(self, offset: int) -> None: ...
    def listen_to(self, interruption: Interruption) -> None:
        """Let another interruption end the reading."""

    def close(self) -> None: ...


class Unpacked:
    """A stream out of a compressed one; gives all that could be unpacked before it fails."""

    rewinds = False
    unpacks = True
    """It takes time to read: a thread of its own may do it."""

    def __init__(self, packed: Packed, packing: Packing, members: Members | None = None) -> None:
        """With ``members`` it can be read from any byte on, and raises ``MembersDiffer`` where they do.

        Raises ``InputError`` where a library is missing.
        """
        self.path = packed.path
        self._packed = packed
        self._method = method_of(packing, packed.path, rewinds=packed.rewinds)
        self._packed_at = self._member_at = 0
        """Offsets in the packed stream: of what is read next, and of the member that is unpacked."""
        self._member_text_at = 0
        """Offset in the text of the member that is unpacked."""
        self._given = 0
        """Bytes that were unpacked of this member."""
        self._members = members
        self._passed = 0
        """The number of the last known start that was passed."""
        self._decompressor = self._method.make()
        self._waiting = b""
        self._ahead = b""
        self._failure: InputError | None = None
        self._begun = False

    def peek(self, size: int) -> bytes:
        """The first ``size`` bytes, fewer where there are no more, without taking them.

        Raises ``InputError`` where not one could be unpacked.
        """
        while len(self._ahead) < size:
            try:
                more = self._next(size)
            except InputError:
                if not self._ahead:
                    raise
                break
            if not more:
                break
            self._ahead += more
        return self._ahead[:size]

    def read(self, size: int) -> bytes:
        """See :class:`stacktraces.sources.streams.ByteStream`."""
        data, self._ahead = self._ahead[:size], self._ahead[size:]
        return data or self._next(size)

    def _next(self, size: int) -> bytes:
        while self._failure is None:
            if not self._waiting and not self._refill():
                return b""
            data = self._unpack(size)
            if data:
                return data
        if self._method.careful is not None and (data := self._unpack_again(self._method.careful)):
            return data
        self._compare(at_end=True)
        raise self._failure

    def _refill(self) -> bool:
        """More packed bytes; False at the end."""
        if not self._decompressor.needs_input:
            return True
        self._waiting = self._packed.read(_CHUNK)
        self._packed_at += len(self._waiting)
        if not self._waiting and self._begun:
            self._failure = InputError(f"{name_of(self.path)} is cut short: it ends within compressed data.")
            return True
        if not self._waiting:
            self._compare(at_end=True)
        return bool(self._waiting)

    def _unpack(self, size: int) -> bytes:
        if self._failure is not None:
            return b""
        try:
            data = self._decompressor.decompress(self._waiting, size)
        except self._method.errors as error:
            if self._method.careful is not None:
                return self._unpack_again(self._method.careful)
            self._failure = InputError(self._why_not(error))
            return b""
        self._begun = True
        self._waiting = b""
        self._given += len(data)
        if self._decompressor.eof:
            self._waiting = self._decompressor.unused_data.lstrip(b"\0")
            self._decompressor = self._method.make()
            self._begun = False
            self._member_at = self._packed_at - len(self._waiting)
            self._member_text_at, self._given = self._member_text_at + self._given, 0
            self._compare()
        return data

    def _compare(self, *, at_end: bool = False) -> None:
        """Raise ``MembersDiffer`` where a start that was passed is none, or at the end is still to come."""
        starts = self._members.starts if self._members is not None else ()
        while self._passed + 1 < len(starts):
            start = starts[self._passed + 1]
            if start[0] > self._member_at and not at_end:
                return
            if start != (self._member_at, self._member_text_at):
                raise MembersDiffer
            self._passed += 1

    def _unpack_again(self, careful: Callable[[], Decompressor]) -> bytes:
        """Unpack the damaged member from its start, up to the damage; gives what was not given before."""
        self._method = self._method._replace(make=careful, errors=(zlib.error,), careful=None)
        self._decompressor = careful()
        self._waiting, self._packed_at, passed, self._given = b"", self._member_at, self._given, 0
        self._failure, self._begun = None, False
        try:
            self._packed.seek(self._member_at)
            while self._failure is None and (self._waiting or self._refill()):
                data = self._unpack(_CHUNK)
                passed -= len(data)
                if passed < 0:
                    return data[passed:]
        except InputError as error:
            self._failure = error
        return b""

    def listen_to(self, interruption: Interruption) -> None:
        """Let another interruption end the reading."""
        self._packed.listen_to(interruption)

    def _why_not(self, error: Exception) -> str:
        # liblzma: "Memory usage limit exceeded"; libzstd: "Frame requires too much memory for decoding".
        if self._method.unpack and "memory" in str(error).lower():
            return (
                f"{name_of(self.path)} is compressed with a window of more than {1 << WINDOW_LOG >> 20} MiB "
                f"that would have to fit into memory; unpack it with `{self._method.unpack}` first."
            )
        return f"{name_of(self.path)} is corrupt: what came before the damage was read."

    def seek(self, offset: int) -> None:
        """Go to a byte of the text, where the members are known. Raises ``InputError``."""
        if self._members is None:
            raise InputError(f"{name_of(self.path)} is compressed: it can only be read from its start.")
        self._passed = self._members.before(offset)
        self._member_at, self._member_text_at = self._members.starts[self._passed]
        self._packed.seek(self._member_at)
        self._packed_at, self._given = self._member_at, 0
        self._decompressor, self._waiting, self._ahead = self._method.make(), b"", b""
        self._failure, self._begun = None, False
        left = offset - self._member_text_at
        while left > 0 and (data := self._next(_CHUNK)):
            self._ahead = data[left:]
            left -= len(data)

    def close(self) -> None:
        """Give back what it holds."""
        self._packed.close()


class Recoded:
    """A stream of UTF-8 out of one in another encoding of Unicode, as PowerShell writes them."""

    def __init__(self, packed: Packed, encoding: str) -> None:
        self.path = packed.path
        self._packed = packed
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._ahead = b""

    def read(self, size: int) -> bytes:
        """See :class:`stacktraces.sources.streams.ByteStream`."""
        while not self._ahead:
            more = self._packed.read(size)
            self._ahead = self._decoder.decode(more, final=not more).encode("utf-8", "backslashreplace")
            if not more:
                break
        data, self._ahead = self._ahead[:size], self._ahead[size:]
        return data

    def seek(self, offset: int) -> None:
        """Raises ``InputError``."""
        raise InputError(f"{name_of(self.path)} is not in UTF-8: it can only be read from its start.")

    def close(self) -> None:
        """Give back what it holds."""
        self._packed.close()
