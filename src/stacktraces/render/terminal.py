"""Groups of errors as a table for a terminal of any width, in colours where it has them."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..model import Group, Judgement
from ._safe import one_line
from .plain import (
    headline,
    innermost,
    moment,
    place,
    root_cause,
    rule_words,
    several_runtimes,
    source,
    span,
    sparkline,
    totals,
)
from .report import ReportStats

STYLES = {
    "new": "bold red",
    "regressed": "bold magenta",
    "similar": "yellow",
    "known": "green",
    "ignored": "dim",
}
_WIDE, _NARROW, _NARROWEST = 130, 60, 20
_TREND = 12
_LONGEST = 240
"""Characters of a message that the table shows; ``stacktraces show`` has all."""


def make_console(color: bool) -> Console:
    """A console on standard output."""
    return Console(
        width=max(shutil.get_terminal_size().columns, _NARROWEST),
        force_terminal=color,
        no_color=not color,
        color_system="standard" if color else None,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=False,
    )


def show_groups(
    console: Console,
    groups: Iterable[tuple[Group, Judgement | None]],
    families: Mapping[str, Sequence[Group]],
) -> None:
    """Print a table with a row for each group; ``families`` as for the overview."""
    pairs = list(groups)
    width = console.width
    labelled = any(judgement for _, judgement in pairs)
    dated = any(group.first_seen for group, _ in pairs)
    mixed = several_runtimes(group for group, _ in pairs)
    trending = any(len(group.timeline) > 1 for group, _ in pairs)
    table = Table(box=None, padding=(0, 2, 1, 0), show_edge=False, header_style="bold", expand=False)
    columns: list[str] = []

    def column(name: str, shown: bool, **options: object) -> None:
        if shown:
            columns.append(name)
            table.add_column(name, no_wrap=name != "error", **options)  # type: ignore[arg-type]

    column("verdict", labelled)
    column("count", True, justify="right")
    column("runtime", mixed and width >= _NARROW)
    column("first seen", dated and width >= _WIDE)
    column("last seen", dated and width >= _WIDE)
    column("over time", trending and width >= _NARROW)
    column("error", True, overflow="fold", ratio=1)
    for group, judgement in pairs:
        cells = _cells(group, judgement, width < _WIDE)
        if alike := families.get(group.fingerprint, ())[1:]:
            total = sum(each.count for each in alike)
            words = f"\n{len(alike):,} groups more, {total:,} ×, differ in who called alone"
            cells["error"].append(words, "cyan")
        table.add_row(*(cells[name] for name in columns))
    console.print(table)


def _cells(group: Group, judgement: Judgement | None, dates_inside: bool) -> dict[str, Text]:
    verdict = judgement.verdict if judgement else ""
    return {
        "verdict": Text(verdict, STYLES.get(verdict, "")),
        "count": Text(f"{group.count:,}", "bold"),
        "runtime": Text(one_line(group.runtime or "")),
        "first seen": Text(moment(group.first_seen)),
        "last seen": Text(moment(group.last_seen)),
        "over time": Text(sparkline(group.timeline, _TREND), "cyan"),
        "error": _error(group, judgement, dates_inside),
    }


def _error(group: Group, judgement: Judgement | None, dates_inside: bool) -> Text:
    kind, colon, message = _short(headline(group.error)).partition(": ")
    lines = [Text.assemble((kind, "bold red"), colon, message)]
    if group.culprit is not None:
        lines.append(Text(f"at {place(group.culprit)}"))
    elif (frame := innermost(group.error)) is not None:
        lines.append(Text(f"raised at {place(frame)}"))
    if (root := root_cause(group.error)) is not None:
        lines.append(Text(f"root cause {_short(headline(root))}", "yellow"))
    if group.rule is not None:
        lines.append(Text(f"rule {rule_words(group.rule)}", "cyan"))
    if judgement is not None and judgement.issue is not None:
        issue = judgement.issue
        lines.append(Text(one_line(f"{issue.id}: {' '.join(issue.title.split())}"), "green"))
        if issue.link:
            lines.append(Text(one_line(issue.link), "green"))
    if judgement is not None and judgement.reason and (judgement.unsure or judgement.verdict == "similar"):
        lines.append(Text(one_line(judgement.reason), "dim"))
    if dates_inside and group.first_seen is not None:
        lines.append(Text(span(group), "dim"))
    places = f"{source(group.sources[0])}  " if group.sources else ""
    lines.append(Text(f"{places}{group.fingerprint}", "dim"))
    return Text("\n").join(lines)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def show_totals(console: Console, stats: ReportStats, left_out: int) -> None:
    """Print the line of totals."""
    more = f"{left_out:,} more groups with --top 0; " if left_out else ""
    console.print(Text(f"{more}{totals(stats)}", "dim"))
