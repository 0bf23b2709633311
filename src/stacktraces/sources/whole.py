"""Files that are read as a whole: captures, saved results."""

from __future__ import annotations

import mmap
import os

from ..cursor import Buffer
from ..errors import InputError
from .paths import STANDARD_INPUT
from .streams import is_plain_file, open_stream

_LARGE = 1 << 30
_CHUNK = 1 << 20


def read_whole(path: str | os.PathLike[str]) -> Buffer:
    """The bytes of the file at ``path``, unpacked where it is packed; of standard input for ``-``.

    Raises ``InputError`` when there is nothing to read: missing, a folder, no permission, empty, corrupt.
    """
    name = os.fspath(path)
    stream = open_stream(name)
    try:
        # A file that shrinks while it is mapped kills the process: only what memory may not hold is mapped.
        if name != STANDARD_INPUT and (is_plain_file(name) or 0) > _LARGE:
            return _mapped(name)
        data = bytearray()
        while chunk := stream.read(_CHUNK):
            data += chunk
    finally:
        stream.close()
    if data:
        return data
    if name == STANDARD_INPUT:
        raise InputError("Standard input is empty; pipe the text of a stack trace into the command.")
    raise InputError(f"{name} is empty; look at what was to write it.")


def _mapped(name: str) -> mmap.mmap:
    try:
        with open(name, "rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise InputError(f"{name} cannot be read: {error}.") from None
