"""The rule language: patterns over a stack, and what to do where they hold. See ``docs/rules.md``.

A pack is a TOML file with lists of rules: ``[[trim]]``, ``[[name]]``, ``[[state]]`` and ``[[wait]]``,
and with the processes, ``[[process]]``, of which they are asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias

import msgspec

from .. import _toml
from ..errors import RuleError
from ..model import Frame
from .patterns import (
    FRAME_KEYS,
    Facts,
    FramePattern,
    Kinds,
    ProcessPattern,
    TextPattern,
    Wrong,
    check_time,
    expressions,
    frame_pattern,
    kinds_of_frames,
    process_pattern,
)

Cut: TypeAlias = Literal["inside", "outside", "frame"]


class Condition(msgspec.Struct, frozen=True):
    """A frame of a kind, with what stands around it, in a thread and a process of a kind."""

    frame: FramePattern | None = None
    """``None`` asks nothing of the frame."""
    under: FramePattern | None = None
    """Its direct caller."""
    below: FramePattern | None = None
    """A frame at any distance further out."""
    inside: FramePattern | None = None
    """Every frame further in."""
    outside: FramePattern | None = None
    """Every frame further out."""
    innermost: bool = False
    """Only the innermost frame is asked."""
    thread: TextPattern | None = None
    """The name that the system gave the thread."""
    command: TextPattern | None = None
    """The command line of the process; asked once for each process, not by ``find``."""

    @property
    def asks_frames(self) -> bool:
        around = (self.frame, self.under, self.below, self.inside, self.outside)
        return self.innermost or any(pattern is not None for pattern in around)

    def find(self, frames: Sequence[Frame], thread: str | None = None) -> int | None:
        """The index of the innermost frame (frames stand innermost first) for which all of it holds.

        0 where nothing is asked of frames.
        """
        if self.thread is not None and not self.thread(thread):
            return None
        if not self.asks_frames:
            return 0
        for index, frame in enumerate(frames[:1] if self.innermost else frames):
            if self.frame is not None and not self.frame(frame):
                continue
            if self._stands(frames, index):
                return index
        return None

    def _stands(self, frames: Sequence[Frame], index: int) -> bool:
        """Whether the frames around the one at ``index`` are as they must be."""
        if self.under and not (index + 1 < len(frames) and self.under(frames[index + 1])):
            return False
        if self.below and not any(map(self.below, frames[index + 1 :])):
            return False
        if self.inside and not all(map(self.inside, frames[:index])):
            return False
        return self.outside is None or all(map(self.outside, frames[index + 1 :]))


class Trim(msgspec.Struct, frozen=True):
    when: Condition
    cut: Cut
    including: bool = False

    def apply(self, frames: list[Frame], thread: str | None = None) -> list[Frame]:
        """The frames that stay; all of them where none would."""
        index = self.when.find(frames, thread)
        if index is None:
            return frames
        match self.cut:
            case "inside":
                kept = frames[index + self.including :]
            case "outside":
                kept = frames[: index + (not self.including)]
            case "frame":
                kept = frames[:index] + frames[index + 1 :]
        return kept or frames


class Label(msgspec.Struct, frozen=True):
    when: Condition
    text: str
    idle: bool = False
    """A state in which the thread waits for something to do."""
    general: bool = False
    """A name that says less than the one that the program's own language gives the thread."""


class Pack(msgspec.Struct, frozen=True):
    """The rules of one file."""

    title: str
    order: int
    """Packs are asked in this order, then by file name: products before the C library under them."""
    whole: bool = False
    """Its names and states are asked of the stack as it was collected, with nothing taken away."""
    processes: tuple[ProcessPattern, ...] = ()
    """It is asked of a process for which one of these holds; of every one when there is none."""
    trims: tuple[Trim, ...] = ()
    names: tuple[Label, ...] = ()
    states: tuple[Label, ...] = ()
    waits: tuple[Label, ...] = ()
    """What the system's functions wait for, asked of the whole stack and told besides a state."""

    def applies(self, facts: Facts) -> bool:
        """Whether it is asked of this process."""
        return not self.processes or any(pattern(facts) for pattern in self.processes)

    @property
    def conditions(self) -> list[Condition]:
        """Those of all its rules."""
        labels = (*self.names, *self.states, *self.waits)
        return [rule.when for rule in self.trims] + [rule.when for rule in labels]


_PATTERN_KEYS = ("under", "below", "inside", "outside")
_TEXT_KEYS = ("thread", "command")
_CONDITION_KEYS = (*FRAME_KEYS, *_PATTERN_KEYS, "innermost", *_TEXT_KEYS)
_RULE_KEYS = {
    "trim": {"when", "cut", "including"},
    "name": {"when", "name", "general"},
    "state": {"when", "state", "idle"},
    "wait": {"when", "wait", "idle"},
}
_PACK_KEYS = ("title", "order", "stack", "like", "process", *_RULE_KEYS)


