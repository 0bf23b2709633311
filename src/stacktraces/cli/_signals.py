"""Signals that ask a command to end, which ends with what it has."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Callable, Iterator
from types import FrameType

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
_SIGNALS = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
_ONE = 0.5
"""Seconds within which signals are one: a process may get it by itself and with its group."""


@contextlib.contextmanager
def until_told(stop: Callable[[], None]) -> Iterator[list[int]]:
    """Have a signal call ``stop``, which comes to be in what this gives; a second one interrupts at once."""
    told: list[int] = []
    first = 0.0

    def handle(number: int, _: FrameType | None) -> None:
        nonlocal first
        if not told:
            first = time.monotonic()
            told.append(number)
            stop()
        elif time.monotonic() - first > _ONE:
            raise KeyboardInterrupt

    # What is ignored already (nohup) stays so.
    wanted = [each for each in _SIGNALS if signal.getsignal(each) is not signal.SIG_IGN]
    before = {each: signal.signal(each, handle) for each in wanted}
    try:
        yield told
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
