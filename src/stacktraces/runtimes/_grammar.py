"""A grammar of stacks: which parts of a trace are the same in every occurrence of an error, and which vary.

The scanner reads the first occurrence of an error with the format's reader. The grammar splits that text into
constant segments and *holes*; what has the same segments later on is counted without reading it again.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias, cast, get_args

import msgspec

from .._linear import captures, may_take, why_not_linear

HoleKind: TypeAlias = Literal["digits", "hex", "values", "text", "rest"]
"""What a hole takes: a decimal number; a hexadecimal one; any of ``VALUES``, perhaps none; bytes up to the
one that follows in the template, perhaps none, never a line end; the rest of the line."""

_DIGITS = "0123456789"
_HEX = "0123456789abcdefABCDEF"
VALUES = _HEX + "x ,{}.?_"
"""Of what runtimes print values of memory: ``0xc000012, {0x6bd878?, ...}``."""

MAY_VARY = frozenset(
    (
        *("address", "arguments", "column", "count", "duration", "id", "instance", "message", "number"),
        *("offset", "port", "process", "register", "state", "text", "thread", "time", "value"),
    )
)
"""The names of what may be a hole. All other parts of a line tell two errors apart."""

RECORD = "record"
"""The placeholder for the start of a log record, which a head may begin with."""

_RECORD = f"{{{RECORD}}}"

_KINDS = get_args(HoleKind)
_TAKES = {"digits": _DIGITS, "hex": _HEX, "values": VALUES}


class Part(NamedTuple):
    """A part of a template: literal text, a constant field, or a hole."""

    literal: str = ""
    name: str = ""
    """Of a field or a hole; empty for literal text."""
    kind: HoleKind | None = None
    """``None`` for literal text and constant fields."""


class Grammar(msgspec.Struct, frozen=True, kw_only=True):
    """How the traces of one format are built, as templates of their lines.

    A template is literal text with ``{name}`` for a constant field and ``{name:kind}`` for a hole, of a
    :data:`HoleKind`; ``{{`` and ``}}`` stand for braces. Heads and links may have several lines.

    A trace is a head, lines of the body in any order, and one of the tails if there are any; behind a link
    the same follows again. It stands between two log records.

    Raises ``ValueError`` when it is made, in one sentence, for a declaration that cannot be right.
    """

    heads: tuple[str, ...]
    """How a trace, or a part of a chain, may begin.

    One that begins with ``{record}`` stands in the first line of a log record, behind the record's own text,
    which ends at the first word from which on the line is as the head says. Numbers in that text vary.
    """
    body: tuple[str, ...] = ()
    """The lines that may follow, one each. Those without holes are tried first."""
    tails: tuple[str, ...] = ()
    """The last line, where a runtime prints its message last."""
    links: tuple[str, ...] = ()
    """What joins two parts of a chain, where that is more than another line of the body."""
    fields: tuple[tuple[str, str], ...] = ()
    """Names of constant fields with regular expressions for them, which match no line end. Without one, a
    field goes on up to the byte that follows it in the template."""
    doubts: tuple[tuple[str, str], ...] = ()
    """Where a constant segment ends with the first text, and the hole behind it holds the second, the trace
    is read: there the hole's content decides what the reader makes of the trace."""
    doubts_before: tuple[str, ...] = ()
    """What the log line before a trace may hold so that the trace is read: the reader may take that line for
    a part of it."""

    def __post_init__(self) -> None:
        """Refuse what cannot be right."""
        if not self.heads:
            raise ValueError("A grammar has no head.")
        used: set[str] = set()
        for template in (*self.heads, *self.links, *self.body, *self.tails):
            used |= _check_template(template)
        for template in (*self.links, *self.body, *self.tails):
            if template.startswith(_RECORD):
                raise ValueError(f"The template {template!r} has {{{RECORD}}}, which only heads may.")
        for template in (*self.body, *self.tails):
            if "\n" in template:
                raise ValueError(f"The template {template!r} has a line end, which only heads and links may.")
        for name, pattern in self.fields:
            if name not in used:
                raise ValueError(f"No template has the constant field {name!r}.")
            _check_pattern(name, pattern)
        if any(not ending or not text or "\n" in text for ending, text in self.doubts):
            raise ValueError("A doubt needs two texts, the second one without a line end.")
        if any(not text or "\n" in text for text in self.doubts_before):
            raise ValueError("A doubt of the line before needs a text without a line end.")


@functools.lru_cache(maxsize=512)
def parts_of(template: str) -> tuple[Part, ...]:
    """The parts of ``template``, neighbouring literal texts as one. Raises ``ValueError`` for a wrong one."""
    parts: list[Part] = []
    literal, at = "", 0
    while at < len(template):
        if template[at] not in "{}":
            literal += template[at]
            at += 1
        elif template[at : at + 2] in ("{{", "}}"):
            literal += template[at]
            at += 2
        else:
            end = template.find("}", at)
            name, colon, kind = template[at + 1 : end].partition(":")
            if template[at] == "}" or end < 0 or not name.isidentifier() or (colon and kind not in _KINDS):
                raise ValueError(
                    f"The template {template!r} has a brace that is not doubled, or a placeholder that is "
                    f"not {{name}} or {{name:kind}} with one of the kinds {', '.join(_KINDS)}."
                )
            parts += [Part(literal=literal)] if literal else []
            parts.append(Part(name=name, kind=cast("HoleKind | None", kind or None)))
            literal, at = "", end + 1
    return (*parts, Part(literal=literal)) if literal else tuple(parts)


