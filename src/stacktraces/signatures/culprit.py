"""The frame to look at first: the innermost of the user's own code."""

from __future__ import annotations

from ..model import Error, Frame
from ..naming import innermost_own


def culprit(error: Error, runtime: str | None) -> Frame | None:
    """The innermost frame of ``error`` that is the user's own code: not the language's library, not an
    installed package, not generated, no guess of the tool; ``None`` where there is none. ``runtime`` is the
    name of the one that printed it, ``None`` where that is not known.

    Where ``error`` itself has no frames, its cause's are looked at.
    """
    found = next((each for each in error.chain() if each.frames), None)
    if found is None:
        return None
    return innermost_own(found.frames, found.runtime or runtime or error.runtime)
