"""Rules that trim, name and state threads: packs of data, and the user's own files."""

from __future__ import annotations

import functools
import os
from collections.abc import Hashable, Iterable, Sequence
from importlib import resources

import msgspec

from .. import _toml
from ..model import Frame
from .language import Label, Pack, Trim, parse_pack
from .patterns import Facts

__all__ = ["Facts", "Pack", "RuleSet", "Selection", "Told", "builtin_packs", "load_pack", "parse_pack"]

_MOST_MIB = 4


@functools.cache
def builtin_packs() -> tuple[Pack, ...]:
    """The packs that come with stacktraces, by order, then by name."""
    folder = resources.files(__package__) / "packs"
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name
    )
    packs = [parse_pack(file.read_text(encoding="utf-8"), file.name, trusted=True) for file in files]
    return tuple(sorted(packs, key=lambda pack: pack.order))


def load_pack(path: str | os.PathLike[str]) -> Pack:
    """The pack in the file at ``path``. Raises ``RuleError`` with file, line and reason."""
    return parse_pack(_toml.read_text(path, "rules", _MOST_MIB), os.fspath(path))


class Told(msgspec.Struct, frozen=True):
    """What the rules say of a stack."""

    frames: list[Frame]
    """Those that say something."""
    name: str | None
    state: str | None
    idle: bool = False
    """The state is a wait for something to do."""
    wait: str | None = None
    """What it waits for in the system, besides its state."""
    general: bool = False
    """The name says less than the one that the program's own language gives the thread."""


class Selection:
    """The packs that are asked of one process, in order."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        self._packs = packs
        self._trims = tuple(rule for pack in packs for rule in pack.trims)
        self.asks_thread = any(when.thread is not None for pack in packs for when in pack.conditions)
        """Whether the system's name of a thread matters."""

    def trim(self, frames: Sequence[Frame], thread: str | None = None) -> list[Frame]:
        """The frames that say something; each rule is applied once, in order."""
        return _trimmed(self._trims, frames, thread)

    def tell(self, frames: Sequence[Frame], thread: str | None = None) -> Told:
        """What a thread with this stack, to which the system gave the name ``thread``, is and does.

        The first name that holds wins, and the first state.
        """
        kept = self.trim(frames, thread)
        name: Label | None = None
        state: Label | None = None
        waits = (_first(pack.waits, frames, thread) for pack in self._packs)
        wait = next(filter(None, waits), None)
        for pack in self._packs:
            seen = frames if pack.whole else kept
            name = name or _first(pack.names, seen, thread)
            state = state or _first(pack.states, seen, thread)
            if name and state:
                break
        if wait and state and (wait.idle or wait.text in state.text):
            wait = None  # The state says it, or says more.
        label = state or wait
        return Told(
            frames=kept,
            name=name.text if name else None,
            state=state.text if state else None,
            idle=label is not None and label.idle,
            wait=wait.text if wait else None,
            general=name is not None and name.general,
        )


class RuleSet:
    """Packs in the order in which they are asked: the user's own first."""

    def __init__(self, own: Iterable[Pack] = ()) -> None:
        self._packs = (*own, *builtin_packs())
        self._selections: dict[Hashable, Selection] = {}

    def select(self, facts: Facts) -> Selection:
        """What is asked of a process; the same object for processes of which the same is asked."""
        chosen = [pack for pack in self._packs if pack.applies(facts)]
        failing = frozenset(
            id(when)
            for pack in chosen
            for when in pack.conditions
            if when.command is not None and not when.command(facts.command)
        )
        key = (tuple(map(id, chosen)), failing)
        selection = self._selections.get(key)
        if selection is None:
            packs = [_without(pack, failing) for pack in chosen] if failing else chosen
            selection = self._selections[key] = Selection(packs)
        return selection

    def trim(self, frames: Sequence[Frame]) -> list[Frame]:
        """The frames that say something, of a stack from a process of which nothing else is known."""
        return self.select(Facts.of(frames)).trim(frames)

    def name(self, frames: Sequence[Frame]) -> str | None:
        """What the thread with this stack is."""
        return self.select(Facts.of(frames)).tell(frames).name

    def state(self, frames: Sequence[Frame]) -> str | None:
        """What the thread with this stack does."""
        return self.select(Facts.of(frames)).tell(frames).state


def _without(pack: Pack, failing: frozenset[int]) -> Pack:
    """The pack without the rules that hold for no thread of the process."""
    return msgspec.structs.replace(
        pack,
        trims=tuple(rule for rule in pack.trims if id(rule.when) not in failing),
        names=tuple(rule for rule in pack.names if id(rule.when) not in failing),
        states=tuple(rule for rule in pack.states if id(rule.when) not in failing),
        waits=tuple(rule for rule in pack.waits if id(rule.when) not in failing),
    )


def _trimmed(rules: Iterable[Trim], frames: Sequence[Frame], thread: str | None) -> list[Frame]:
    kept = list(frames)
    for rule in rules:
        kept = rule.apply(kept, thread)
    return kept


def _first(labels: Iterable[Label], frames: Sequence[Frame], thread: str | None) -> Label | None:
    return next((label for label in labels if label.when.find(frames, thread) is not None), None)
