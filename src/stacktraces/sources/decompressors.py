"""Decompressors of every method, with one interface."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol, cast

from ..errors import InputError
from .kinds import Packing
from .paths import name_of

WINDOW_LOG = 27
"""Binary logarithm of the bytes of unpacked data to which packed data may refer back, which stand in memory.

The default of zstd; xz -9 needs half as much.
"""
_XZ_OVERHEAD = 1 << 20
"""Bytes that xz needs besides its window."""


class Decompressor(Protocol):
    """What ``bz2``, ``lzma`` and ``compression.zstd`` have."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class Method(NamedTuple):
    """A way to compress."""

    make: Callable[[], Decompressor]
    errors: tuple[type[Exception], ...]
    """What its decompressor raises for data that is corrupt."""
    unpack: str = ""
    """The shell command that unpacks whatever the window, where the method lets windows be large."""
    careful: Callable[[], Decompressor] | None = None
    """A slower one that gives all that stands before damaged data, where ``make`` may lose some of it."""


def method_of(packing: Packing, path: str, *, rewinds: bool) -> Method:
    """The way to unpack ``packing`` of the stream at ``path``; ``rewinds`` that it can be read again.

    Raises ``InputError`` where a library is missing.
    """
    match packing:
        case "gzip":
            return _gzip(rewinds=rewinds)
        case "lz4":
            return _lz4(path)
        case "bzip2":
            import bz2

            return Method(bz2.BZ2Decompressor, (OSError, EOFError))
        case "xz":
            return _xz()
        case "zstd":
            return _zstandard()


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


def _gzip(*, rewinds: bool) -> Method:
    """ISA-L's decompressor where it is installed: three times as fast as zlib's, but it cannot be copied."""
    try:
        from isal import igzip_lib, isal_zlib
    except ImportError:
        return Method(_Gzip, (zlib.error,))
    if not rewinds:
        return Method(_Gzip, (zlib.error,))

    def make() -> Decompressor:
        return _Plain(isal_zlib.decompressobj(wbits=31))

    return Method(make, (cast("type[Exception]", igzip_lib.IsalError),), careful=_Gzip)


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


def _lz4(path: str) -> Method:
    try:
        import lz4.frame
    except ImportError:
        name = name_of(path)
        raise InputError(f"{name} is compressed with lz4: pip install 'stacktraces-py[speed]'.") from None

    def make() -> Decompressor:
        return _Lz4(lz4.frame.LZ4FrameDecompressor())

    return Method(make, (RuntimeError, EOFError))


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


def _xz() -> Method:
    import lzma

    def make() -> Decompressor:
        return lzma.LZMADecompressor(memlimit=(1 << WINDOW_LOG) + _XZ_OVERHEAD)

    return Method(make, (lzma.LZMAError, EOFError), "xz -d")


def _zstandard() -> Method:
    zstd = zstandard()
    options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: WINDOW_LOG}
    return Method(
        lambda: zstd.ZstdDecompressor(options=options), (zstd.ZstdError, EOFError), "zstd -d --long=31"
    )


def zstandard() -> Any:
    """The module for zstd: Python's own, or the same for older ones."""
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd
