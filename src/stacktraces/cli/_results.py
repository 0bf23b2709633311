"""Saved results: what ``stacktraces log`` wrote as JSON or JSON lines, read back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ..cursor import Buffer
from ..model import Group
from ..results.exchange import from_json
from ..results.result import Result
from ..sources.whole import MOST_BYTES, read_whole

_BEFORE = 4096
"""Bytes before a trace in which the lines before it are looked for."""

if TYPE_CHECKING:
    from ..render.groups import Answer


def read_results(paths: Iterable[str], max_bytes: int) -> Iterator[Result]:
    """The saved results at ``paths``, one after another. Raises ``InputError`` where one is none."""
    for path in paths:
        yield from_json(memoryview(read_whole(path, max_bytes)), path)


def read_result(path: str, max_bytes: int = MOST_BYTES) -> list[Group]:
    """The groups of the saved result at ``path``, ``-`` for standard input.

    Raises ``InputError`` where it is none.
    """
    return decode_result(path, read_whole(path, max_bytes))


def read_judged(path: str, max_bytes: int, show_locals: bool) -> Answer:
    """The saved result at ``path`` with its verdicts, as outputs take it. Raises ``InputError``."""
    from .._version import __version__
    from ..checkout import Checkout
    from ..naming import own_frames
    from ..render.groups import Answer, Shown
    from ..results.exchange import report_stats, verdicts_in
    from ._log_output import checkout_root

    content = memoryview(read_whole(path, max_bytes))
    result = from_json(content, path)
    verdicts = verdicts_in(content)
    return Answer(
        shown=[Shown(each, verdicts.get(each.fingerprint)) for each in result.groups],
        stats=report_stats(result),
        locate=Checkout(checkout_root(None)).locate,
        own_frames=own_frames,
        version=__version__,
        values=show_locals,
    )


def lines_before(group: Group, most: int = 5) -> list[str]:
    """The lines of the log before the first occurrence of ``group``, where the file is still the same.

    That is known where the same error is read at the same place again.
    """
    import os

    from ..library.logs import scan

    first = group.sources[0] if group.sources else None
    if first is None or first.path is None or not first.offset or not os.path.isfile(first.path):
        return []
    again = scan(first.path, start=first.offset, end=first.offset + 1).groups
    if not any(each.error.type == group.error.type for each in again):
        return []
    try:
        with open(first.path, "rb") as file:
            file.seek(max(0, first.offset - _BEFORE))
            lines = file.read(min(first.offset, _BEFORE)).split(b"\n")[:-1]
    except OSError:
        return []
    return [line.decode("utf-8", "backslashreplace") for line in lines[-most:]]


def decode_result(path: str, content: Buffer) -> list[Group]:
    """The groups of the saved result ``content``, which is that of ``path``. Raises ``InputError``."""
    return from_json(memoryview(content), path).groups
