"""A trace that is longer than is read at once: held until its end has come."""

from __future__ import annotations

from ...log_records.clock import Moment
from ...model import Snapshot, Trace
from ...runtimes import Format, Unfinished
from ..grouping.tally import Position
from .text import Text
from .walker import TOO_LONG, Sink


class HeldTrace:
    """The trace, and what is known of it beside its text."""

    def __init__(
        self,
        unfinished: Unfinished,
        sink: Sink,
        moment: Moment | None,
        position: Position,
        floors: dict[tuple[str, ...], int],
    ) -> None:
        self.done = False
        self._unfinished = unfinished
        self._sink = sink
        self._moment = moment
        self._position = position
        self._floors = floors

    def go_on(self, text: Text, at: int) -> int:
        """Take what stands at ``at``; gives where the trace ends, or how far it goes in what is at hand."""
        data = text.data
        stop = len(data) if text.final else data.rfind(b"\n") + 1
        end = self._unfinished.go_on(data, at, max(stop, at), final=text.final)
        self.done = self._unfinished.done
        if self.done:
            self._floors[()] = text.base + end
            self._sink.trace(self._unfinished.trace, self._moment, self._position)
        return end


def unfinished(
    formats: tuple[Format, ...], result: Trace | Snapshot, data: bytes, start: int, end: int
) -> Unfinished | None:
    """What goes on with ``result``, read from ``start`` of ``data`` and cut at ``end``, if anything does."""
    if not isinstance(result, Trace):
        return None
    given = next((each.go_on for each in formats if each.name == result.format), None)
    found = given(result, data, start, data.rfind(b"\n", start, end) + 1) if given is not None else None
    if found is not None:
        result.uncertain = [each for each in result.uncertain if each != TOO_LONG]
    return found
