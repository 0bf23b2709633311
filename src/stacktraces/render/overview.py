"""Groups of errors on a terminal, a line each, under a headline that says what needs attention."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..model import Frame, Group, Judgement, Verdict
from . import plain
from ._safe import one_line
from .axis import Axis, common_axis
from .report import ReportStats
from .terminal import STYLES
from .trends import Trend, trend

_VERDICTS: tuple[Verdict, ...] = ("regressed", "new", "similar", "known", "ignored")
_MARKS: dict[Trend | None, str] = {"grows": "↑", "stopped": "■", None: " "}
_TREND = 16
_MOST_TYPES = 3
_WRITER = 16
_WRITERS = ("pod", "host", "process", "logger")
_WITH_ID, _WITH_TREND, _WITH_RUNTIME, _WITH_WHOLE_NAMES, _WITH_WRITER = 110, 60, 100, 100, 90
"""Columns that a terminal must have for a column to be shown."""
_ID = 8
"""Characters of a fingerprint that are shown; ``stacktraces show`` takes the start of one."""


def show_overview(
    console: Console,
    shown: Sequence[tuple[Group, Judgement | None]],
    left_out: int,
    stats: ReportStats,
    families: Mapping[str, Sequence[Group]] | None = None,
) -> None:
    """Print the headline, a line for each group, and the totals; ``left_out`` groups are not shown.

    ``families`` are groups that differ in who called alone, by the fingerprint of the first, which is shown.
    """
    families = families or {}
    axis = common_axis(group for group, _ in shown)
    bars = [axis.bars(group) if axis else [] for group, _ in shown]
    trends = [trend(each, len(shown)) for each in bars]
    number = sum(len(families.get(group.fingerprint, (group,))) for group, _ in shown) + left_out
    for line in _headline(shown, trends, number, stats.traces):
        console.print(line)
    if shown:
        console.print()
        console.print(_table(console.width, shown, axis, bars, trends, families))
    more = f"{left_out:,} more groups with --top 0. " if left_out else ""
    hint = "--full shows each group's places; --format html is a page." if shown else ""
    console.print(Text(f"\n{plain.totals(stats)}\n{more}{hint}".rstrip(), "dim"))


def _headline(
    shown: Sequence[tuple[Group, Judgement | None]],
    trends: Sequence[Trend | None],
    number: int,
    occurrences: int,
) -> Iterator[Text]:
    if not shown:
        yield Text("No errors found.", "bold")
        return
    counts = Counter(judgement.verdict for _, judgement in shown if judgement)
    told = ", ".join(f"{counts[each]:,} {each}" for each in _VERDICTS if counts[each])
    line = (
        f"{number:,} distinct {'error' if number == 1 else 'errors'}, "
        f"{occurrences:,} {'occurrence' if occurrences == 1 else 'occurrences'}"
    )
    yield Text(f"{line}: {told}" if told else line, "bold")
    for kind, words in (("grows", "more often lately"), ("stopped", "not seen lately")):
        groups = [group for (group, _), each in zip(shown, trends, strict=True) if each == kind]
        if groups:
            names = [one_line(group.error.type or group.format) for group in groups[:_MOST_TYPES]]
            more = f" and {len(groups) - len(names)} more" if len(groups) > len(names) else ""
            yield Text(f"{_MARKS[kind]} {words}: {', '.join(names)}{more}")  # type: ignore[index]


def _table(
    width: int,
    shown: Sequence[tuple[Group, Judgement | None]],
    axis: Axis | None,
    bars: Sequence[Sequence[int]],
    trends: Sequence[Trend | None],
    families: Mapping[str, Sequence[Group]],
) -> Table:
    columns = {
        "verdict": any(judgement for _, judgement in shown),
        "count": True,
        "trend": axis is not None and width >= _WITH_TREND,
        "runtime": width >= _WITH_RUNTIME and plain.several_runtimes(group for group, _ in shown),
        "error": True,
        "where": True,
        "most by": width >= _WITH_WRITER and any(group.contexts for group, _ in shown),
        "id": width >= _WITH_ID,
    }
    table = Table(box=None, padding=(0, 2, 0, 0), show_edge=False, header_style="dim", expand=True)
    for name, wanted in columns.items():
        if wanted:
            table.add_column(
                _span(axis) if name == "trend" and axis else name,
                no_wrap=True,
                overflow="ellipsis",
                justify="right" if name == "count" else "left",
                ratio={"error": 3, "where": 2, "most by": 1}.get(name),
                min_width={"trend": _TREND + 2, "most by": _WRITER}.get(name),
            )
    for (group, judgement), counts, direction in zip(shown, bars, trends, strict=True):
        cells = _cells(group, judgement, width)
        if (members := families.get(group.fingerprint)) is not None:
            cells["count"] = Text(f"{sum(each.count for each in members):,}", "bold")
            cells["where"] = Text(f"{len(members):,} callers of {cells['where']}")
        cells["trend"] = Text.assemble(
            (plain.sparkline(list(counts), _TREND).ljust(_TREND), "cyan"), f" {_MARKS[direction]}"
        )
        table.add_row(*(cells[name] for name, wanted in columns.items() if wanted))
    return table


def _cells(group: Group, judgement: Judgement | None, width: int) -> dict[str, Text]:
    verdict = judgement.verdict if judgement else ""
    title = one_line(group.rule.title) if group.rule is not None and group.rule.title else None
    kind, colon, message = (title or plain.headline(group.error))[:width].partition(": ")
    if width < _WITH_WHOLE_NAMES:
        kind = _last_name(kind)
    frame = group.culprit or plain.innermost(group.error)
    return {
        "verdict": Text(verdict, STYLES.get(verdict, "")),
        "count": Text(f"{group.count:,}", "bold"),
        "runtime": Text(one_line(group.runtime or "")),
        "error": Text.assemble((kind, "bold red"), colon, message),
        "where": Text(_short_place(frame, width) if frame else ""),
        "most by": Text(_writer(group)),
        "id": Text(one_line(group.fingerprint[:_ID]), "dim"),
    }


def _writer(group: Group) -> str:
    """Which pod, host, process or logger, the first that is known, wrote most of it, and its share."""
    for name in _WRITERS:
        if (counts := group.contexts.get(name)) is not None and counts.values:
            value, count = max(counts.values.items(), key=lambda item: item[1])
            return one_line(f"{count / group.count:.0%} {value}")
    return ""


def _last_name(name: str) -> str:
    """``java.lang.Error`` without its package; what is no dotted name stays."""
    return name if " " in name else name.rpartition(".")[2] or name


def _short_place(frame: Frame, width: int) -> str:
    """The file's own name with the line, then the function: what fits beside the error."""
    function = frame.function
    if function is not None and width < _WITH_WHOLE_NAMES:
        function = _last_name(function)
    name = (frame.file or frame.module or "").replace("\\", "/").rpartition("/")[2]
    line = f":{frame.line}" if frame.line is not None else ""
    return one_line(" ".join(part for part in (f"{name}{line}", function) if part))


def _span(axis: Axis) -> str:
    """The two ends of the axis, as short as tells them apart."""
    start, end = axis.start, axis.end
    if start == end:
        return _clock(start)
    if start.date() == end.date():
        return f"{_clock(start)} to {_clock(end)}"
    if start.year == end.year:
        return f"{start:%b %d} to {end:%b %d}"
    return f"{start.year} to {end.year}"


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M}"
