"""Errors of one runtime that stand in the message of another's, as a bridge between both prints them.

The runtime whose message it is (the host) knows where such an error may stand, and what follows it. The
other one knows how it is read. Neither imports the other: the host asks for the other runtime by its name.
"""

from __future__ import annotations

from typing import Protocol

from ..model import Error
from ._lines import Lines


class Host(Protocol):
    """The reader in whose message the error stands."""

    def find(self, text: str) -> int:
        """Where in ``text``, a line of a message, an error of the host starts; -1 where none does."""

    def read(self) -> Error | None:
        """The error of the host that :meth:`find` found on the current line; passes over it."""

    def ends(self, line: str) -> bool:
        """Whether ``line`` cannot belong to the message."""


class Embedded(Protocol):
    """What a runtime offers to those whose messages may hold its errors."""

    def read(self, lines: Lines, text: str, host: Host) -> Error:
        """The error that ``text``, the end of the current line, names, with its causes; passes over it."""

    def finish(self, lines: Lines, host: Host) -> Error:
        """What is printed of an error behind its message: its frames and causes; passes over it."""

    def goes_on(self, line: str) -> bool:
        """Whether ``line`` is one that follows the message of an error of this runtime."""

    def leads_to(self, prefix: str) -> bool:
        """Whether ``prefix``, which stands before a header of the host on its line, names an error of this
        runtime, whose message holds the host's."""
