"""The frame to look at first: the innermost of the user's own code."""

from __future__ import annotations

from ..model import Error, Frame
from ..naming import language_of, script_folder, symbol


def culprit(error: Error) -> Frame | None:
    """The innermost frame of ``error`` that is the user's own code: not the language's library, not an
    installed package, not generated; ``None`` where there is none.

    Where ``error`` itself has no frames, its cause's are looked at.
    """
    found: Error | None = error
    while found is not None and not found.frames:
        found = found.cause
    if found is None:
        return None
    language = language_of(found.frames)
    root = script_folder(found.frames, language)
    return next((each for each in found.frames if symbol(each, language, root)[0].role == "own"), None)