def _condition(value: object, kinds: Kinds) -> Condition:
    if not isinstance(value, dict):
        raise Wrong("'when' is missing or not a table")
    if unknown := [key for key in value if key not in _CONDITION_KEYS]:
        raise Wrong(f"{unknown[0]!r} is not known in 'when'; known are {', '.join(_CONDITION_KEYS)}")
    innermost = value.get("innermost", False)
    if not isinstance(innermost, bool):
        raise Wrong("'innermost' takes true or false")
    own = {key: wanted for key, wanted in value.items() if key in FRAME_KEYS}
    texts = {key: expressions(value[key], key) for key in _TEXT_KEYS if key in value}
    if not own and not texts and not innermost:
        said = ", ".join((*FRAME_KEYS, *_TEXT_KEYS))
        raise Wrong(f"'when' says nothing about a frame, thread or command; give one of {said}, innermost")
    around = {key: frame_pattern(value[key], key, kinds) for key in _PATTERN_KEYS if key in value}
    return Condition(
        frame=frame_pattern(own, "when", kinds) if own else None,
        under=around.get("under"),
        below=around.get("below"),
        inside=around.get("inside"),
        outside=around.get("outside"),
        innermost=innermost,
        thread=texts.get("thread"),
        command=texts.get("command"),
    )


def _rule(kind: str, table: object, kinds: Kinds) -> Trim | Label:
    if not isinstance(table, dict):
        raise Wrong(f"[[{kind}]] is not a table")
    if unknown := sorted(set(table) - _RULE_KEYS[kind]):
        raise Wrong(
            f"{unknown[0]!r} is not known in [[{kind}]]; known are {', '.join(sorted(_RULE_KEYS[kind]))}"
        )
    when = _condition(table.get("when"), kinds)
    if kind != "trim":
        text = table.get(kind)
        if not isinstance(text, str) or not text.strip():
            raise Wrong(f"{kind!r} is missing or not a text")
        idle, general = table.get("idle", False), table.get("general", False)
        for key, value in (("idle", idle), ("general", general)):
            if not isinstance(value, bool):
                raise Wrong(f"{key!r} takes true or false")
        return Label(when=when, text=text, idle=idle, general=general)
    cut, including = table.get("cut"), table.get("including", False)
    if cut not in ("inside", "outside", "frame"):
        raise Wrong('\'cut\' takes "inside", "outside" or "frame"')
    if not isinstance(including, bool):
        raise Wrong("'including' takes true or false")
    if not when.asks_frames:
        raise Wrong("'when' of a [[trim]] says nothing about a frame")
    return Trim(when=when, cut=cut, including=including)


def _line_of(text: str, kind: str, number: int) -> int:
    """The line of the ``number``th heading of a kind, ``[[name]]`` or ``[name]``."""
    headings = [
        line
        for line, content in enumerate(text.splitlines(), 1)
        if re.fullmatch(rf"\s*\[\[?\s*[\"']?{kind}[\"']?\s*\]\]?\s*(?:#.*)?", content)
    ]
    return headings[number] if number < len(headings) else 1


def _load(text: str, path: str) -> Mapping[str, Any]:
    data = _toml.parse(text, path)
    if unknown := [key for key in data if key not in _PACK_KEYS]:
        raise RuleError(f"{path}:1: {unknown[0]!r} is not known; a pack holds {', '.join(_PACK_KEYS)}")
    if not isinstance(data.get("order", 0), int):
        raise RuleError(f"{path}:1: 'order' takes a whole number")
    if data.get("stack", "trimmed") not in ("trimmed", "whole"):
        raise RuleError(f'{path}:1: \'stack\' takes "trimmed" or "whole"')
    return data


def parse_pack(text: str, path: str, *, trusted: bool = False) -> Pack:
    """The pack that ``text`` holds; ``path`` names it in errors.

    Raises ``RuleError`` with path, line and reason. That its regular expressions run in linear time is not
    checked where it is ``trusted``.
    """
    data = _load(text, path)

    def each(kind: str, build: Callable[[object], Any]) -> tuple[Any, ...]:
        tables = data.get(kind, [])
        found = []
        for number, table in enumerate(tables if isinstance(tables, list) else [tables]):
            try:
                found.append(build(table))
                if not trusted:
                    check_time(table)
            except Wrong as wrong:
                line = _line_of(text, kind, number)
                raise RuleError(f"{path}:{line}: rule {number + 1} of [[{kind}]]: {wrong}") from None
        return tuple(found)

    try:
        kinds = kinds_of_frames(data.get("like", {}))
        if not trusted:
            check_time(data.get("like"))
    except Wrong as wrong:
        raise RuleError(f"{path}:{_line_of(text, 'like', 0)}: {wrong}") from None
    return Pack(
        title=str(data.get("title", Path(path).stem)),
        order=data.get("order", 0),
        whole=data.get("stack") == "whole",
        processes=each("process", process_pattern),
        trims=each("trim", lambda table: _rule("trim", table, kinds)),
        names=each("name", lambda table: _rule("name", table, kinds)),
        states=each("state", lambda table: _rule("state", table, kinds)),
        waits=each("wait", lambda table: _rule("wait", table, kinds)),
    )
