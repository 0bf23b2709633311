"""Saved results: what ``stacktraces log`` wrote as JSON or JSON lines, read back."""

from __future__ import annotations

import msgspec

from ..cursor import Buffer
from ..errors import InputError
from ..model import Group
from ..sources.whole import MOST_BYTES, read_whole

_FIRST_KEY = b'{"fingerprint"'
"""How each line of ``--format jsonl`` starts."""


class _Result(msgspec.Struct):
    groups: list[Group]


def read_result(path: str, max_bytes: int = MOST_BYTES) -> list[Group]:
    """The groups of the saved result at ``path``, ``-`` for standard input.

    Raises ``InputError`` where it is none.
    """
    return decode_result(path, read_whole(path, max_bytes))


def decode_result(path: str, content: Buffer) -> list[Group]:
    """The groups of the saved result ``content``, which is that of ``path``. Raises ``InputError``."""
    try:
        return _decode(memoryview(content))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(
            f"{path} is no result of `stacktraces log --format json` ({error}); save one and name it."
        ) from error


def _decode(content: memoryview) -> list[Group]:
    try:
        return msgspec.json.decode(content, type=_Result).groups
    except msgspec.DecodeError:
        if bytes(content[: len(_FIRST_KEY)]) != _FIRST_KEY:
            raise
    return msgspec.json.Decoder(Group).decode_lines(content)
