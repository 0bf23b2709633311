"""Carriers that put something before each line and leave the rest as it is."""

from __future__ import annotations

import re
from collections.abc import Callable

from .._regex import regex
from . import Carrier, Layer, Record, Sample

TIME = (
    rb"\d{4}-\d\d-\d\d(?:[ T]|, )\d\d:\d\d:\d\d(?:[.,]\d{1,9})?"
    rb"(?: ?(?:Z|[+-]\d\d:?\d\d)| (?:UTC|GMT|CES?T|[ECMP][SD]T|[BIJK]ST|AE[SD]T)\b)?"
)
"""A date and a time of day, year first."""

LEVEL = (
    rb"(?:TRACE|DEBUG|INFO|NOTICE|SUCCESS|WARN(?:ING)?|ERR(?:OR)?|CRIT(?:ICAL)?|FATAL|SEVERE|AUDIT"
    rb"|trace|debug|info|notice|warn(?:ing)?|err(?:or)?|crit(?:ical)?|fatal|exception)"
)
"""The name of a log level."""


def prefix_carrier(
    name: str,
    title: str,
    layer: Layer,
    patterns: bytes | tuple[bytes, ...],
    samples: tuple[Sample, ...],
    *,
    near_misses: tuple[bytes, ...] = (),
    clean: Callable[[bytes], bytes] | None = None,
    bare_continuation: bool = False,
    padded: bool = False,
    generic: bool = False,
    sign: re.Pattern[bytes] | None = None,
    hints: tuple[bytes, ...] = (),
    header: bytes | None = None,
    ships_records: bool = False,
) -> Carrier:
    """A carrier whose wrapping is one of ``patterns``, tried in order, at the start of a line.

    Their named groups are fields of ``model.Context``, ``time`` and ``partial``; a name that starts
    with an underscore is the pattern's own. ``clean`` rewrites what stands after the prefix; a
    carrier with it, or with several patterns, is not stripped in bulk. ``header`` is a literal in each
    of the patterns.
    """
    given = (patterns,) if isinstance(patterns, bytes) else patterns
    tried = tuple(map(regex, given))

    def unwrap(line: bytes) -> Record | None:
        if header is not None and header not in line:
            return None
        for pattern in tried:
            match = pattern.match(line)
            if match is not None:
                return _record(match, clean)
        return None

    return Carrier(
        name=name,
        title=title,
        layer=layer,
        unwrap=unwrap,
        samples=samples,
        near_misses=near_misses,
        prefix=tried[0] if clean is None and len(tried) == 1 else None,
        bare_continuation=bare_continuation,
        padded=padded,
        pieces=any(b"(?P<partial>" in each for each in given),
        generic=generic,
        sign=sign,
        header=header,
        hints=hints,
        ships_records=ships_records,
    )


def _record(match: re.Match[bytes], clean: Callable[[bytes], bytes] | None) -> Record:
    groups = match.groupdict()
    partial = groups.pop("partial", None) == b"P"
    fields = {
        name: value.decode("utf-8", "backslashreplace").strip()
        for name, value in groups.items()
        if value and name[0] != "_"
    }
    text = match.string[match.end() :]
    if clean is not None:
        text = clean(text)
    return Record(text, fields.pop("time", None), fields, partial, complete=b"\n" in text)
