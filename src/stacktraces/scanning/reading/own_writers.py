"""Reading traces of writers whose prefix is known, past the lines of others."""

from __future__ import annotations

from ...unwrapping.own_lines import OwnLines
from ...unwrapping.prefixed_writer import PrefixedWriter
from ...unwrapping.streams import Writer
from ..setup import ScanSetup
from .region import Found, Region
from .text import Text
from .walker import WAIT

_MOST_WRITERS = 4096


class OwnWriters:
    """The writers that were met so far, each with a prefix that is always the same."""

    def __init__(self, setup: ScanSetup) -> None:
        self._setup = setup
        self._writers: dict[bytes, PrefixedWriter | None] = {}
        """By their prefixes; ``None`` where a longer prefix is another writer's."""
        self.met: tuple[PrefixedWriter, ...] = ()
        """All of them."""
        self._sizes: list[int] = []
        """The lengths of the prefixes, the longest first."""
        self._last: tuple[bytes, Region] = b"", Region(setup, (), 0)
        """The lines that were looked at last, and whose they are."""

    def learn(self, writer: PrefixedWriter) -> None:
        """Know ``writer`` by its prefix from now on."""
        prefix = writer.prefix.before
        if prefix in self._writers or len(self._writers) >= _MOST_WRITERS:
            return
        self._writers[prefix] = known = writer.anew()
        self.met += (known,)
        for size in self._sizes:
            if size < len(prefix) and prefix[:size] in self._writers:
                self._writers[prefix[:size]] = None
        if any(len(each) > len(prefix) and each.startswith(prefix) for each in self._writers):
            self._writers[prefix] = None
        self._sizes = sorted({*self._sizes, len(prefix)}, reverse=True)

    def read(
        self, text: Text, line: int, lookback: int, floors: dict[Writer, int]
    ) -> tuple[Region, list[Found]] | int | None:
        """What stands in the line at ``line`` of ``text.data``, and in which region; or ``WAIT``.

        ``None`` where its writer is not known, or the line may be of another one within that.
        """
        region = self._region(text, line, lookback)
        if region is None:
            return None
        offset = text.base + line
        found = None
        while region.end <= offset or (found := region.read(offset, lookback, floors)) is None:
            if not region.grow(text, offset):
                return WAIT
        own = region.unwrapper
        assert isinstance(own, OwnLines)
        if not found or own.is_doubtful(found[0].start, found[-1].end):
            return None
        return region, found

    def _region(self, text: Text, line: int, lookback: int) -> Region | None:
        for size in self._sizes:
            prefix = text.data[line : line + size]
            if prefix not in self._writers:
                continue
            writer = self._writers[prefix]
            if writer is None:
                return None
            last, region = self._last
            if last != prefix or not region.reaches(text, lookback):
                region = Region(self._setup, (), lookback, OwnLines(writer, self._setup.lines))
                self._last = prefix, region
            return region
        return None
