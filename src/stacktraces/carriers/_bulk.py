"""Takes a carrier off all lines of a block at once, without interpreted work for each line."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from . import Carrier


class Stripped(NamedTuple):
    """The lines of a block without their wrapping; a list has one item for each line, in order."""

    texts: list[bytes]
    """What each line holds, without its end."""
    times: list[bytes] | list[str]
    """The times as printed; empty where the carrier has none."""
    names: tuple[str, ...]
    """The fields of ``model.Context`` that the carrier tells."""
    columns: list[list[bytes | None]] | list[list[str | None]]
    """The values of each field."""


def strip(carrier: Carrier, block: bytes) -> Stripped | None:
    """The lines of ``block``, which ends with a line end.

    ``None`` where they must be looked at one by one: one lacks the wrapping or is a piece of a line,
    or the carrier cannot be taken off in bulk.
    """
    if b"\r" in block:
        return None
    if carrier.bulk is not None:
        return carrier.bulk(block)
    if carrier.prefix is None or carrier.padded:
        return None
    return _strip_prefix(carrier.prefix.pattern, block)


@functools.cache
def _separator(pattern: bytes) -> tuple[re.Pattern[bytes], dict[str, int]]:
    """A line end with the next line's prefix, and the groups: what starts with a literal is quick to find."""
    compiled = re.compile(rb"\n" + pattern)
    return compiled, dict(compiled.groupindex)


def _strip_prefix(pattern: bytes, block: bytes) -> Stripped | None:
    separator, groups = _separator(pattern)
    pieces = separator.split(b"\n" + block[:-1])
    step = separator.groups + 1
    texts = pieces[step::step]
    if pieces[0] or len(texts) != block.count(b"\n"):
        return None
    if "partial" in groups and b"P" in pieces[groups["partial"] :: step]:
        return None
    names = tuple(name for name in groups if name not in ("time", "partial") and name[0] != "_")
    times = pieces[groups["time"] :: step] if "time" in groups else []
    return Stripped(texts, times, names, [pieces[groups[name] :: step] for name in names])
