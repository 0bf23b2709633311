"""Groups as Markdown: a table, then the stacks of what needs attention, folded.

All text of the input stands in code spans and code blocks, where CommonMark and GitHub's dialect know neither
markup, HTML, links nor mentions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .. import plain
from .._safe import one_line, safe
from . import Answer, Output, Shown
from ._words import stack, where

_ROWS = 200
_STACKS = 20
_LONGEST_STACK = 6000
_LARGEST_SUMMARY = 1000 << 10
"""Bytes of a step's summary: GitHub refuses more than a MiB."""


def pieces(answer: Answer) -> Iterator[bytes]:
    """The whole text."""
    for line in _lines(answer):
        yield f"{line}\n".encode("utf-8", "backslashreplace")


def summary(answer: Answer) -> Iterator[bytes]:
    """The text, as far as the summary of a step may be long."""
    size = 0
    for piece in pieces(answer):
        size += len(piece)
        if size > _LARGEST_SUMMARY:
            return
        yield piece


def _lines(answer: Answer) -> Iterator[str]:
    yield f"### {_heading(answer)}"
    yield ""
    if answer.shown:
        labelled = any(each.judgement for each in answer.shown)
        columns = [*(["Verdict"] if labelled else []), "Count", "Error", "Where", "Last seen"]
        yield f"| {' | '.join(columns)} |"
        yield "|" + "|".join(" ---: " if name == "Count" else " --- " for name in columns) + "|"
        for each in answer.shown[:_ROWS]:
            cells = [*([each.verdict or ""] if labelled else []), *_cells(each)]
            yield f"| {' | '.join(cells)} |"
        if len(answer.shown) > _ROWS:
            yield ""
            yield f"{len(answer.shown) - _ROWS:,} more groups."
        yield ""
    for each in [each for each in answer.shown if each.verdict in (None, "new", "regressed")][:_STACKS]:
        yield from _details(answer, each)
    yield _totals(answer)


def _heading(answer: Answer) -> str:
    shown = answer.shown
    if not shown:
        return "No errors found"
    counts = {
        verdict: sum(each.verdict == verdict for each in shown)
        for verdict in ("regressed", "new", "similar", "known", "ignored")
    }
    told = ", ".join(f"{number:,} {verdict}" for verdict, number in counts.items() if number)
    distinct = f"{len(shown):,} distinct {'error' if len(shown) == 1 else 'errors'}"
    return f"{distinct}: {told}" if told else distinct


def _cells(shown: Shown) -> list[str]:
    group = shown.group
    return [
        f"{group.count:,}",
        _code(plain.headline(group.error)),
        _code(where(group) or ""),
        _code(plain.moment(group.last_seen)),
    ]


def _details(answer: Answer, shown: Shown) -> Iterator[str]:
    text = stack(shown.group)
    if len(text) > _LONGEST_STACK:
        text = f"{text[:_LONGEST_STACK]}\n…"
    fence = "`" * max(3, _longest_run(text) + 1)
    kind = safe(shown.group.error.type or shown.group.format, "html")
    place = answer.place(shown.group)
    at = f" at <code>{safe(place.path, 'html')}:{place.line}</code>" if place else ""
    yield f"<details><summary><code>{kind}</code>{at}, {shown.group.count:,} ×</summary>"
    yield ""
    yield fence
    yield text
    yield fence
    yield ""
    yield f"Fingerprint {_code(shown.group.fingerprint)}"
    yield "</details>"
    yield ""


def _totals(answer: Answer) -> str:
    stats = answer.stats
    return f"{plain.size(stats.bytes)} in {stats.files:,} files, {stats.traces:,} traces."


def _code(text: str) -> str:
    """A code span that may stand in a table's cell."""
    text = one_line(text)[:300]
    if not text:
        return ""
    fence = "`" * (_longest_run(text) + 1)
    padding = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
    return f"{fence}{padding}{text}{padding}{fence}".replace("|", "\\|")


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


OUTPUT = Output(pieces)
