"""How ``stacktraces log`` shows what it found."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypeAlias

import click

from ..render import plain
from ..render._safe import one_line
from ..render.report import Reporter, encode
from ..results.exchange import report_stats
from ..signatures.families import mark_families
from ..signatures.fingerprint import fingerprint
from ._color import wants_color
from ._log_options import TOP, Display
from ._run import complain

if TYPE_CHECKING:
    from ..model import Group, Judgement, Trace
    from ..render.report import ReportStats
    from ..results.result import Result
    from ._known_options import Judged

CHECKOUTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
"""Variables in which CI systems name the source tree."""

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

    def __init__(self, display: Display) -> None:
        self._display = display

    def write(self, result: Result, judged: Judged | None) -> None:
        """Write all groups, or those that are asked for, with the totals."""
        pairs = [pair for pair in self._ordered(result.groups, judged) if self._is_wanted(*pair)]
        verdicts = {group.fingerprint: judgement.verdict for group, judgement in pairs if judgement}
        families = mark_families((group for group, _ in pairs), lambda each: verdicts.get(each.fingerprint))
        stats = report_stats(result)
        if self._display.output == "text":
            pairs = [pair for pair in pairs if pair[0].family in (None, pair[0].fingerprint)]
            shown = pairs[: self._display.top] if self._display.top else pairs
            self._write_text(shown, len(pairs), stats, families)
        else:
            shown = pairs[: self._display.top] if self._display.top else pairs
            self._write_document(shown, stats, result)

    def _write_document(self, shown: list[Pair], stats: ReportStats, result: Result) -> None:
        from .. import __version__
        from ..checkout import Checkout
        from ..naming import own_frames
        from ..render.groups import Answer, Shown, find

        output = find(self._display.output)
        root = checkout_root(self._display.checkout)
        answer = Answer(
            shown=[Shown(group, judgement) for group, judgement in shown],
            stats=stats,
            locate=Checkout(root).locate,
            own_frames=own_frames,
            version=__version__,
            values=self._display.show_locals,
            ranges=result.ranges,
        )
        sys.stdout.buffer.writelines(output.pieces(answer))
        if output.companion is not None:
            variable, pieces = output.companion
            if path := os.environ.get(variable):
                _append(path, pieces(answer))
        if output.located:
            elsewhere = sum(answer.place(each.group) is None for each in answer.shown)
            if elsewhere:
                complain(
                    f"{elsewhere:,} of {len(answer.shown):,} groups are left out: none of their frames "
                    f"stands in a file of {one_line(root)}. Name the source tree with --checkout."
                )

    def _ordered(self, groups: Sequence[Group], judged: Judged | None) -> list[Pair]:
        if judged is not None:
            pairs: list[Pair] = [(each.group, each.judgement) for each in judged.labelled]
            if self._display.sort is None:
                return pairs
        else:
            pairs = [(group, None) for group in groups]
        if self._display.sort == "last":
            return sorted(pairs, key=lambda pair: pair[0].last_seen or "", reverse=True)
        if self._display.sort == "first":
            return sorted(pairs, key=lambda pair: pair[0].first_seen or "~")
        return sorted(pairs, key=lambda pair: -pair[0].count)

    def _is_wanted(self, group: Group, judgement: Judgement | None) -> bool:
        display = self._display
        if display.only is not None and (judgement is None or judgement.verdict not in display.only):
            return False
        if display.grep is None and display.exclude is None:
            return True
        text = "\n".join(plain.error_lines(group.error))
        if display.grep is not None and not display.grep.search(text):
            return False
        return display.exclude is None or not display.exclude.search(text)

    def _write_text(
        self, shown: list[Pair], total: int, stats: ReportStats, families: dict[str, list[Group]]
    ) -> None:
        color = wants_color(self._display.color)
        if self._display.color == "always" or sys.stdout.isatty():
            self._write_screen(shown, total, stats, color, families)
        else:
            mixed = plain.several_runtimes(group for group, _ in shown)
            for group, judgement in shown:
                alike = families.get(group.fingerprint, [])[1:]
                lines = plain.group_lines(group, judgement, color=color, show_runtime=mixed, alike=alike)
                click.echo("\n".join(lines) + "\n", color=color)
            click.echo(plain.totals(stats))
        if stats.dropped:
            click.echo(
                f"{stats.dropped:,} traces of further groups were counted only; raise --max-groups.", err=True
            )

    def _write_screen(
        self,
        shown: list[Pair],
        total: int,
        stats: ReportStats,
        color: bool,
        families: dict[str, list[Group]],
    ) -> None:
        """Write what a terminal shows: through the user's pager where it is longer than the window."""
        from ..render import terminal

        paged = self._display.pager and sys.stdin.isatty() and sys.stdout.isatty()
        limit = (total if paged else TOP) if self._display.top is None else (self._display.top or total)
        console = terminal.make_console(color)
        with console.capture() as captured:
            if self._display.full:
                if shown:
                    terminal.show_groups(console, shown[:limit], families)
                terminal.show_totals(console, stats, max(0, total - limit))
            else:
                from ..render.overview import show_overview

                show_overview(console, shown[:limit], max(0, total - limit), stats, families)
        text = captured.get()
        import shutil  # Takes long to import.

        if paged and text.count("\n") >= shutil.get_terminal_size().lines:
            click.echo_via_pager(text, color=color)
        else:
            click.echo(text, nl=False, color=color)


def checkout_root(named: str | None) -> str:
    """The source tree that ``--checkout`` names, else that of the CI system, else the current folder."""
    return named or next((root for each in CHECKOUTS if (root := os.environ.get(each))), os.curdir)


def _append(path: str, pieces: Iterable[bytes]) -> None:
    try:
        with open(path, "ab") as file:
            file.writelines(pieces)
    except OSError as error:
        complain(f"{path}, which the CI system names, cannot be written ({error.strerror}).")
