"""Our own commands, run beside the event loop with limits."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from pathlib import Path
from typing import NamedTuple

from ...errors import InputError

SECONDS = 30
"""Processor time that one command may take, and twice as long on the clock."""
MEMORY = 4 << 30
"""Bytes of address space."""
MOST_OUTPUT = 64 << 20
"""Bytes of an answer that are taken."""
AT_ONCE = 2
"""Commands that run at the same time; further ones wait for their turn."""
MOST_WAITING = 20
"""Commands that run or wait; further uploads are refused."""
_ANSWERS = (0, 2, 3)
"""Exit codes of commands: all was read, nothing could be, a part was."""
_TOLD = 2000
_PIECE = 1 << 16


class Answer(NamedTuple):
    """What a command said."""

    code: int
    output: bytes
    told: str
    """Its words on standard error, or why it was ended."""


class Commands:
    """Runs commands, a few at a time."""

    def __init__(self, *, seconds: int = SECONDS, memory: int = MEMORY, at_once: int = AT_ONCE) -> None:
        self._seconds = seconds
        self._memory = memory
        self._turn = asyncio.Semaphore(at_once)
        self._running = 0

    @property
    def is_busy(self) -> bool:
        """Whether so many commands run or wait that a further one would wait for long."""
        return self._running >= MOST_WAITING

    async def run(self, *arguments: str, folder: Path) -> Answer:
        """Run ``stacktraces ARGUMENTS...`` in ``folder``. Raises ``InputError`` where a limit ends it."""
        self._running += 1
        try:
            return await self._run(*arguments, folder=folder)
        finally:
            self._running -= 1

    async def _run(self, *arguments: str, folder: Path) -> Answer:
        async with self._turn:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "stacktraces.serve.uploads._limited"),
                *(str(self._seconds), str(self._memory), *arguments),
                cwd=folder,
                env=_environment(),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
            try:
                async with asyncio.timeout(2 * self._seconds):
                    output, told = await asyncio.gather(
                        _read(process.stdout, MOST_OUTPUT), _read(process.stderr, _TOLD)
                    )
                    code = await process.wait()
            except TimeoutError:
                raise InputError(
                    f"Reading this takes longer than {2 * self._seconds} seconds: send a smaller part of it."
                ) from None
            finally:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        if code < 0 or b"MemoryError" in told:
            raise InputError(
                "Reading this takes more time or memory than is given: send a smaller part of it."
            )
        if code not in _ANSWERS:
            raise InputError(
                "The reader failed on this text; that is a fault of stacktraces, please report it."
            )
        if len(output) > MOST_OUTPUT:
            raise InputError("What was found is too much for a page: send a smaller part of it.")
        return Answer(code, output, told.decode("utf-8", "replace").strip())


def _environment() -> dict[str, str]:
    """Without what would let a command look at known issues, or for a source tree."""
    ours = ("STACKTRACES_", "GITHUB_", "CI_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


async def _read(stream: asyncio.StreamReader | None, most: int) -> bytes:
    """What ``stream`` gives; of more than ``most`` bytes the first ones, one piece too many."""
    kept = bytearray()
    while stream is not None and (piece := await stream.read(_PIECE)):
        if len(kept) <= most:
            kept += piece
    return bytes(kept)
