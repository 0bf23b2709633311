"""The frame to look at first: the innermost of the user's own code."""

from __future__ import annotations

from ..model import Error, Frame
from ..naming import innermost_own


def culprit(error: Error, runtime: str | None) -> Frame | None:
    """The innermost frame of ``error`` that is the user's own code: not the language's library, not an
    installed package, not generated, no guess of the tool. ``runtime`` is the name of the one that printed
    it, ``None`` where that is not known.

    Where ``error`` itself has no such frame, those of what led to it are looked at, down to the first error:
    what a framework raises anew has only the framework's frames. ``None`` where there is none.
    """
    for link in error.chain():
        frame = innermost_own(link.frames, link.runtime or runtime or error.runtime)
        if frame is not None:
            return frame
    return None
