"""Snapshots of many hosts that are looked at together: a folder for each fleet, in it one for each host."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import shutil
from pathlib import Path

from starlette.concurrency import run_in_threadpool

from ...errors import InputError
from .commands import Commands
from .folder import TOKEN

MOST_FLEETS = 100
"""Those that were added to longest ago go first."""
MOST_SNAPSHOTS = 1000
"""Of one fleet."""
MOST_BYTES = 256 << 20
"""Of the snapshots of one fleet, as they came."""
MOST_IN_ALL = 4 << 30
"""Bytes of all fleets."""
_STRANGE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_NAME = 80


class Fleets:
    """The fleets in a folder. Every method but ``find`` may raise ``InputError``."""

    def __init__(
        self,
        folder: Path,
        commands: Commands,
        *,
        most: int = MOST_FLEETS,
        most_snapshots: int = MOST_SNAPSHOTS,
        most_bytes: int = MOST_BYTES,
        most_in_all: int = MOST_IN_ALL,
    ) -> None:
        self._folder = folder
        self._commands = commands
        self._most = most
        self._most_snapshots = most_snapshots
        self._most_bytes = most_bytes
        self._most_in_all = most_in_all

    def begin(self) -> str:
        """Make a fleet without snapshots; gives the secret part of its address."""
        token = secrets.token_urlsafe(16)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._make_room(self._most - 1)
            (self._folder / token / "hosts").mkdir(mode=0o700, parents=True)
        except OSError as error:
            raise InputError(f"The fleet could not be made: {error.strerror}.") from None
        return token

    def find(self, token: str) -> Path | None:
        """The folder of that fleet; ``None`` where there is none."""
        folder = self._folder / token
        return folder if TOKEN.fullmatch(token) and (folder / "hosts").is_dir() else None

    async def add(self, folder: Path, host: str, text: bytes) -> None:
        """Keep ``text``, a snapshot of ``host`` unless it tells another; one that was added before is not.

        What holds no thread is refused.
        """
        name = f"{hashlib.sha256(text).hexdigest()[:32]}.txt"
        if await run_in_threadpool(self._has, folder, name, len(text)):
            return
        incoming = folder / f"{secrets.token_hex(8)}.txt"
        try:
            await run_in_threadpool(incoming.write_bytes, text)
            answer = await self._commands.run("describe", "--format", "folded", incoming.name, folder=folder)
            if answer.code not in (0, 3):
                raise InputError(answer.told.replace(incoming.name, "The text"))
            path = folder / "hosts" / _clean(host) / name
            path.parent.mkdir(mode=0o700, exist_ok=True)
            incoming.replace(path)
            await run_in_threadpool(self._make_room, self._most)
        except OSError as error:
            raise InputError(f"The snapshot could not be kept: {error.strerror}.") from None
        finally:
            incoming.unlink(missing_ok=True)

    def _make_room(self, most: int) -> None:
        """Forget fleets behind the latest ``most``, and those with which all have too many bytes."""
        with os.scandir(self._folder) as entries:
            by_age = sorted(entries, key=lambda each: each.stat().st_mtime, reverse=True)
        size = 0
        for number, each in enumerate(by_age, 1):
            size += _size(Path(each.path))
            if number > most or size > self._most_in_all:
                shutil.rmtree(each.path, ignore_errors=True)

    def _has(self, folder: Path, name: str, size: int) -> bool:
        """Whether that snapshot was added before. Raises ``InputError`` where there is no room for it."""
        kept = {each.name: each.stat().st_size for each in snapshots(folder)}
        if name in kept:
            return True
        if len(kept) >= self._most_snapshots or sum(kept.values()) + size > self._most_bytes:
            most = f"{self._most_snapshots:,} snapshots and {self._most_bytes >> 20} MB"
            raise InputError(f"A fleet holds {most} at the most: begin another one.")
        return False

    async def report(self, folder: Path) -> bytes:
        """The page on all snapshots of a fleet that has any; it is made anew where some were added."""
        path = folder / f"report-{len(await run_in_threadpool(snapshots, folder))}.html"
        if path.exists():
            return await run_in_threadpool(path.read_bytes)
        options = ("--host-folders", "--format", "html")
        answer = await self._commands.run("describe", *options, "hosts", folder=folder)
        if answer.code not in (0, 3):
            raise InputError(answer.told)
        for stale in folder.glob("report-*.html"):
            stale.unlink(missing_ok=True)
        await run_in_threadpool(path.write_bytes, answer.output)
        return answer.output


def _size(folder: Path) -> int:
    """Bytes of what stands in it; what goes away meanwhile is not counted."""
    size = 0
    for file in folder.rglob("*.*"):
        with contextlib.suppress(OSError):
            size += file.stat().st_size
    return size


def snapshots(folder: Path) -> list[Path]:
    """The files of the snapshots of a fleet."""
    return list((folder / "hosts").glob("*/*.txt"))


def _clean(host: str) -> str:
    """A host's name as it may stand in a folder."""
    return _STRANGE.sub("-", host)[:_LONGEST_NAME].strip(".-") or "host-not-told"
