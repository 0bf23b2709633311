"""Streams that hold another one: compressed, or text in UTF-16."""

from __future__ import annotations

import bz2
import codecs
import lzma
import sys
import zlib
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol, cast

from ..errors import InputError
from .interruption import Interruption
from .kinds import Packing
from .paths import name_of

_CHUNK = 256 << 10
_WINDOW_LOG = 27
"""Binary logarithm of the bytes of unpacked data to which packed data may refer back, which stand in memory.

The default of zstd; xz -9 needs half as much.
"""
_XZ_OVERHEAD = 1 << 20
"""Bytes that xz needs besides its window."""


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


class Decompressor(Protocol):
    """What ``bz2``, ``lzma`` and ``compression.zstd`` have."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class _Method(NamedTuple):
    """A way to compress."""

    make: Callable[[], Decompressor]
    errors: tuple[type[Exception], ...]
    """What its decompressor raises for data that is corrupt."""
    unpack: str = ""
    """The shell command that unpacks whatever the window, where the method lets windows be large."""
    careful: Callable[[], Decompressor] | None = None
    """A slower one that gives all that stands before damaged data, where ``make`` may lose some of it."""


class Unpacked:
    """A stream out of a compressed one; gives all that could be unpacked before it fails."""

    rewinds = False
    unpacks = True
    """It takes time to read: a thread of its own may do it."""

    def __init__(self, packed: Packed, packing: Packing) -> None:
        """Raises ``InputError`` where a library is missing."""
        self.path = packed.path
        self._packed = packed
        self._method = _method(packing, packed)
        self._packed_at = self._member_at = 0
        """Offsets in the packed stream: of what is read next, and of the member that is unpacked."""
        self._given = 0
        """Bytes that were unpacked of this member."""
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
            self._member_at, self._given = self._packed_at - len(self._waiting), 0
        return data

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
                f"{name_of(self.path)} is compressed with a window of more than {1 << _WINDOW_LOG >> 20} MiB "
                f"that would have to fit into memory; unpack it with `{self._method.unpack}` first."
            )
        return f"{name_of(self.path)} is corrupt: what came before the damage was read."

    def seek(self, offset: int) -> None:
        """Raises ``InputError``."""
        raise InputError(f"{name_of(self.path)} is compressed: it can only be read from its start.")

    def close(self) -> None:
        """Give back what it holds."""
        self._packed.close()


class _Gzip:
    """zlib's decompressor with the interface of the others; keeps what came before an error."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)
        self._error: zlib.error | None = None

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail and self._error is None

    def decompress(self, data: bytes, max_length: int) -> bytes:
        if self._error is not None:
            raise self._error
        data = self._inner.unconsumed_tail + data
        before = self._inner.copy()
        try:
            return self._inner.decompress(data, max_length)
        except zlib.error as error:
            self._error = error
            return _up_to_error(before, data)


def _up_to_error(decompressor: zlib._Decompress, data: bytes) -> bytes:
    parts = []
    try:
        for at in range(len(data)):
            parts.append(decompressor.decompress(data[at : at + 1]))
    except zlib.error:
        return b"".join(parts)
    return b"".join(parts)


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


def _method(packing: Packing, packed: Packed) -> _Method:
    match packing:
        case "gzip":
            return _gzip(packed)
        case "lz4":
            return _lz4(packed.path)
        case "bzip2":
            return _Method(bz2.BZ2Decompressor, (OSError, EOFError))
        case "xz":
            return _Method(_xz, (lzma.LZMAError, EOFError), "xz -d")
        case "zstd":
            return _zstandard()


def _gzip(packed: Packed) -> _Method:
    """ISA-L's decompressor where it is installed: three times as fast as zlib's, but it cannot be copied."""
    try:
        from isal import igzip_lib, isal_zlib
    except ImportError:
        return _Method(_Gzip, (zlib.error,))
    if not packed.rewinds:
        return _Method(_Gzip, (zlib.error,))

    def make() -> Decompressor:
        return _Plain(isal_zlib.decompressobj(wbits=31))

    return _Method(make, (cast("type[Exception]", igzip_lib.IsalError),), careful=_Gzip)


class _Plain:
    """The interface of the others for a decompressor with zlib's."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self._full = False
        """The last call gave as much as it might: there may be more, though all input was taken."""

    @property
    def eof(self) -> bool:
        return bool(self._inner.eof)

    @property
    def unused_data(self) -> bytes:
        data: bytes = self._inner.unused_data
        return data

    @property
    def needs_input(self) -> bool:
        return not (self._inner.unconsumed_tail or self._full)

    def decompress(self, data: bytes, max_length: int) -> bytes:
        unpacked: bytes = self._inner.decompress(self._inner.unconsumed_tail + data, max_length)
        self._full = len(unpacked) >= max_length
        return unpacked


def _lz4(path: str) -> _Method:
    try:
        import lz4.frame
    except ImportError:
        name = name_of(path)
        raise InputError(f"{name} is compressed with lz4: pip install 'stacktraces-py[speed]'.") from None

    def make() -> Decompressor:
        return _Lz4(lz4.frame.LZ4FrameDecompressor())

    return _Method(make, (RuntimeError, EOFError))


class _Lz4:
    """lz4's decompressor, which has ``None`` for no bytes that are left."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    @property
    def eof(self) -> bool:
        return bool(self._inner.eof)

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data or b""

    @property
    def needs_input(self) -> bool:
        return bool(self._inner.needs_input)

    def decompress(self, data: bytes, max_length: int) -> bytes:
        unpacked: bytes = self._inner.decompress(data, max_length=max_length)
        return unpacked


def _xz() -> Decompressor:
    return lzma.LZMADecompressor(memlimit=(1 << _WINDOW_LOG) + _XZ_OVERHEAD)


def _zstandard() -> _Method:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd

    options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: _WINDOW_LOG}
    return _Method(
        lambda: zstd.ZstdDecompressor(options=options), (zstd.ZstdError, EOFError), "zstd -d --long=31"
    )
