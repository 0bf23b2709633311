"""Ending the reading of streams before their end, so that what was read until then can be shown."""

from __future__ import annotations

from types import TracebackType

from ..errors import InputError

NOT_BEGUN = "was not read: interrupted."
NOT_ENDED = "was not read to its end: interrupted."


class Interrupted(InputError):
    """A stream was not read, or not to its end, for the user did not want to wait for it."""


class Interruption:
    """Once told, streams that were opened with it give no more: reading them raises ``Interrupted``."""

    def __init__(self) -> None:
        self.told = False
        self.waiting: Interrupted | None = None
        """What ends the wait that there is at the moment."""

    def tell(self) -> None:
        """End the reading. A signal handler may call it: what waits for bytes ends at once."""
        self.told = True
        if self.waiting is not None:
            raise self.waiting

    def ends(self, sentence: str) -> _Ends:
        """What waits within is ended, or not begun, by ``Interrupted`` with ``sentence``."""
        return _Ends(self, sentence)


class _Ends:
    """See :meth:`Interruption.ends`; a class, since a small file takes less time than a generator does."""

    __slots__ = ("_error", "_interruption")

    def __init__(self, interruption: Interruption, sentence: str) -> None:
        self._interruption = interruption
        self._error = Interrupted(sentence)

    def __enter__(self) -> None:
        try:
            self._interruption.waiting = self._error
            if self._interruption.told:
                raise self._error
        except BaseException:
            self._interruption.waiting = None
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._interruption.waiting = None
