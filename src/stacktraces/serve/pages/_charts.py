"""Counts over time as bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from markupsafe import Markup

BARS = 60
_HOUR = 3600


def _second(hour: str) -> int:
    return int(datetime.fromisoformat(f"{hour}:00:00").replace(tzinfo=UTC).timestamp())


def _words(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%d %H:%M UTC")


class Axis:
    """One axis for several series, from the first hour of all to the last."""

    def __init__(self, series: Mapping[str, Mapping[str, int]]) -> None:
        """``series`` has counts by hour (``YYYY-MM-DDTHH``), by name."""
        hours = {hour for counts in series.values() for hour in counts}
        self._series = series
        self._start = min(map(_second, hours), default=0)
        self._end = max(map(_second, hours), default=0) + _HOUR
        self._hours = len(hours)

    def bars(self, name: str) -> list[int]:
        """The counts of that series in each of the equal spans of the axis."""
        found = [0] * BARS
        width = self._end - self._start
        for hour, count in self._series.get(name, {}).items():
            found[min(BARS - 1, (_second(hour) - self._start) * BARS // width)] += count
        return found

    @property
    def ends(self) -> tuple[str, str]:
        """Where the axis begins and ends, for a person; empty where there is none."""
        if not self._hours:
            return "", ""
        return _words(self._start), _words(self._end)


def drawn(counts: Sequence[int], kind: str, width: int, height: int) -> Markup:
    """``counts`` as a picture of bars; nothing where all are 0."""
    most = max(counts, default=0)
    if not most:
        return Markup()
    step = width / len(counts)
    bars = "".join(
        f'<rect x="{at * step:.1f}" y="{height - high:.1f}" width="{step * 0.8:.1f}" height="{high:.1f}"/>'
        for at, count in enumerate(counts)
        if count and (high := max(2.0, count / most * height))
    )
    return Markup(
        f'<svg class="{kind}" viewBox="0 0 {width} {height}" preserveAspectRatio="none" role="img" '
        f'aria-label="Counts over time, at most {most:,}">{bars}</svg>'
    )
