"""Files in object stores, on web servers and in archives: every protocol that fsspec knows."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Iterator
from typing import Any

from ...errors import InputError
from ..inputs import Readable, scheme_of
from ..interruption import Interruption
from ..kinds import START, encoding_of, packing_of
from ..objects import reason_of
from ..paths import in_order
from ..retrying import FINAL, Opened, RetryingStream, in_general
from ..streams import ByteStream, unpacked

_BLOCK = 8 << 20
"""Bytes of one request."""
_EXTRAS = {
    "abfs": "azure", "abfss": "azure", "az": "azure", "adl": "azure", "gs": "gcs", "gcs": "gcs", "s3": "s3",
    "s3a": "s3", "http": "http", "https": "http", "hdfs": "arrow", "webhdfs": "http", "sftp": "sftp",
}  # fmt: skip
"""The extra of this distribution that brings what fsspec needs for a protocol."""


def sources_of(url: str) -> Iterable[Readable]:
    """The files that ``url`` names: one, those below a folder, those that match a glob.

    Raises ``InputError``.
    """
    filesystem, path = _locate(url)
    try:
        return list(_found(filesystem, path, url))
    except Exception as error:  # Each store raises errors of its own.
        met = in_general(error)
        what = "URL and credentials"
        if isinstance(met, FINAL):
            what = "credentials" if isinstance(met, PermissionError) else "URL"
        raise InputError(f"{url} cannot be read: {reason_of(met)}; check the {what}.") from error


def _locate(url: str) -> tuple[Any, str]:
    scheme = scheme_of(url) or ""
    try:
        import fsspec
    except ImportError:
        extra = _EXTRAS.get(scheme, "files")
        raise InputError(f"{url} needs an extra: pip install 'stacktraces-py[{extra}]'.") from None
    try:
        filesystem, path = fsspec.core.url_to_fs(url)
    except ImportError as error:
        needed = _EXTRAS.get(scheme)
        what = f"an extra: pip install 'stacktraces-py[{needed}]'" if needed else reason_of(error)
        raise InputError(f"{url} needs {what}.") from error
    except ValueError as error:
        from . import known_schemes

        if "rotocol not known" not in str(error):
            raise InputError(f"{url} cannot be read: {reason_of(error)}.") from error
        ours = ", ".join(known_schemes())
        raise InputError(
            f"{url} cannot be read: no source has the scheme {scheme}; there are {ours}, and those of fsspec "
            "such as s3, gs, abfs, https and zip."
        ) from error
    except Exception as error:
        raise InputError(f"{url} cannot be read: {reason_of(error)}; check the URL.") from error
    return filesystem, path


def _found(filesystem: Any, path: str, url: str) -> Iterator[Readable]:
    if glob.has_magic(path):
        matches = filesystem.glob(path, detail=True)
    elif _is_folder(filesystem, path):
        matches = filesystem.find(path, detail=True)
    else:
        yield ObjectFile(url, filesystem, path, None)
        return
    files = {name: info for name, info in matches.items() if info.get("type") != "directory"}
    if not files:
        raise FileNotFoundError("nothing is found there")
    for name in in_order(files):
        yield ObjectFile(_url_of(filesystem, name, url), filesystem, name, files[name].get("size"))


def _is_folder(filesystem: Any, path: str) -> bool:
    if scheme_of(path) in ("http", "https"):
        # A web server has no folders, but pages with links: to look for them, all of the file would be read.
        return path.endswith("/")
    return bool(filesystem.isdir(path))


def _url_of(filesystem: Any, path: str, url: str) -> str:
    """The URL of one of the files that ``url`` names; an archive's keeps saying which archive."""
    _, chained, rest = url.partition("::")
    return f"{filesystem.unstrip_protocol(path)}{chained}{rest}"


class ObjectFile:
    """A file of a filesystem of fsspec."""

    def __init__(self, name: str, filesystem: Any, path: str, stored: int | None) -> None:
        self.name = name
        self.stored = stored
        """Its bytes as it is stored, compressed or not; ``None`` where nobody told."""
        self._filesystem = filesystem
        self._path = path

    @property
    def size(self) -> int | None:
        """See :class:`stacktraces.sources.inputs.Readable`; asks the store."""
        try:
            if self.stored is None:
                self.stored = self._filesystem.info(self._path)["size"]
            start = self._filesystem.read_block(self._path, 0, START)
        except Exception:  # noqa: BLE001 Opening it tells why.
            return None
        return None if packing_of(start) or encoding_of(start) else self.stored

    def open(self, interruption: Interruption) -> ByteStream:
        """See :class:`stacktraces.sources.inputs.Readable`."""
        return unpacked(self.open_stored(interruption))

    def open_stored(self, interruption: Interruption) -> RetryingStream:
        """Its bytes as they are stored."""
        return RetryingStream(self.name, self._open_at, _BLOCK, interruption)

    def _open_at(self, offset: int, block: int) -> Opened:
        file: Any = self._filesystem.open(self._path, "rb", block_size=block)
        if offset:
            file.seek(offset)
        opened: Opened = file
        return opened
