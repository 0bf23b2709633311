"""Who has which token: asked of the database once in some seconds, not for each request."""

from __future__ import annotations

import time
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool

from .store import SiteStore
from .tokens import Bearer, digest

SECONDS = 5.0
"""For so long a token that was taken back may still be used."""
_MOST = 10_000


class Bearers:
    """Used by the event loop alone."""

    def __init__(self, store: SiteStore, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._clock = clock
        self._found: dict[str, tuple[Bearer, float]] = {}
        """By the digests of tokens, and until when."""

    async def of(self, token: str) -> Bearer | None:
        """Who has ``token``; ``None`` where nobody has. Raises ``StoreError``."""
        key, now = digest(token), self._clock()
        found, until = self._found.get(key, (None, 0.0))
        if found is not None and now < until:
            return found
        found = await run_in_threadpool(self._store.bearer, token)
        if found is None:  # Is asked again: guesses would fill the memory.
            self._found.pop(key, None)
            return None
        if len(self._found) >= _MOST:
            self._found.clear()
        self._found[key] = found, now + SECONDS
        return found
