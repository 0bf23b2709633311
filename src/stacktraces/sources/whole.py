"""Files that are read as a whole: captures, saved results."""

from __future__ import annotations

import mmap
import os
import sys
from pathlib import Path

from ..cursor import Buffer
from ..errors import InputError


def read_whole(path: str | os.PathLike[str]) -> Buffer:
    """The bytes of the file at ``path``, mapped into memory; of standard input for ``-``.

    Raises ``InputError`` when there is nothing to read: missing, a folder, no permission, empty.
    """
    name = os.fspath(path)
    if name == "-":
        data = sys.stdin.buffer.read()
        if not data:
            raise InputError("Standard input is empty; pipe the text of a stack trace into the command.")
        return data
    try:
        with Path(name).open("rb") as file:
            try:
                return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError:
                raise InputError(f"{name} is empty; was the collection interrupted?") from None
            except OSError:
                return _read_unmappable(name, file.read())
    except FileNotFoundError:
        raise InputError(f"{name} does not exist; check the path.") from None
    except IsADirectoryError:
        raise InputError(f"{name} is a folder; name a file in it.") from None
    except PermissionError:
        raise InputError(f"{name} may not be read by this user; change its permissions or user.") from None
    except OSError as error:
        raise InputError(f"{name} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise InputError("The path holds a NUL character; check it.") from None


def _read_unmappable(name: str, data: bytes) -> bytes:
    """Pipes and devices cannot be mapped."""
    if not data:
        raise InputError(f"{name} is empty; was the collection interrupted?")
    return data
