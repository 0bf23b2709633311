"""The frame to look at first: the innermost of the user's own code."""

from __future__ import annotations

from ..model import Error, Frame
from ..naming import name_rules, script_folder, symbol


def culprit(error: Error, runtime: str | None) -> Frame | None:
    """The innermost frame of ``error`` that is the user's own code: not the language's library, not an
    installed package, not generated, no guess of the tool; ``None`` where there is none. ``runtime`` is the
    name of the one that printed it, ``None`` where that is not known.

    Where ``error`` itself has no frames, its cause's are looked at.
    """
    found: Error | None = error
    while found is not None and not found.frames:
        found = found.cause
    if found is None:
        return None
    rules = name_rules(found.runtime or runtime or error.runtime)
    root = script_folder(found.frames, rules)
    own = (each for each in found.frames if symbol(each, rules, root)[0].role == "own")
    return next((each for each in own if not each.unreliable), None)