def next_byte(parts: Sequence[Part], index: int) -> str | None:
    """The character that follows a part: a line end behind the last, ``None`` for that of a placeholder."""
    following = parts[index + 1] if index + 1 < len(parts) else Part(literal="\n")
    return following.literal[:1] or None


def _check_template(template: str) -> set[str]:
    """The names of the constant fields. Raises ``ValueError``."""
    if "\r" in template:
        raise ValueError(f"The template {template!r} has a carriage return.")
    parts = parts_of(template)
    for index, part in enumerate(parts):
        if part.name == RECORD:
            if index or part.kind or len(parts) == 1:
                raise ValueError(f"In the template {template!r} {{{RECORD}}} is not what a head begins with.")
        elif part.name and next_byte(parts, index) is None:
            raise ValueError(f"In the template {template!r} a placeholder follows {{{part.name}}} directly.")
    holes = [(part, next_byte(parts, index) or "") for index, part in enumerate(parts) if part.kind]
    for hole, following in holes:
        _check_hole(template, hole, following)
    return {part.name for part in parts if part.name and not part.kind and part.name != RECORD}


def _check_hole(template: str, hole: Part, following: str) -> None:
    if hole.name not in MAY_VARY:
        raise ValueError(
            f"In the template {template!r} the hole {hole.name!r} would hide what tells two errors apart; "
            f"holes are named {', '.join(sorted(MAY_VARY))}."
        )
    if not following.isascii():
        raise ValueError(f"In the template {template!r} a character beyond ASCII follows {{{hole.name}}}.")
    if (hole.kind == "rest") != (following == "\n") and hole.kind in ("rest", "text"):
        where = "is not at the end" if hole.kind == "rest" else "is at the end, where it must be 'rest'"
        raise ValueError(
            f"In the template {template!r} the {hole.kind!r} hole {hole.name!r} {where} of a line."
        )
    if following in _TAKES.get(hole.kind or "", ""):
        raise ValueError(
            f"In the template {template!r} the hole {hole.name!r} can take the {following!r} that follows."
        )


def _check_pattern(name: str, pattern: str) -> None:
    try:
        reason = why_not_linear(pattern.encode())
    except re.error as error:
        raise ValueError(f"The pattern of the field {name!r} is no regular expression: {error}.") from None
    if reason is not None:
        raise ValueError(f"The pattern of the field {name!r} may be slow: {reason}.")
    if captures(pattern.encode()):
        raise ValueError(f"The pattern of the field {name!r} has flags, or a capturing group: write (?:...).")
    if may_take(pattern.encode(), 10):
        raise ValueError(f"The pattern of the field {name!r} can match a line end.")


class Beginning(NamedTuple):
    """Where a trace may begin of which an anchor was found."""

    lines_before: int
    """So many lines before the anchor's own."""
    in_record: bool
    """In the line of a log record, behind the record's own text."""
    column: int
    """The blanks before the anchor on its line, if that is not the line of a record."""


def beginnings(grammar: Grammar, anchor: str) -> tuple[Beginning, ...]:
    """Where traces of ``grammar`` may begin whose first anchor is ``anchor``, the furthest first.

    Empty where no line of the grammar starts with ``anchor``, but for blanks.
    """
    return tuple(sorted(set(_beginnings(grammar, anchor)), reverse=True))


def _beginnings(grammar: Grammar, anchor: str) -> Iterator[Beginning]:
    columns = [column for line in grammar.body if (column := _column(line, anchor)) is not None]
    for head in grammar.heads:
        in_record = head.startswith(_RECORD)
        lines = head.removeprefix(_RECORD).split("\n")
        found = [_column(line, anchor) for line in lines]
        if found[0] is None and _may_be_field(grammar, lines[0], anchor):
            found[0] = 0
        places = [(number, column) for number, column in enumerate(found) if column is not None]
        for number, column in places[:1] or [(len(lines), column) for column in columns]:
            yield Beginning(number, in_record, column)


def _column(line: str, anchor: str) -> int | None:
    """The blanks before ``anchor`` in a template of a line; ``None`` where it may stand elsewhere."""
    literal = next((part.literal for part in parts_of(line)), "")
    blanks = len(literal) - len(literal.lstrip(" "))
    for column in range(blanks + 1):
        text = literal[column:]
        if text and (text.startswith(anchor) or anchor.startswith(text)):
            return column
    return None


def _may_be_field(grammar: Grammar, line: str, anchor: str) -> bool:
    """Whether ``line`` starts with a constant field that may start with ``anchor``."""
    first = next(iter(parts_of(line)), Part())
    pattern = dict(grammar.fields).get(first.name)
    return pattern is not None and not first.kind and re.match(pattern, anchor) is not None
