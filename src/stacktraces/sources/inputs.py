"""What can be read: paths, globs, folders, URLs, open binary files, and named iterables of bytes or lines."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO, Protocol, TypeAlias, cast

from ..errors import InputError, UsageError
from . import paths
from .interruption import Interruption
from .paths import STANDARD_INPUT

if TYPE_CHECKING:
    from .streams import ByteStream


class Readable(Protocol):
    """A source that is no file: of an object store, a log service, or the program's own."""

    @property
    def name(self) -> str:
        """What results call it, as they call a file by its path."""

    @property
    def size(self) -> int | None:
        """Its bytes, where it is not compressed and can be read from any of them on."""

    def open(self, interruption: Interruption) -> ByteStream:
        """Its bytes, unpacked. Raises ``InputError``."""


Input: TypeAlias = "str | os.PathLike[str] | BinaryIO | Readable"


class Source:
    """``content`` under a ``name``: an open binary file, or an iterable of bytes or of lines of text.

    Items of an iterable that are ``bytes`` follow one another as they are; each ``str`` is a line, whose end
    is added where it has none. Compressed content is unpacked.
    """

    size: int | None = None

    def __init__(self, name: str, content: BinaryIO | Iterable[bytes] | Iterable[str]) -> None:
        self.name = name
        self._content = content

    def open(self, interruption: Interruption) -> ByteStream:
        """See :class:`Readable`."""
        from .objects import FileStream, IterableStream
        from .streams import unpacked

        read = getattr(self._content, "read", None)
        if read is not None:
            return unpacked(FileStream(self.name, cast(BinaryIO, self._content), interruption))
        return unpacked(IterableStream(self.name, iter(cast("Iterable[bytes]", self._content)), interruption))


def scheme_of(text: str) -> str | None:
    """The scheme of ``text`` where it is a URL: ``s3`` of ``s3://bucket/key``; ``None`` for a path.

    Of URLs that are chained (``zip://*.log::s3://bucket/logs.zip``) the first one counts.
    """
    scheme, separator, _ = text.partition("://")
    scheme = scheme.partition("::")[0]
    plain = scheme.replace("+", "").replace("-", "").replace(".", "")
    return scheme.lower() if separator and len(scheme) > 1 and plain.isalnum() and plain.isascii() else None


def label_of(source: str | Readable) -> str:
    """What results call ``source``."""
    return source if isinstance(source, str) else source.name


def expand(inputs: Iterable[Input]) -> list[str | Readable]:
    """The sources that ``inputs`` name: folders are searched, globs filled in, URLs looked up; none twice.

    What cannot be found is kept, so that opening it tells why. Raises ``UsageError`` for what is no source.
    """
    found: dict[str | int, str | Readable] = {}
    for each in inputs:
        for source in _sources(each):
            found.setdefault(source if isinstance(source, str) else _identity(source), source)
    return list(found.values())


def _identity(source: Readable) -> str | int:
    """What tells a source from others: its URL, or that it is this very object."""
    return id(source) if isinstance(source, Source) else source.name


def _sources(given: Input) -> Iterator[str | Readable]:
    if isinstance(given, os.PathLike):
        given = os.fspath(given)
    if isinstance(given, str):
        scheme = scheme_of(given)
        if scheme is None:
            yield from paths.expand([given])
        else:
            yield from _of_url(scheme, given)
    elif hasattr(given, "open") and hasattr(given, "name"):
        yield cast(Readable, given)
    elif hasattr(given, "read"):
        name = getattr(given, "name", None)
        yield Source(name if isinstance(name, str) else STANDARD_INPUT, cast(BinaryIO, given))
    else:
        kind = type(given).__name__
        raise UsageError(
            f"A {kind} is no source; give a path, a URL, an open binary file, or Source(name, content)."
        )


def _of_url(scheme: str, url: str) -> Iterator[str | Readable]:
    from .schemes import sources_of

    try:
        yield from sources_of(scheme, url)
    except InputError as error:
        yield Failed(url, error)


class Failed:
    """A source that cannot be looked up; opening it tells why."""

    size: int | None = None

    def __init__(self, name: str, error: InputError) -> None:
        self.name = name
        self._error = error

    def open(self, interruption: Interruption) -> ByteStream:
        """See :class:`Readable`."""
        raise self._error


def open_input(source: str | Readable, interruption: Interruption | None = None) -> ByteStream:
    """The bytes of ``source``, unpacked. Raises ``InputError``."""
    if isinstance(source, str):
        from .streams import open_stream

        return open_stream(source, interruption)
    return source.open(interruption or Interruption())


def plain_size(source: str | Readable) -> int | None:
    """The bytes of ``source`` where any part of it can be read on its own; else ``None``."""
    if isinstance(source, str):
        from .streams import is_plain_file

        return is_plain_file(source) if source != STANDARD_INPUT else None
    return source.size
