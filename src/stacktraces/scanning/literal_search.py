"""Searching bytes for all anchors at once: compiled, with hyperscan, or with the standard library."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any, Literal, NamedTuple, TypeAlias

import msgspec

from .._regex import regex
from ..runtimes import Format

EngineName: TypeAlias = Literal["auto", "native", "hyperscan", "builtin"]

Search: TypeAlias = Callable[[bytes, int, int], list[int]]
"""Takes data, a start and a stop; gives where in between anchors stand: ascending offsets, coded.

An entry is ``offset << CODE_BITS | number of the anchor``, so that plain integers sort and compare.
"""

try:
    from . import _native as native
except ImportError:
    native = None  # type: ignore[assignment]

_WORD = regex(rb"[\w\x80-\xff]")
_NO_WORD = regex(
    rb"(?:\\[nrt]|[#\\]01[1-5]|(?:\x1b|\\u001b|[#\\]033|\\x1b|\^\[)\[[\d;]{0,12}m|\xef\xbb\xbf|\\ufeff)\Z"
)
"""What is no word though it ends like one: a line end in JSON, as syslog writes it, a colour's code, a byte
order mark."""
_LONGEST_NO_WORD = 20

CODE_BITS: int = 12
CODE_MASK: int = (1 << CODE_BITS) - 1

_AS_IT_IS = regex(rb"[ -!#-\[\]-~]*+")

# Hyperscan searches up to some 50 literals with an algorithm that is half as fast on text as the one
# it takes for more (measured, see docs/performance.md): literals that no text holds make it choose that.
_ENOUGH = 80


class Anchors(msgspec.Struct, frozen=True, dict=True):
    """The literals of some formats, and who declared each."""

    literals: tuple[bytes, ...]
    owners: tuple[tuple[Format, ...], ...]
    """For each literal, the formats that may read what stands there."""
    at_words: frozenset[int] = frozenset()
    """The numbers of literals that are no anchors within a word."""
    marks: frozenset[int] = frozenset()
    """The numbers of literals at which nothing is read: their lines look like lines of a trace."""

    @functools.cached_property
    def longest(self) -> int:
        """Bytes of the longest literal."""
        return max(map(len, self.literals))

    def is_only_mark(self, data: bytes, at: int, number: int) -> bool:
        """Whether nothing is read at the literal at ``at``: of no format, or no anchor within a word."""
        return number in self.marks or self.is_within_word(data, at, number)

    def is_within_word(self, data: bytes, at: int, number: int) -> bool:
        """Whether that literal, which stands at ``at`` of ``data``, is no anchor there: a word goes on."""
        if number not in self.at_words or not at or not _WORD.match(data, at - 1):
            return False
        return _NO_WORD.search(data[max(at - _LONGEST_NO_WORD, 0) : at]) is None


def in_json(literal: bytes) -> bytes:
    """``literal`` as it stands inside a JSON string."""
    if _AS_IT_IS.fullmatch(literal):
        return literal
    text = msgspec.json.encode(literal.decode()).decode()[1:-1]
    return "".join(each if each.isascii() else _escaped(each) for each in text).encode()


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def anchors_of(
    formats: Iterable[Format], hints: Iterable[bytes] = (), marks: Iterable[bytes] = ()
) -> Anchors:
    """The anchors of ``formats``, as they stand in plain text and in JSON strings.

    ``hints`` are literals of lines whose carriers make a trace out of data, ``marks`` of lines that look like
    lines of a trace: no format reads at them.
    """
    known = list(formats)
    numbered = _numbered(
        tuple((each.name, tuple(each.anchors), frozenset(each.at_words)) for each in known),
        tuple(hints),
        tuple(marks),
    )
    owners = tuple(tuple(known[place] for place in places) for places in numbered.owners)
    return Anchors(numbered.literals, owners, numbered.at_words, numbered.marks)


class _Numbered(NamedTuple):
    """:class:`Anchors`, whose owners are the places of formats."""

    literals: tuple[bytes, ...]
    owners: tuple[tuple[int, ...], ...]
    at_words: frozenset[int]
    marks: frozenset[int]


@functools.lru_cache(maxsize=4)
def _numbered(
    formats: tuple[tuple[str, tuple[bytes, ...], frozenset[bytes]], ...],
    hints: tuple[bytes, ...],
    marks: tuple[bytes, ...],
) -> _Numbered:
    """The anchors of formats, of which name, anchors and those at words are told.

    Kept, since it takes longer than to scan a short text, and many of those may follow each other.
    """
    owners: dict[bytes, dict[str, int]] = {}
    for place, (name, anchors, _) in enumerate(formats):
        for literal in anchors:
            for variant in (literal, in_json(literal)):
                owners.setdefault(variant, {})[name] = place
    for hint in hints:
        for variant in (hint, in_json(hint)):
            owners.setdefault(variant, {})
    only_marks = {variant for mark in marks for variant in (mark, in_json(mark))} - owners.keys()
    literals = sorted({*owners, *only_marks}, key=lambda literal: (-len(literal), literal))
    readers = [tuple(owners.get(each, {}).values()) for each in literals]
    return _Numbered(
        literals=tuple(literals),
        owners=tuple(readers),
        at_words=frozenset(
            number
            for number, literal in enumerate(literals)
            if readers[number] and all(literal in formats[place][2] for place in readers[number])
        ),
        marks=frozenset(number for number, literal in enumerate(literals) if literal in only_marks),
    )


def make_search(anchors: Anchors, engine: EngineName = "auto") -> Search:
    """The fastest search there is for ``anchors``; ``engine`` forces one.

    Raises ``ImportError`` when an engine is forced and missing. All searches give the same result.
    """
    if engine == "native" or (engine == "auto" and native_serves(anchors)):
        if native is None:
            raise ImportError("the compiled part is not installed")
        search: Search = native_finder(anchors.literals).search
        return search
    if engine == "builtin":
        return _builtin(anchors.literals)
    try:
        return _hyperscan(anchors.literals)
    except ImportError:
        if engine == "hyperscan":
            raise
    return _builtin(anchors.literals)


@functools.lru_cache(maxsize=1)
def native_finder(literals: tuple[bytes, ...]) -> Any:
    """The compiled search for ``literals``, made once for all who search for them; it never changes."""
    return native.Finder(literals)


def native_serves(anchors: Anchors) -> bool:
    """Whether the compiled part is there and can search for ``anchors``."""
    return native is not None and min(map(len, anchors.literals)) >= native.SHORTEST


def count_lines(data: bytes, start: int, stop: int) -> int:
    """The line ends in a part of ``data``."""
    return data.count(b"\n", start, stop) if native is None else native.count_lines(data, start, stop)


def _never(number: int) -> bytes:
    """A literal that neither text nor padding with one byte holds: UTF-8 has none of its bytes."""
    digits = [0xF5 + number // 8**place % 8 for place in range(3)]
    return bytes([0xFF, 0xC0, 0xC1, *digits] * 2)


def _hyperscan(literals: tuple[bytes, ...]) -> Search:
    import hyperscan

    padding = [_never(number) for number in range(len(literals), _ENOUGH)]
    expressions = [*literals, *padding]
    database: Any = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=expressions,
        ids=list(range(len(expressions))),
        elements=len(expressions),
        flags=[0] * len(expressions),
        literal=True,
    )
    sizes = [len(each) for each in expressions]

    def search(data: bytes, start: int, stop: int) -> list[int]:
        found: list[int] = []
        add = found.append

        def matched(number: int, _from: int, end: int, _flags: int, _context: Any) -> None:
            add((start + end - sizes[number]) << CODE_BITS | number)

        view = memoryview(data)[start:stop] if start or stop < len(data) else data
        database.scan(view, matched)
        found.sort()
        return found

    return search


def _builtin(literals: tuple[bytes, ...]) -> Search:
    def search(data: bytes, start: int, stop: int) -> list[int]:
        found = []
        find = data.find
        for number, literal in enumerate(literals):
            position = find(literal, start, stop)
            while position >= 0:
                found.append(position << CODE_BITS | number)
                position = find(literal, position + 1, stop)
        found.sort()
        return found

    return search
