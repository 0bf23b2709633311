"""Lines that whatever ran a program prints behind its stack trace: they end the message.

The lines are data, in ``_closing_words.toml`` beside this module.
"""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Iterable

import msgspec

from .._regex import regex


class ClosingWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one runner prints."""

    pattern: str
    """Matched at the start of a line."""
    samples: list[str]
    """Lines that it matches."""
    opening: str | None = None
    """A message with a line that starts so holds the closing line itself."""
    doubtful: bool = False
    """Messages may hold such a line too."""


@functools.cache
def closing_words() -> dict[str, ClosingWords]:
    """All that are known, by the runner's name."""
    # Most logs have no trace whose message must be ended: they pay for neither the parser nor the file.
    from .. import _toml

    # importlib.resources takes longer to import than this file to read.
    with open(os.path.join(os.path.dirname(__file__), "_closing_words.toml"), encoding="utf-8") as file:
        return msgspec.convert(_toml.loads(file.read()), dict[str, ClosingWords])


@functools.cache
def _compiled() -> tuple[re.Pattern[str], list[tuple[ClosingWords, re.Pattern[str] | None]]]:
    entries = list(closing_words().values())
    each = "|".join(f"({entry.pattern})" for entry in entries)
    return re.compile(each), [(entry, regex(entry.opening) if entry.opening else None) for entry in entries]


def find_closing_words(line: str, message: Iterable[str]) -> ClosingWords | None:
    """What ``line``, which stands behind ``message``, closes with; ``None`` where it is an ordinary line."""
    if not line or line.isspace():
        return None
    pattern, entries = _compiled()
    found = pattern.match(line)
    if found is None or found.lastindex is None:
        return None
    entry, opening = entries[found.lastindex - 1]
    if opening is not None and any(opening.match(each) for each in message):
        return None
    return entry
