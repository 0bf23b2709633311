"""A carrier of the user's own: a TOML file with a pattern and the samples that prove it.

    name = "payments"
    pattern = '''(?P<time>\\S+) <(?P<thread>[^>]+)> '''
    [[sample]]
    line = "2026-03-01T12:00:00Z <worker-1> KeyError: 'x'"
    text = "KeyError: 'x'"
    time = "2026-03-01T12:00:00Z"
    fields = { thread = "worker-1" }
    [[near_miss]]
    line = "2026-03-01T12:00:00Z worker-1 KeyError: 'x'"

``pattern`` is what stands before the text of each line. Its named groups are ``time``, ``partial`` (``P`` where
the next line goes on) and the fields of ``model.Context``. ``bare_continuation = true`` tells that only an
event's first line bears it.
"""

from __future__ import annotations

import os
import re
from typing import Any

import msgspec

from .. import _toml
from .._linear import why_not_linear
from ..errors import RuleError
from ..model import Context
from . import Carrier, Layer, Sample
from ._prefix import prefix_carrier

LONGEST_PREFIX = 4096
"""Bytes of a line that a user's pattern looks at."""

_GROUPS = frozenset(("time", "partial", *Context.__struct_fields__))
_MOST_MIB = 1


class _SampleTable(msgspec.Struct, forbid_unknown_fields=True):
    line: str
    text: str
    time: str | None = None
    fields: dict[str, str] = {}
    partial: bool = False


class _NearMiss(msgspec.Struct, forbid_unknown_fields=True):
    line: str


class _File(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    pattern: str
    sample: list[_SampleTable]
    title: str = ""
    layer: Layer = "transport"
    bare_continuation: bool = False
    near_miss: list[_NearMiss] = []


def load_carrier(path: str | os.PathLike[str]) -> Carrier:
    """The carrier that the TOML file at ``path`` describes.

    Raises ``RuleError`` with the file, the line and the reason: it cannot be read, is no TOML, lacks or
    misspells a key, its pattern is wrong or could run longer than linear time, or a sample disproves it.
    """
    shown = os.fspath(path)
    text = _toml.read_text(path, "carrier", _MOST_MIB)
    described = _parse(shown, text)
    carrier = _build(shown, text, described)
    _prove(shown, text, described, carrier)
    return carrier


def _parse(shown: str, text: str) -> _File:
    try:
        described = msgspec.convert(_toml.parse(text, shown), _File)
    except msgspec.ValidationError as error:
        raise RuleError(f"{shown}:{_line_of_key(text, str(error))}: {error}") from None
    if not described.sample:
        raise RuleError(f"{shown}:1: a carrier proves itself by at least one [[sample]]")
    return described


def _build(shown: str, text: str, described: _File) -> Carrier:
    where = f"{shown}:{_line_of(text, 'pattern')}"
    pattern = described.pattern.encode()
    try:
        compiled = re.compile(pattern)
        reason = why_not_linear(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise RuleError(f"{where}: the pattern is no regular expression: {error}") from None
    if reason is not None:
        raise RuleError(f"{where}: the pattern can take more than linear time: {reason}")
    if unknown := sorted(set(compiled.groupindex) - _GROUPS):
        raise RuleError(
            f"{where}: the pattern's group {unknown[0]!r} is none of {', '.join(sorted(_GROUPS))}"
        )
    if compiled.match(b"") is not None:
        raise RuleError(f"{where}: the pattern matches an empty line, so it would match any")
    carrier = prefix_carrier(
        described.name,
        described.title or described.name,
        described.layer,
        pattern,
        tuple(_sample(each) for each in described.sample),
        near_misses=tuple(each.line.encode() for each in described.near_miss),
        bare_continuation=described.bare_continuation,
    )
    unwrap = carrier.unwrap
    return msgspec.structs.replace(
        carrier,
        unwrap=lambda line: unwrap(line) if len(line) <= LONGEST_PREFIX else _long(unwrap, line),
        prefix=None,
    )


def _long(unwrap: Any, line: bytes) -> Any:
    record = unwrap(line[:LONGEST_PREFIX])
    if record is not None:
        record.text += line[LONGEST_PREFIX:]
    return record


def _sample(table: _SampleTable) -> Sample:
    return Sample(table.line.encode(), table.text.encode(), table.time, table.fields, table.partial)


def _prove(shown: str, text: str, described: _File, carrier: Carrier) -> None:
    for number, sample in enumerate(carrier.samples):
        where = f"{shown}:{_line_of(text, '[[sample]]', number)}: sample {number + 1}"
        record = carrier.unwrap(sample.line)
        if record is None:
            raise RuleError(f"{where} does not match the pattern")
        for name in ("text", "time", "fields", "partial"):
            got, wanted = getattr(record, name), getattr(sample, name)
            if got != wanted:
                raise RuleError(
                    f"{where} gives {_shown(got)} for {name!r} where {_shown(wanted)} is expected"
                )
    for number, line in enumerate(carrier.near_misses):
        if carrier.unwrap(line) is not None:
            where = f"{shown}:{_line_of(text, '[[near_miss]]', number)}"
            raise RuleError(f"{where}: near miss {number + 1} matches the pattern and must not")


def _shown(value: object) -> str:
    return repr(value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else value)


def _line_of(text: str, start: str, number: int = 0) -> int:
    """The number of the line that is the ``number``-th to start so, 1 where there is none."""
    lines = [index for index, line in enumerate(text.split("\n"), 1) if line.lstrip().startswith(start)]
    return lines[number] if number < len(lines) else 1


def _line_of_key(text: str, message: str) -> int:
    """The line of the key that msgspec's ``message`` names, as far as it names one."""
    found = re.search(r"field `(\w+)`|`\$\.(\w+)", message)
    if found is None:
        return 1
    name = found[1] or found[2]
    return max(_line_of(text, name), _line_of(text, f"[[{name}]]"))
