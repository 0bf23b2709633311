"""Counts over time as bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from markupsafe import Markup

BARS = 60
_HOUR, _DAY = 3600, 86400


def _second(start: str) -> int:
    """When an hour or a day begins."""
    return int(datetime.fromisoformat(f"{start}T00"[:13] + ":00:00").replace(tzinfo=UTC).timestamp())


def _words(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%d %H:%M UTC")


class Axis:
    """One axis for several series, from the first hour or day of all to the last."""

    def __init__(self, series: Mapping[str, Mapping[str, int]], *, most_days: int | None = None) -> None:
        """``series`` has counts by hour (``YYYY-MM-DDTHH``), or by day (``YYYY-MM-DD``), by name.

        With ``most_days`` what is older than so many days before the last one is left out.
        """
        starts = {start for counts in series.values() for start in counts}
        step = _DAY if all(len(each) == len("2026-01-31") for each in starts) else _HOUR
        seconds = {each: _second(each) for each in starts}
        self._series = series
        self._end = max(seconds.values(), default=0) + step
        self._start = min(seconds.values(), default=0)
        if most_days is not None:
            self._start = max(self._start, self._end - most_days * _DAY)
        self._number = BARS if step == _HOUR else min(BARS, (self._end - self._start) // step)
        self._seconds = seconds

    def bars(self, name: str) -> list[int]:
        """The counts of that series in each of the equal spans of the axis."""
        found = [0] * self._number
        width = self._end - self._start
        for start, count in self._series.get(name, {}).items():
            if (behind := self._seconds[start] - self._start) >= 0:
                found[behind * self._number // width] += count
        return found

    @property
    def ends(self) -> tuple[str, str]:
        """Where the axis begins and ends, for a person; empty where there is none."""
        if not self._seconds:
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
