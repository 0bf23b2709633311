"""How ``stacktraces log`` shows what it found."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypeAlias

import click

from ..render import plain
from ..render._safe import one_line
from ..render.report import Reporter, ReportStats, encode, report_pieces, unread_place
from ..signatures.fingerprint import fingerprint
from ._color import wants_color
from .log import TOP

if TYPE_CHECKING:
    from ..model import Group, Judgement, Trace
    from ..scan import Result
    from ._known_options import Judged

Pair: TypeAlias = "tuple[Group, Judgement | None]"


def write_occurrences(traces: Iterable[Trace], output: str, show_locals: bool) -> None:
    """Write each trace as it is found: an object a line, an array, or a block of text.

    The text says which runtime printed a trace once there is more than one.
    """
    runtimes: set[str | None] = set()
    reporter = Reporter(show_locals=show_locals)
    separator = b"[\n"
    for trace in traces:
        if output == "text":
            runtimes.add(trace.runtime)
            click.echo("\n".join(_occurrence_lines(trace, show_locals, len(runtimes) > 1)) + "\n")
            continue
        line = encode(reporter.occurrence(trace, fingerprint(trace.error, trace.runtime)))
        if output == "json":
            sys.stdout.buffer.write(separator + line)
            separator = b",\n"
        else:
            sys.stdout.buffer.write(line + b"\n")
    if output == "json":
        sys.stdout.buffer.write(b"\n]\n" if separator == b",\n" else b"[]\n")


def _occurrence_lines(trace: Trace, show_locals: bool, show_runtime: bool) -> Iterable[str]:
    time = f"{plain.moment(trace.time)}  " if trace.time else ""
    runtime = f"  {one_line(trace.runtime)}" if show_runtime and trace.runtime else ""
    yield f"{time}{plain.source(trace.origin)}{runtime}"
    yield from plain.error_lines(trace.error, show_locals=show_locals, fold_related=True, indent="    ")
    yield from (f"    ({sentence})" for sentence in trace.uncertain)


class GroupOutput:
    """Groups in one of the formats."""

    def __init__(self, output: str, show_locals: bool, color: str, top: int | None, sort: str | None) -> None:
        self._output = output
        self._show_locals = show_locals
        self._color = color
        self._top = top
        self._sort = sort

    def write(self, result: Result, judged: Judged | None) -> None:
        """Write all groups, or those that are asked for, with the totals."""
        pairs = self._ordered(result.groups, judged)
        shown = pairs[: self._top] if self._top else pairs
        stats = ReportStats(
            bytes=result.stats.bytes,
            traces=result.stats.traces,
            groups=result.stats.groups,
            files=result.stats.files,
            unreadable=[each.reason for each in result.unreadable],
            seconds=result.stats.seconds,
            dropped=result.stats.beyond,
            unread=[unread_place(each.kind, each.count, each.first) for each in result.stats.unread],
        )
        if self._output == "text":
            self._write_text(shown, len(pairs), stats)
            return
        reporter = Reporter(show_locals=self._show_locals)
        reported = (reporter.group(group, judgement) for group, judgement in shown)
        if self._output == "json":
            sys.stdout.buffer.writelines(report_pieces(reported, stats))
        else:
            sys.stdout.buffer.writelines(encode(each) + b"\n" for each in reported)

    def _ordered(self, groups: Sequence[Group], judged: Judged | None) -> list[Pair]:
        if judged is not None:
            pairs: list[Pair] = [(each.group, each.judgement) for each in judged.labelled]
            if self._sort is None:
                return pairs
        else:
            pairs = [(group, None) for group in groups]
        if self._sort == "last":
            return sorted(pairs, key=lambda pair: pair[0].last_seen or "", reverse=True)
        if self._sort == "first":
            return sorted(pairs, key=lambda pair: pair[0].first_seen or "~")
        return sorted(pairs, key=lambda pair: -pair[0].count)

    def _write_text(self, shown: list[Pair], total: int, stats: ReportStats) -> None:
        color = wants_color(self._color)
        if self._color == "always" or sys.stdout.isatty():
            from ..render import terminal

            limit = TOP if self._top is None else (self._top or total)
            console = terminal.make_console(color)
            if shown:
                terminal.show_groups(console, shown[:limit])
            terminal.show_totals(console, stats, max(0, total - limit))
        else:
            mixed = plain.several_runtimes(group for group, _ in shown)
            for group, judgement in shown:
                lines = plain.group_lines(group, judgement, color=color, show_runtime=mixed)
                click.echo("\n".join(lines) + "\n", color=color)
            click.echo(plain.totals(stats))
        if stats.dropped:
            click.echo(
                f"{stats.dropped:,} traces of further groups were counted only; raise --max-groups.", err=True
            )
