"""What can become of sending."""

from __future__ import annotations


class Refused(Exception):
    """A receiver did not take a message; why, in words."""

    def __init__(self, reason: str, again: bool = True, wait: float = 0.0, *, gone: bool = False) -> None:
        """``again``: trying after ``wait`` seconds or more may help; ``gone``: it wants none any more."""
        super().__init__(reason)
        self.again = again
        self.wait = wait
        self.gone = gone
