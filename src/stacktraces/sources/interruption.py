"""Ending the reading of streams before their end, so that what was read until then can be shown."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from ..errors import InputError

NOT_BEGUN = "was not read: interrupted."
NOT_ENDED = "was not read to its end: interrupted."


class Interrupted(InputError):
    """A stream was not read, or not to its end, for the user did not want to wait for it."""


class Interruption:
    """Once told, streams that were opened with it give no more: reading them raises ``Interrupted``."""

    def __init__(self) -> None:
        self.told = False
        self._waiting: Interrupted | None = None

    def tell(self) -> None:
        """End the reading. A signal handler may call it: what waits for bytes ends at once."""
        self.told = True
        if self._waiting is not None:
            raise self._waiting

    @contextlib.contextmanager
    def ends(self, sentence: str) -> Iterator[None]:
        """What waits within is ended, or not begun, by ``Interrupted`` with ``sentence``."""
        self._waiting = Interrupted(sentence)
        try:
            if self.told:
                raise self._waiting
            yield
        finally:
            self._waiting = None
