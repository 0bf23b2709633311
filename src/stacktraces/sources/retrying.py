"""A stream that is opened again where it broke off."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Protocol

from ..errors import InputError
from .interruption import Interruption
from .objects import ObjectStream, reason_of

ATTEMPTS = 4
"""How often one read is tried."""
FIRST_PAUSE = 0.3
"""Seconds before the second attempt; twice as long before each further one."""
FINAL = (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError)
"""Errors that another attempt does not mend."""


class Opened(Protocol):
    """What an object store gives for an object."""

    def read(self, size: int, /) -> bytes: ...
    def close(self) -> None: ...


class RetryingStream(ObjectStream):
    """The bytes of what ``open_at`` opens at an offset."""

    rewinds = True

    def __init__(self, path: str, open_at: Callable[[int], Opened], interruption: Interruption) -> None:
        super().__init__(path, interruption)
        self._open_at = open_at
        self._opened: Opened | None = None
        self._at = 0

    def _more(self, size: int) -> bytes:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                if self._opened is None:
                    self._opened = self._open_at(self._at)
                data = self._opened.read(size)
            except FINAL as error:
                raise InputError(_sentence(self.path, error)) from error
            except Exception as error:
                self.close()
                if attempt == ATTEMPTS:
                    name = self.path
                    raise InputError(f"{name} cannot be read to its end: {reason_of(error)}.") from error
                time.sleep(FIRST_PAUSE * 2 ** (attempt - 1))
            else:
                self._at += len(data)
                return data
        raise AssertionError

    def seek(self, offset: int) -> None:
        """Go to a byte from the start."""
        self.close()
        self._ahead = b""
        self._at = offset

    def close(self) -> None:
        """Give back what it holds."""
        opened, self._opened = self._opened, None
        if opened is not None:
            # What broke may fail to close; nothing is lost by it.
            with contextlib.suppress(Exception):
                opened.close()


def _sentence(name: str, error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return f"{name} does not exist; check the URL."
    if isinstance(error, PermissionError):
        return f"{name} may not be read ({reason_of(error)}); check the credentials."
    return f"{name} is a folder; name a file in it."
