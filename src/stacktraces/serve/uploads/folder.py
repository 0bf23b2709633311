"""Where uploads stand: a folder for each, whose name is the secret part of its address."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from ...errors import InputError

MOST_KEPT = 1000
"""Uploads; the oldest go first."""
MOST_BYTES = 4 << 30
"""Of all uploads, with what was made of them."""
TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
"""The secret part of an address."""
_STRANGE = re.compile(r"[^A-Za-z0-9._]+")
_LONGEST_NAME = 80
Kind: TypeAlias = Literal["snapshot", "groups", "trace", "nothing"]


class Look(msgspec.Struct):
    """What a text turned out to be."""

    kind: Kind
    name: str
    """Of the file, as it may stand in a page."""
    size: int
    """Bytes."""
    at: str
    """When it came: ISO 8601 in UTC."""
    told: str = ""
    """What the commands said besides, or why nothing was found."""
    title: str = ""


def clean_name(name: str | None) -> str:
    """A file's name as it may stand in a folder and on a command line; ``pasted.txt`` where there is none."""
    told = _STRANGE.sub("-", (name or "").replace("\\", "/").rpartition("/")[2])
    told = told.lstrip("-.")[-_LONGEST_NAME:].lstrip("-.")
    taken = ("result.json", "report.html", "look.json")
    return f"text-{told}" if told in taken else told or "pasted.txt"


class Uploads:
    """The uploads in a folder, at most ``most`` of them, and not many more than ``most_bytes``."""

    def __init__(self, folder: Path, *, most: int = MOST_KEPT, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most = most
        self._most_bytes = most_bytes

    def add(self, name: str, text: bytes) -> tuple[str, Path]:
        """Keep ``text``; gives its token and its folder. Raises ``InputError`` where the disk is full."""
        token = secrets.token_urlsafe(16)
        folder = self._folder / token
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._make_room()
            folder.mkdir(mode=0o700)
            (folder / name).write_bytes(text)
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise InputError(f"The text could not be kept: {error.strerror}.") from None
        return token, folder

    def finish(self, token: str, seen: Look) -> None:
        """Say what an upload turned out to be; before that it has no page."""
        (self._folder / token / "look.json").write_bytes(msgspec.json.encode(seen))

    def remove(self, token: str) -> None:
        """Forget an upload."""
        if TOKEN.fullmatch(token):
            shutil.rmtree(self._folder / token, ignore_errors=True)

    def find(self, token: str) -> tuple[Look, Path] | None:
        """What the upload of that token turned out to be, and its folder; ``None`` where there is none."""
        if not TOKEN.fullmatch(token):
            return None
        folder = self._folder / token
        try:
            return msgspec.json.decode((folder / "look.json").read_bytes(), type=Look), folder
        except OSError:
            return None

    def _make_room(self) -> None:
        with os.scandir(self._folder) as entries:
            by_age = sorted(entries, key=lambda each: each.stat().st_mtime, reverse=True)
        size = 0
        for number, each in enumerate(by_age, 1):
            size += _size(each)
            if number >= self._most or size > self._most_bytes:
                shutil.rmtree(each.path, ignore_errors=True)


def _size(folder: os.DirEntry[str]) -> int:
    """Bytes of the files in it; 0 where it goes away meanwhile."""
    try:
        with os.scandir(folder.path) as entries:
            return sum(each.stat().st_size for each in entries)
    except OSError:
        return 0
