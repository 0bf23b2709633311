"""Requests that come while others are being brought to the disk share one file, and one wait for the disk."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool

from .spool import Body, Spool

_MOST_BYTES = 8 << 20
"""Of one file, unless a single body is larger."""


class _Waiting(NamedTuple):
    body: Body
    id: asyncio.Future[str]


class Gathering:
    """Used by the event loop alone."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._waiting: deque[_Waiting] = deque()
        self._writing: asyncio.Task[None] | None = None

    async def put(self, body: Body) -> str:
        """Keep ``body``; it is on the disk when this returns its id. Raises ``OSError``: a full disk."""
        own = _Waiting(body, asyncio.get_running_loop().create_future())
        self._waiting.append(own)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        return await own.id

    async def _write(self) -> None:
        """Write all that waits."""
        try:
            while self._waiting:
                taken = self._some()
                try:
                    ids = await run_in_threadpool(self._spool.put_all, [each.body for each in taken])
                except Exception as error:  # noqa: BLE001 Each of those who wait hears of it.
                    for each in taken:
                        if not each.id.done():
                            each.id.set_exception(error)
                    continue
                for each, kept in zip(taken, ids, strict=True):
                    if not each.id.done():  # Its client may have gone.
                        each.id.set_result(kept)
        finally:
            self._writing = None

    def _some(self) -> list[_Waiting]:
        """Takes as much as one file holds."""
        taken: list[_Waiting] = []
        size = 0
        while self._waiting and size < _MOST_BYTES:
            taken.append(self._waiting.popleft())
            size += len(taken[-1].body.content)
        return taken
