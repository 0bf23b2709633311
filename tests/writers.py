"""What each writer of a log wrote: carriers and prefixes taken off, as a scan does it around its hits."""

from __future__ import annotations

from stacktraces.carriers import Carrier
from stacktraces.runtimes import known_trace_lines
from stacktraces.unwrapping.detection import detect
from stacktraces.unwrapping.prefixed_writers import PrefixedWriters
from stacktraces.unwrapping.streams import Stream
from stacktraces.unwrapping.unwrapper import unwrapped

KNOWN = known_trace_lines()


def all_writers(data: bytes, stack: tuple[Carrier, ...] | None = None) -> list[Stream]:
    """The streams of ``data``: of each prefixed writer, and of what else each writer of a carrier wrote."""
    found: list[Stream] = []
    for source in unwrapped(data, detect(data, KNOWN) if stack is None else stack, KNOWN):
        writers = PrefixedWriters(KNOWN, source, 0)
        writers.feed()
        rest, prefixed = Stream(source.writer), dict.fromkeys(_owned(source, writers))
        position = 0
        while position < source.end:
            place = source.place(position)
            owner = writers.owner(place.offset)
            if owner is None or not owner.confirmed:
                rest.add(source.between(place.start, place.end - 1), *place[2:])
            position = place.end
        found += [*prefixed, *([rest] if rest.text else [])]
    return found


def _owned(source: Stream, writers: PrefixedWriters) -> list[Stream]:
    position, found = 0, []
    while position < source.end:
        place = source.place(position)
        if (owner := writers.owner(place.offset)) is not None and owner.confirmed:
            found.append(owner.stream)
        position = place.end
    return found
