"""The exceptions of a chain, in the order in which they were printed."""

from __future__ import annotations

from itertools import pairwise

import msgspec

from ...model import Error
from .parts import Message

CAUSES_KEPT = 100
"""Causes kept of one exception: the first ones and the root."""
CUT_MESSAGE = "The message was cut: it is longer than 65,536 characters."


class Printed(msgspec.Struct):
    """An exception as it was printed."""

    error: Error
    message: Message
    frames_at: int = 0
    """Where its frames start."""
    omitted: int = 0
    """How many of its outermost frames were left out, since another one has them."""
    filled: bool = False
    """They were taken from the one that is printed before it."""

    def finish(self) -> bool:
        """Give the message to the error; gives whether it was cut."""
        self.error.message = self.message.text()
        return self.message.cut


class Chain:
    """An exception and what led to it, as far as it was read."""

    def __init__(self) -> None:
        self.uncertain: list[str] = []
        self.root_first = False
        self._printed: list[Printed] = []
        self._links = 0

    @property
    def first(self) -> Printed:
        """The one that was printed first."""
        return self._printed[0]

    @property
    def last(self) -> Printed:
        """The one that was printed last."""
        return self._printed[-1]

    def begin(self, first: Printed) -> None:
        """Start anew with ``first``."""
        self._printed, self._links, self.root_first = [first], 0, False

    def add(self, printed: Printed) -> None:
        """Take the next one; of too many, only the last of those that are too many is kept."""
        self._links += 1
        if self._links > CAUSES_KEPT:
            self._printed.pop()
        self._printed.append(printed)

    def join(self) -> Error:
        """The outermost error with its causes; says in ``uncertain`` what was left out."""
        if self._links > CAUSES_KEPT:
            left_out = self._links - CAUSES_KEPT
            self.uncertain.append(f"{left_out:,} errors in the middle of the chain were left out.")
        for each in self._printed:
            if each.finish() and CUT_MESSAGE not in self.uncertain:
                self.uncertain.append(CUT_MESSAGE)
        for inner, outer in pairwise(reversed(self._printed)):
            if outer.omitted and not outer.filled:
                outer.error.frames += inner.error.frames[-outer.omitted :]
        errors = [each.error for each in self._printed]
        if not self.root_first:
            errors.reverse()
        for cause, error in pairwise(errors):
            # What the message held of another runtime's is printed once more as the root of the chain.
            error.cause, error.cause_kind = cause, "cause"
        return errors[-1]
