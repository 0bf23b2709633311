"""A stream that is opened again where it broke off."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol, TypeVar

from ..errors import InputError
from .interruption import Interruption
from .objects import ObjectStream, reason_of

T = TypeVar("T")
ATTEMPTS = 4
"""How often one read is tried."""
FIRST_PAUSE = 0.3
"""Seconds before the second attempt; twice as long before each further one."""
LONGEST = 60.0
"""Seconds that one attempt may take, and after which a read that failed is not tried again."""
CAREFUL = 256 << 10
"""Bytes that are asked for at once when a read has failed: what comes before it fails again is not lost."""
FINAL = (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError)
"""Errors that another attempt does not mend."""


class Opened(Protocol):
    """What an object store gives for an object."""

    def read(self, size: int, /) -> bytes: ...
    def close(self) -> None: ...


class RetryingStream(ObjectStream):
    """The bytes of what ``open_at`` opens at an offset, reading so many at once."""

    rewinds = True

    def __init__(
        self, path: str, open_at: Callable[[int, int], Opened], block: int, interruption: Interruption
    ) -> None:
        super().__init__(path, interruption)
        self._open_at = open_at
        self._block = block
        self._opened: Opened | None = None
        self._at = 0

    def _more(self, size: int) -> bytes:
        failing = None
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._opened, data = _within(LONGEST, self._attempt(min(size, self._block)))
            except Exception as error:
                met = in_general(error)
                if isinstance(met, FINAL):
                    raise InputError(_sentence(self.path, met, begun=self._at > 0)) from error
                self._opened = None  # What broke may not even close.
                self._block = min(self._block, CAREFUL)
                failing = failing or time.monotonic()
                if attempt == ATTEMPTS or time.monotonic() - failing > LONGEST:
                    whole = " to its end" if self._at else ""
                    raise InputError(f"{self.path} cannot be read{whole}: {reason_of(met)}.") from error
                time.sleep(FIRST_PAUSE * 2 ** (attempt - 1))
            else:
                self._at += len(data)
                return data
        raise AssertionError

    def _attempt(self, size: int) -> Callable[[], tuple[Opened, bytes]]:
        """Reads on; changes nothing here, since it may come to an end when nobody waits for it any more."""
        opened, at, block = self._opened, self._at, self._block

        def attempt() -> tuple[Opened, bytes]:
            file = opened or self._open_at(at, block)
            return file, file.read(size)

        return attempt

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


def _within(seconds: float, work: Callable[[], T]) -> T:
    """What ``work`` gives or raises; ``TimeoutError`` where that takes longer: it goes on, for nobody."""
    result: Future[T] = Future()

    def run() -> None:
        try:
            result.set_result(work())
        except BaseException as error:  # noqa: BLE001 It is raised again where it is waited for.
            result.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        return result.result(seconds)
    except TimeoutError as error:
        if result.done():
            raise
        raise TimeoutError(f"no answer within {seconds:.0f} seconds") from error


def in_general(error: Exception) -> Exception:
    """``error`` as Python's own kind where a web server's answer, or that there was none, says what it is."""
    cause = error.__cause__
    if isinstance(error, FileNotFoundError) and isinstance(cause, Exception):
        # fsspec's client for the web calls so whatever it meets before the first byte.
        if hasattr(cause, "status") or (isinstance(cause, OSError) and not isinstance(cause, FINAL)):
            return in_general(cause)
        return error
    status = getattr(error, "status", None)
    if status in (401, 403):
        return PermissionError(reason_of(error))
    return FileNotFoundError(reason_of(error)) if status in (404, 410) else error


def _sentence(name: str, error: Exception, *, begun: bool) -> str:
    if isinstance(error, FileNotFoundError):
        return f"{name} was removed while it was read." if begun else f"{name} does not exist; check the URL."
    if isinstance(error, PermissionError):
        whole = " to its end" if begun else ""
        return f"{name} may not be read{whole} ({reason_of(error)}); check the credentials."
    return f"{name} is a folder; name a file in it."
