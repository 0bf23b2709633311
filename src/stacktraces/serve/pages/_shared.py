"""One answer for many who ask at about the same time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from starlette.concurrency import run_in_threadpool

_T = TypeVar("_T")


class Shared(Generic[_T]):
    """What ``work`` gives, in a thread; asked again after some seconds."""

    def __init__(self, work: Callable[[], _T], seconds: float) -> None:
        self._work = work
        self._seconds = seconds
        self._at = 0.0
        self._asked: asyncio.Future[_T] | None = None

    async def get(self) -> _T:
        """What was found within the last seconds. Raises what ``work`` does."""
        asked = self._asked
        is_ours = asked is not None and asked.get_loop() is asyncio.get_running_loop()
        if asked is None or not is_ours or time.monotonic() > self._at + self._seconds:
            self._at = time.monotonic()
            asked = self._asked = asyncio.ensure_future(run_in_threadpool(self._work))
        # Who goes away does not end it for the others.
        return await asyncio.shield(asked)
