"""Groups as they appear in files that grow."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator

from ...log_records.clock import Clock
from ...model import Group
from ...results.result import Result, Unread
from ...results.unread import added_up
from ...signatures.culprit import culprit
from ...sources.follow import FollowedFile
from ...sources.paths import in_order
from ..grouping.results import result_of
from ..grouping.tally import group_of
from ..options import Options, Totals
from .scanner import make_grouping, reader_for, setup_for
from .text import Text
from .walker import Walker

INTERVAL = 0.2
"""Seconds between looks at files that had nothing new."""
_QUIET = 1.0
"""Seconds without news after which the text at hand is taken to be whole."""


class Follower:
    """Follows ``paths``; iterating gives each group when it is seen for the first time, until ``stop``.

    Raises ``InputError`` when a file cannot be followed.
    """

    def __init__(
        self, paths: Iterable[str], options: Options, pause: Callable[[], None] | None = None
    ) -> None:
        """``pause`` is called now and then, while nothing is read."""
        self._options = options
        self._pause = pause
        self._stopped = False
        self._clock = Clock(options.zone, options.now)
        self._grouping = make_grouping(options, self._clock)
        setup = setup_for(options)
        choose = reader_for(setup, self._grouping, options)
        self._files = [
            _Followed(FollowedFile(path), lambda text: Walker(setup, text, choose), number)
            for number, path in enumerate(in_order(paths))
        ]
        self._begun = time.monotonic()

    def __iter__(self) -> Iterator[Group]:
        shown: set[str] = set()
        while not self._stopped:
            news = [each.step(self._options.chunk) for each in self._files]
            yield from self._unseen(shown)
            if self._pause is not None:
                self._pause()
            if not any(news) and not self._stopped:
                time.sleep(INTERVAL)
        for each in self._files:
            each.flush()
        yield from self._unseen(shown)

    def _unseen(self, shown: set[str]) -> Iterator[Group]:
        tallies = self._grouping.tallies
        for name in [each for each in tallies if each not in shown] if len(tallies) > len(shown) else ():
            shown.add(name)
            yield group_of(tallies[name], self._clock, culprit, self._grouping.paths)

    def stop(self) -> None:
        """End the iteration soon, with what was read so far; may be called by a signal handler."""
        self._stopped = True

    def result(self) -> Result:
        """All that was seen so far."""
        totals = Totals(
            bytes=sum(each.bytes for each in self._files),
            files=len(self._files),
            unread=[each for file in self._files for each in file.unread],
        )
        result = result_of(self._grouping, totals, self._clock)
        result.stats.seconds = round(time.monotonic() - self._begun, 3)
        return result

    def close(self) -> None:
        """Give all files back."""
        for each in self._files:
            each.file.close()


class _Followed:
    def __init__(self, file: FollowedFile, walk: Callable[[Text], Walker], number: int) -> None:
        self.file = file
        self.bytes = 0
        self._walk = walk
        self._number = number
        self._generation = file.generation
        self._walker = walk(Text(file.path, number))
        self._pending = False
        self._news = time.monotonic()
        self.unread: list[Unread] = []

    def step(self, size: int) -> bool:
        """Take in what is new; whether there was something."""
        chunk = self.file.read(size)
        if self.file.generation != self._generation:
            self.flush()
            self._generation = self.file.generation
            self._walker = self._walk(Text(self.file.path, self._number))
        if chunk:
            self.bytes += len(chunk)
            self._walker.feed(chunk, final=False)
            self._pending, self._news = True, time.monotonic()
        elif time.monotonic() - self._news > _QUIET:
            self.flush()
        return bool(chunk)

    def flush(self) -> None:
        """Take the text at hand to be whole."""
        if self._pending:
            self._walker.feed(b"", final=True)
            self.unread = added_up([*self.unread, *self._walker.unread()])
            self._pending = False
