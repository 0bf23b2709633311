"""Lines that a reader moves through: of a text, or of another runtime's message."""

from __future__ import annotations

from typing import Protocol


class Lines(Protocol):
    """A text, one line at a time, with a way back."""

    whole: bool
    """The text holds one trace and nothing after it."""

    @property
    def line(self) -> str | None:
        """The current line without its margin; ``None`` at the end."""

    def advance(self) -> None:
        """Go to the next line."""

    def mark(self) -> int:
        """This place, for :meth:`reset`."""

    def reset(self, mark: int) -> None:
        """Go back to a place."""
