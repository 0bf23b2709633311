"""Looking up the addresses of a name, which the system may take any time for: with an end of our own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")
_MOST = 16
"""Look-ups at the same time, those included that nobody waits for any more."""
_FREE = threading.BoundedSemaphore(_MOST)


def looked_up(look_up: Callable[[], Found], seconds: float) -> Found:
    """What ``look_up`` gives, or what it raises. Raises ``TimeoutError`` after so many seconds.

    It then goes on in a thread of its own until the system gives it up.
    """
    end = time.monotonic() + seconds
    if not _FREE.acquire(timeout=seconds):
        raise TimeoutError("too many names are being looked up")
    found: list[Found] = []
    failed: list[Exception] = []
    done = threading.Event()

    def work() -> None:
        try:
            found.append(look_up())
        except Exception as error:  # noqa: BLE001 Raised where it is waited for.
            failed.append(error)
        finally:
            _FREE.release()
            done.set()

    threading.Thread(target=work, name="look-up", daemon=True).start()
    if not done.wait(max(0.0, end - time.monotonic())):
        raise TimeoutError(f"its name was not looked up within {seconds:.0f} seconds")
    if failed:
        raise failed[0]
    return found[0]
