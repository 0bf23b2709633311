"""Saved results: what ``stacktraces log --format json`` wrote, read back."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ..errors import InputError
from ..model import Group


class _Result(msgspec.Struct):
    groups: list[Group]


def read_result(path: str) -> list[Group]:
    """The groups of the saved result at ``path``. Raises ``InputError`` where it is none."""
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
    try:
        return msgspec.json.decode(content, type=_Result).groups
    except (msgspec.DecodeError, RecursionError) as error:
        raise InputError(
            f"{path} is no result of `stacktraces log --format json` ({error}); save one with > {path}."
        ) from error
