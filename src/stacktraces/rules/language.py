"""The rule language: patterns over a stack, and what to do where they hold. See ``docs/rules.md``.

A pack is a TOML file with lists of rules: ``[[trim]]``, ``[[name]]`` and ``[[state]]``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias

import msgspec

from ..errors import RuleError
from ..model import Frame

FramePattern: TypeAlias = Callable[[Frame], bool]
Cut: TypeAlias = Literal["inside", "outside", "frame"]

NAME_LIMIT = 2000
"""Characters of a function's name that a ``matches`` pattern looks at."""


class Condition(msgspec.Struct, frozen=True):
    """A frame of a kind, with what stands around it."""

    frame: FramePattern
    under: FramePattern | None = None
    """Its direct caller."""
    below: FramePattern | None = None
    """A frame at any distance further out."""
    innermost: bool = False
    """Only the innermost frame is asked."""

    def find(self, frames: Sequence[Frame]) -> int | None:
        """The index of the innermost frame (frames stand innermost first) for which all of it holds."""
        for index, frame in enumerate(frames[:1] if self.innermost else frames):
            if not self.frame(frame):
                continue
            if self.under and not (index + 1 < len(frames) and self.under(frames[index + 1])):
                continue
            if self.below and not any(map(self.below, frames[index + 1 :])):
                continue
            return index
        return None


class Trim(msgspec.Struct, frozen=True):
    when: Condition
    cut: Cut
    including: bool = False

    def apply(self, frames: list[Frame]) -> list[Frame]:
        index = self.when.find(frames)
        if index is None:
            return frames
        match self.cut:
            case "inside":
                return frames[index + self.including :]
            case "outside":
                return frames[: index + (not self.including)]
            case "frame":
                return frames[:index] + frames[index + 1 :]


class Label(msgspec.Struct, frozen=True):
    when: Condition
    text: str


class Pack(msgspec.Struct, frozen=True):
    """The rules of one file."""

    title: str
    order: int
    """Packs are asked in this order, then by file name: products before the C library under them."""
    trims: tuple[Trim, ...] = ()
    names: tuple[Label, ...] = ()
    states: tuple[Label, ...] = ()


_PATTERN_KEYS = ("function", "contains", "matches", "module", "file")
_CONDITION_KEYS = (*_PATTERN_KEYS, "under", "below", "innermost")
_RULE_KEYS = {"trim": {"when", "cut", "including"}, "name": {"when", "name"}, "state": {"when", "state"}}
_PACK_KEYS = ("title", "order", *_RULE_KEYS)


class _Wrong(Exception):
    """A rule is wrong; the reader of the file adds where."""


def _words(value: object, key: str) -> list[str]:
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, list) or not words or not all(isinstance(word, str) and word for word in words):
        raise _Wrong(f"{key!r} takes a text or a list of texts")
    return words


def _function_pattern(key: str, value: object) -> FramePattern:
    words = _words(value, key)
    if key == "function":
        names = frozenset(words)
        return lambda frame: frame.function in names
    if key == "contains":
        return lambda frame: frame.function is not None and any(word in frame.function for word in words)
    try:
        compiled = [re.compile(word) for word in words]
    except re.error as error:
        raise _Wrong(f"'matches' is no regular expression: {error}") from None
    return lambda frame: (
        frame.function is not None and any(each.search(frame.function[:NAME_LIMIT]) for each in compiled)
    )


def _path_pattern(key: str, value: object) -> FramePattern:
    """A module or file is given by its whole path, or by how the path ends."""
    words = _words(value, key)
    ends = tuple("/" + word for word in words)

    def holds(frame: Frame) -> bool:
        path = frame.module if key == "module" else frame.file
        return path is not None and (path in words or path.endswith(ends))

    return holds


