"""One group of errors, whole: for a terminal, and its parts for a pipe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import msgspec
from rich.console import Console
from rich.text import Text

from ..model import Error, Frame, Group, ValueCounts
from . import plain
from ._safe import one_line, printable
from .groups import OwnFrames, Shown
from .terminal import STYLES

_FOLDED = 3
"""Library frames in a row that are folded."""
_VALUES = 5
_ROWS = 12
_BAR = 40
_MESSAGE = "message"


class Detail(msgspec.Struct, frozen=True):
    """What is shown of a group."""

    shown: Shown
    own_frames: OwnFrames
    masked: str | None = None
    """The message with what varies masked."""
    before: Sequence[str] = ()
    """The log's lines before the first occurrence."""
    show_locals: bool = False


def show_detail(console: Console, detail: Detail) -> None:
    """Print the screen of one group."""
    for line in _screen(detail):
        console.print(line, no_wrap=line.no_wrap, overflow=line.overflow or "fold")


def _screen(detail: Detail) -> Iterator[Text]:
    group, judgement = detail.shown.group, detail.shown.judgement
    verdict = f"{judgement.verdict.upper()}  " if judgement else ""
    kind, colon, message = plain.headline(group.error).partition(": ")
    style = STYLES.get(judgement.verdict, "") if judgement else ""
    yield Text.assemble((verdict, style), f"{group.count:,} × ", (kind, "bold red"), colon, message)
    for line in list(plain.group_lines(group, judgement, show_runtime=True))[1:]:
        yield Text(line)
    if detail.before:
        yield _heading("the log before it")
        yield from (Text(f"  {printable(line)}", "dim") for line in detail.before)
    yield _heading("stack, outermost call first")
    yield from _error(group.error, detail)
    for title, lines in sections(detail):
        yield _heading(title)
        yield from (Text(f"  {line}") for line in lines)
    yield _heading("seen at")
    yield from (Text(f"  {line}") for line in places(group))


def _heading(text: str) -> Text:
    return Text(f"\n{text}", "bold")


def _error(error: Error, detail: Detail) -> Iterator[Text]:
    for each in reversed(error.chain()):
        if each.cause is not None:
            yield Text(f"  {plain.led_to(each)}", "yellow")
        yield from _frames(each, detail)
        yield Text.assemble("  ", (one_line(plain.headline(each)), "bold red"))
        yield from (Text(f"    note: {printable(note)}") for note in each.notes)


def _frames(error: Error, detail: Detail) -> Iterator[Text]:
    runtime = error.runtime or detail.shown.group.runtime
    marked = list(zip(error.frames, detail.own_frames(error.frames, runtime), strict=True))[::-1]
    place = 0
    while place < len(marked):
        end = place
        while end < len(marked) and not marked[end][1]:
            end += 1
        if end - place >= _FOLDED:
            first = plain.place(marked[place][0])
            folded = f"    … {end - place} frames of libraries, from {first}"
            yield Text(folded, "dim", no_wrap=True, overflow="ellipsis")
            place = end
            continue
        frame, own = marked[place]
        yield from _frame(frame, own, detail.show_locals)
        place += 1


def _frame(frame: Frame, own: bool, show_locals: bool) -> Iterator[Text]:
    yield Text(f"    {plain.place(frame)}", "bold" if own else "dim")
    if frame.source and own:
        yield Text(f"      {one_line(frame.source.strip())}", "cyan")
    if show_locals and frame.locals:
        for name, value in frame.locals.items():
            yield Text(f"      {one_line(name)} = {one_line(value)}")


def sections(detail: Detail) -> Iterator[tuple[str, list[str]]]:
    """The further parts, each with its title: who wrote it, which values the message takes, when."""
    group = detail.shown.group
    written = [
        line
        for name, counts in group.contexts.items()
        if name != _MESSAGE
        for line in (f"{name:<8} {_most(counts, group.count)}",)
    ]
    if written:
        yield "written by", written
    messages = group.contexts.get(_MESSAGE)
    if messages is not None and messages.distinct > 1:
        about = "about " if messages.error else ""
        masked = [one_line(detail.masked)] if detail.masked else []
        counted = [f"{about}{messages.distinct:,} different: {_most(messages, group.count)}"]
        yield "values of the message", [*masked, *counted]
    rows = list(histogram(group))
    if len(rows) > 1:
        yield "when", rows


def _most(counts: ValueCounts, total: int) -> str:
    frequent = sorted(counts.values.items(), key=lambda item: (-item[1], item[0]))
    shown = ", ".join(f"{one_line(value)} {count:,} ×" for value, count in frequent[:_VALUES])
    rest = total - sum(count for _, count in frequent[:_VALUES])
    return f"{shown}, others {rest:,} ×" if rest > 0 else shown


def histogram(group: Group) -> Iterator[str]:
    """The counts over time, a row each, with the time at which each starts; the longest bar is the axis."""
    start, width = group.timeline_start, group.timeline_width
    if start is None or width is None or len(group.timeline) < 2:
        return
    step = -(-len(group.timeline) // _ROWS)
    counts = [sum(group.timeline[at : at + step]) for at in range(0, len(group.timeline), step)]
    most = max(counts) or 1
    for place, count in enumerate(counts):
        moment = datetime.fromtimestamp(start + place * step * width, UTC)
        bar = "█" * (-(-count * _BAR // most))
        yield f"{moment:%Y-%m-%d %H:%M:%S} {bar:<{_BAR}} {count:,}"


def places(group: Group) -> Iterator[str]:
    """Where it was seen, a line each."""
    yield from (plain.source(each) for each in group.sources)
    more = group.count - len(group.sources)
    if group.sources and more > 0:
        yield f"and {more:,} more"
