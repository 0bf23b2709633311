"""The same for programs that must not wait: a scan in a thread, of bytes that come as they are awaited."""

from __future__ import annotations

import asyncio
import contextlib
import queue
from collections.abc import AsyncIterable, Iterable, Iterator
from typing import Unpack, cast

from ..results.result import Result
from ..sources.inputs import Input, Source
from ..sources.interruption import Interruption
from .logs import ScanOptions, scan, several

_CHUNKS_AHEAD = 8
_PATIENCE = 0.1
"""Seconds between two looks whether the scan has ended."""


class AsyncSource:
    """``chunks`` of bytes that come as they are awaited, under a ``name``: the body of an HTTP request."""

    def __init__(self, name: str, chunks: AsyncIterable[bytes]) -> None:
        self.name = name
        self.chunks = chunks


async def scan_async(
    sources: Input | AsyncSource | Iterable[Input | AsyncSource], **options: Unpack[ScanOptions]
) -> Result:
    """Like ``scan``, in a thread of its own; takes ``AsyncSource``, too.

    When the task is cancelled, the scan ends soon. Raises what ``scan`` raises.
    """
    interruption = Interruption()
    given: Iterable[Input | AsyncSource]
    given = [sources] if isinstance(sources, AsyncSource) else several(cast(Input, sources))
    pumps: list[asyncio.Task[None]] = []
    plain: list[Input] = []
    for each in given:
        if isinstance(each, AsyncSource):
            pipe = _Pipe(interruption)
            pumps.append(asyncio.create_task(pipe.pump(each.chunks)))
            plain.append(Source(each.name, pipe))
        else:
            plain.append(each)
    try:
        return await asyncio.to_thread(scan, plain, interruption=interruption, **options)
    finally:
        interruption.told = True
        for pump in pumps:
            pump.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await pump


class _Pipe(Iterable[bytes]):
    """Bytes from a coroutine to a thread, a few chunks ahead."""

    def __init__(self, interruption: Interruption) -> None:
        self._queue: queue.Queue[bytes | Exception | None] = queue.Queue(_CHUNKS_AHEAD)
        self._interruption = interruption

    async def pump(self, chunks: AsyncIterable[bytes]) -> None:
        """Put ``chunks`` in; their end, or what they raise, last."""
        last: Exception | None = None
        try:
            async for chunk in chunks:
                await self._put(chunk)
        except Exception as error:  # noqa: BLE001 It is raised again where the chunks are read.
            last = error
        await self._put(last)

    async def _put(self, item: bytes | Exception | None) -> None:
        while not self._interruption.told:
            try:
                self._queue.put_nowait(item)
            except queue.Full:
                await asyncio.sleep(_PATIENCE / 10)
            else:
                return

    def __iter__(self) -> Iterator[bytes]:
        while not self._interruption.told:
            try:
                item = self._queue.get(timeout=_PATIENCE)
            except queue.Empty:
                continue
            if item is None:
                return
            if isinstance(item, Exception):
                raise item
            yield item