def _pattern(value: object, key: str) -> FramePattern:
    if isinstance(value, str | list):
        return _function_pattern("function", value)
    if not isinstance(value, dict) or not value:
        raise _Wrong(f"{key!r} takes a function's name, a list of them, or a table")
    parts: list[FramePattern] = []
    for part, wanted in value.items():
        if part not in _PATTERN_KEYS:
            raise _Wrong(f"{part!r} is not known in {key!r}; known are {', '.join(_PATTERN_KEYS)}")
        parts.append((_path_pattern if part in ("module", "file") else _function_pattern)(part, wanted))
    return parts[0] if len(parts) == 1 else lambda frame: all(part(frame) for part in parts)


def _condition(value: object) -> Condition:
    if not isinstance(value, dict):
        raise _Wrong("'when' is missing or not a table")
    if unknown := [key for key in value if key not in _CONDITION_KEYS]:
        raise _Wrong(f"{unknown[0]!r} is not known in 'when'; known are {', '.join(_CONDITION_KEYS)}")
    own = {key: wanted for key, wanted in value.items() if key in _PATTERN_KEYS}
    if not own:
        raise _Wrong(f"'when' says nothing about a frame; give one of {', '.join(_PATTERN_KEYS)}")
    innermost = value.get("innermost", False)
    if not isinstance(innermost, bool):
        raise _Wrong("'innermost' takes true or false")
    return Condition(
        frame=_pattern(own, "when"),
        under=_pattern(value["under"], "under") if "under" in value else None,
        below=_pattern(value["below"], "below") if "below" in value else None,
        innermost=innermost,
    )


def _rule(kind: str, table: object) -> Trim | Label:
    if not isinstance(table, dict):
        raise _Wrong(f"[[{kind}]] is not a table")
    if unknown := sorted(set(table) - _RULE_KEYS[kind]):
        raise _Wrong(
            f"{unknown[0]!r} is not known in [[{kind}]]; known are {', '.join(sorted(_RULE_KEYS[kind]))}"
        )
    when = _condition(table.get("when"))
    if kind != "trim":
        text = table.get(kind)
        if not isinstance(text, str) or not text.strip():
            raise _Wrong(f"{kind!r} is missing or not a text")
        return Label(when=when, text=text)
    cut, including = table.get("cut"), table.get("including", False)
    if cut not in ("inside", "outside", "frame"):
        raise _Wrong('\'cut\' takes "inside", "outside" or "frame"')
    if not isinstance(including, bool):
        raise _Wrong("'including' takes true or false")
    return Trim(when=when, cut=cut, including=including)


def _line_of(text: str, kind: str, number: int) -> int:
    headings = [
        line
        for line, content in enumerate(text.splitlines(), 1)
        if re.fullmatch(rf"\s*\[\[\s*[\"']?{kind}[\"']?\s*\]\]\s*(?:#.*)?", content)
    ]
    return headings[number] if number < len(headings) else 1


def parse_pack(text: str, path: str) -> Pack:
    """The pack that ``text`` holds; ``path`` names it in errors.

    Raises ``RuleError`` with path, line and reason.
    """
    try:
        data: Mapping[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+)", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        raise RuleError(f"{path}:{line}: not valid TOML: {error}") from None
    if unknown := [key for key in data if key not in _PACK_KEYS]:
        raise RuleError(f"{path}:1: {unknown[0]!r} is not known; a pack holds {', '.join(_PACK_KEYS)}")
    rules: dict[str, list[Any]] = {kind: [] for kind in _RULE_KEYS}
    for kind, found in rules.items():
        tables = data.get(kind, [])
        for number, table in enumerate(tables if isinstance(tables, list) else [tables]):
            try:
                found.append(_rule(kind, table))
            except _Wrong as wrong:
                line = _line_of(text, kind, number)
                raise RuleError(f"{path}:{line}: rule {number + 1} of [[{kind}]]: {wrong}") from None
    order = data.get("order", 0)
    if not isinstance(order, int):
        raise RuleError(f"{path}:1: 'order' takes a whole number")
    return Pack(
        title=str(data.get("title", Path(path).stem)),
        order=order,
        trims=tuple(rules["trim"]),
        names=tuple(rules["name"]),
        states=tuple(rules["state"]),
    )
