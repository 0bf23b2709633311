"""Project Reactor tells where an error was observed by an exception that it suppresses.

Its message has a line for each checkpoint, and its frames are those of the error itself.
"""

from __future__ import annotations

from ..._regex import regex
from ...model import Error

_TYPE = "OnAssemblyException"
_STACK_FOLLOWS = regex(r"(?:Original )?Stack [Tt]race:\s*$")


def take_assembly(owner: Error, suppressed: Error) -> str:
    """The checkpoints at which ``owner`` was observed, where ``suppressed`` tells them, else "".

    Gives ``owner`` the frames where it has none of its own, and leaves ``suppressed`` without message.
    """
    if not (suppressed.type or "").endswith(_TYPE) or not suppressed.message:
        return ""
    checkpoints = _STACK_FOLLOWS.sub("", suppressed.message).strip()
    suppressed.message = None
    owner.frames = owner.frames or suppressed.frames
    return checkpoints
