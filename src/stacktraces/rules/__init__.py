"""Rules that trim, name and state threads: packs of data, and the user's own files."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Sequence
from importlib import resources
from pathlib import Path

from ..errors import RuleError
from ..model import Frame
from .language import Label, Pack, parse_pack

__all__ = ["Pack", "RuleSet", "builtin_packs", "load_pack", "parse_pack"]


@functools.cache
def builtin_packs() -> tuple[Pack, ...]:
    """The packs that come with stacktraces, by order, then by name."""
    folder = resources.files(__package__) / "packs"
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name
    )
    packs = [parse_pack(file.read_text(encoding="utf-8"), file.name) for file in files]
    return tuple(sorted(packs, key=lambda pack: pack.order))


def load_pack(path: str | os.PathLike[str]) -> Pack:
    """The pack in the file at ``path``. Raises ``RuleError`` with file, line and reason."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise RuleError(f"{path}: the rules cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise RuleError(f"{path}:{line}: the rules are not UTF-8 text") from None
    return parse_pack(text, os.fspath(path))


class RuleSet:
    """Packs in the order in which they are asked: the user's own first."""

    def __init__(self, own: Iterable[Pack] = ()) -> None:
        packs = (*own, *builtin_packs())
        self._trims = tuple(rule for pack in packs for rule in pack.trims)
        self._names = tuple(rule for pack in packs for rule in pack.names)
        self._states = tuple(rule for pack in packs for rule in pack.states)

    def trim(self, frames: Sequence[Frame]) -> list[Frame]:
        """The frames that say something; each rule is applied once, in order."""
        kept = list(frames)
        for rule in self._trims:
            kept = rule.apply(kept)
        return kept

    def name(self, frames: Sequence[Frame]) -> str | None:
        """What a thread with this stack is: the first rule that holds wins."""
        return _first(self._names, frames)

    def state(self, frames: Sequence[Frame]) -> str | None:
        """What a thread with this stack does: the first rule that holds wins."""
        return _first(self._states, frames)


def _first(labels: Iterable[Label], frames: Sequence[Frame]) -> str | None:
    return next((label.text for label in labels if label.when.find(frames) is not None), None)
