"""What hostile text holds, a way to put it into every field there is, and what of it must not stand raw anywhere."""

from __future__ import annotations

import re
import sys
import unicodedata
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

_Filled = TypeVar("_Filled")

STEERING = (
    "\x1b[2J",  # clears a screen
    "\x1b]0;title\x07",  # sets a terminal's title
    "\x1b]8;;http://example.com\x1b\\",  # makes a link
    "\x1bP+q\x1b\\",  # asks a terminal to answer
    "\x9b31m\x9d0;x\x9c\x90\x98\x9e\x9f",  # the same as C1 controls
    "\r\b\x00\x05\x07\x0b\x0c\x0e\x0f\x1a\x7f\x85",
)
SEPARATORS = "\x1c\x1d\x1e\x1f\u2028\u2029"
BIDIRECTIONAL = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""All that have the property Bidi_Control."""
INVISIBLE = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b\u180e\u200b\u200c\u200d\u2060\u2061\u2064\u206a\u206f\u2800"
    "\u3164\ufe00\ufe0f\ufeff\uffa0\ufff9\ufffb\U0001bca0\U0001d159\U0001d173\U000e0001\U000e0041\U000e007f\U000e0100"
)
MARKUP = '<script>alert(1)</script><img src=x onerror=y>"\'&]]>\\"{}[bold]%s$(x)`y`;|'
ATTACKS = (*STEERING, SEPARATORS, BIDIRECTIONAL, INVISIBLE, MARKUP)
ATTACK = "a" + "z".join(ATTACKS) + "a"
"""All in one, without an end of line."""
LINES = f"{ATTACK}\n{ATTACK}\t\r\n"

_IGNORABLE = (  # Default_Ignorable_Code_Point, and blanks that are no white space
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F),
    (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF), (0x2800, 0x2800), (0x1D159, 0x1D159),
)  # fmt: skip
HIDDEN = frozenset(
    character
    for character in map(chr, range(sys.maxunicode + 1))
    if (unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") and character not in "\t\n")
    or any(first <= ord(character) <= last for first, last in _IGNORABLE)
)
"""What stands raw in no output."""
_COLOR = re.compile(r"\x1b\[[0-9;]*m")


def raw(text: str, *, colored: bool = False) -> str | None:
    """Where ``text`` has one of ``HIDDEN``, and what stands around it; ``None`` where it has none."""
    if colored:
        text = _COLOR.sub("", text)
    found = next((at for at, character in enumerate(text) if character in HIDDEN), None)
    return None if found is None else f"U+{ord(text[found]):04X} in {text[max(0, found - 60) : found + 60]!r}"


def filled(kind: type[_Filled], text: str) -> _Filled:
    """A ``kind`` with ``text`` in each of its fields, and in those of what it holds, that take a text."""
    value: _Filled = msgspec.convert(_value(inspect.type_info(kind), text, 0), kind)
    return value


_DEEPEST = 8


def _value(kind: inspect.Type, text: str, depth: int) -> Any:
    match kind:
        case inspect.StructType():
            return {
                each.encode_name: _value(each.type, text, depth + 1)
                for each in kind.fields
                if _fits(each, depth)
            }
        case inspect.UnionType():
            return _value(
                next(each for each in kind.types if not isinstance(each, inspect.NoneType)), text, depth
            )
        case inspect.StrType():
            return text
        case inspect.ListType():
            return [_value(kind.item_type, text, depth)]
        case inspect.DictType():
            return {_value(kind.key_type, text, depth): _value(kind.value_type, text, depth)}
        case inspect.LiteralType():
            return kind.values[0]
        case inspect.BoolType():
            return True
        case inspect.IntType():
            return 7
        case inspect.FloatType():
            return 0.5
    raise NotImplementedError(kind)


def _fits(field: inspect.Field, depth: int) -> bool:
    """Whether to fill ``field``: what may hold itself is filled some times only."""
    return field.required or depth < _DEEPEST
