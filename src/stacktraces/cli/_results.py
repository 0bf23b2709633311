"""Saved results: what ``stacktraces log`` wrote as JSON or JSON lines, read back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..cursor import Buffer
from ..model import Group
from ..results.exchange import from_json
from ..results.result import Result
from ..sources.whole import MOST_BYTES, read_whole


def read_results(paths: Iterable[str], max_bytes: int) -> Iterator[Result]:
    """The saved results at ``paths``, one after another. Raises ``InputError`` where one is none."""
    for path in paths:
        yield from_json(memoryview(read_whole(path, max_bytes)), path)


def read_result(path: str, max_bytes: int = MOST_BYTES) -> list[Group]:
    """The groups of the saved result at ``path``, ``-`` for standard input.

    Raises ``InputError`` where it is none.
    """
    return decode_result(path, read_whole(path, max_bytes))


def decode_result(path: str, content: Buffer) -> list[Group]:
    """The groups of the saved result ``content``, which is that of ``path``. Raises ``InputError``."""
    return from_json(memoryview(content), path).groups
