"""Files that are read as a whole: captures, saved results."""

from __future__ import annotations

import mmap
import os

from ..cursor import Buffer
from ..errors import InputError
from .paths import STANDARD_INPUT, name_of
from .streams import is_plain_file, open_stream

MOST_BYTES = 512 << 20
"""Bytes that are read of a file unless more are asked for: a few megabytes can unpack to all of memory."""
_CHUNK = 1 << 20


def read_whole(path: str | os.PathLike[str], max_bytes: int = MOST_BYTES) -> Buffer:
    """The bytes of the file at ``path``, unpacked where it is packed; of standard input for ``-``.

    Raises ``InputError`` when there is nothing to read (missing, a folder, no permission, empty, corrupt),
    and where it holds more than ``max_bytes``.
    """
    name = os.fspath(path)
    stream = open_stream(name)
    try:
        size = is_plain_file(name) if name != STANDARD_INPUT else None
        if (size or 0) > max_bytes:
            raise _too_large(name, max_bytes)
        # A file that shrinks while it is mapped kills the process: only what memory may not hold is mapped.
        if (size or 0) > MOST_BYTES:
            return _mapped(name)
        data = bytearray()
        while chunk := stream.read(_CHUNK):
            data += chunk
            if len(data) > max_bytes:
                raise _too_large(name, max_bytes)
    finally:
        stream.close()
    if data:
        return data
    if name == STANDARD_INPUT:
        raise InputError("Standard input is empty; pipe the text of a stack trace into the command.")
    raise InputError(f"{name} is empty; look at what was to write it.")


def _too_large(name: str, max_bytes: int) -> InputError:
    return InputError(
        f"{name_of(name)} holds more than {max_bytes:,} bytes of text; to read it all the same "
        "raise --max-bytes."
    )


def _mapped(name: str) -> mmap.mmap:
    try:
        with open(name, "rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise InputError(f"{name} cannot be read: {error}.") from None
