"""The frame to look at first: the innermost of the user's own code."""

from __future__ import annotations

from collections.abc import Sequence

from ..model import Error, Frame
from ..naming import name_rules, script_folder, symbol


def culprit(error: Error, runtime: str | None) -> Frame | None:
    """The innermost frame of ``error`` that is the user's own code: not the language's library, not an
    installed package, not generated; ``None`` where there is none. ``runtime`` is the name of the one that
    printed it, ``None`` where that is not known.

    Where ``error`` itself has no frames, its cause's are looked at.
    """
    found: Error | None = error
    while found is not None and not found.frames:
        found = found.cause
    if found is None:
        return None
    own = own_frames(found.frames, found.runtime or runtime or error.runtime)
    return next((frame for frame, mine in zip(found.frames, own, strict=True) if mine), None)


def own_frames(frames: Sequence[Frame], runtime: str | None) -> list[bool]:
    """Which of ``frames``, a stack that ``runtime`` printed, are the user's own code."""
    rules = name_rules(runtime)
    root = script_folder(frames, rules)
    return [symbol(each, rules, root)[0].role == "own" for each in frames]
