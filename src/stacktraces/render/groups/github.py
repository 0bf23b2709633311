"""Annotations for GitHub Actions, what is new first, and a summary of the step in Markdown.

The commands and their escapes are those of the runner's documentation, "Workflow commands for GitHub
Actions". A step shows ten annotations of each level, so the rest is left to the summary.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from .. import plain
from .._safe import one_line, printable
from . import Answer, Output, Shown
from ._words import facts, level, title
from .markdown import summary

MOST = 10
"""Annotations of one level that a step shows."""
_LONGEST = 4000
"""Characters of an annotation."""
_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}
_RANK = ("error", "warning", "note")


def pieces(answer: Answer) -> Iterator[bytes]:
    """A command a line; ignored groups have none."""
    wanted = [each for each in answer.shown if each.verdict != "ignored"]
    wanted.sort(key=lambda each: _RANK.index(level(each)))
    given: Counter[str] = Counter()
    for each in wanted:
        given[level(each)] += 1
        if given[level(each)] <= MOST:
            yield f"{_command(answer, each)}\n".encode("utf-8", "backslashreplace")
    if (more := sum(max(0, count - MOST) for count in given.values())) > 0:
        yield f"{more} more groups are in the summary of the step.\n".encode()


def _command(answer: Answer, shown: Shown) -> str:
    place = answer.place(shown.group)
    properties = {"title": title(shown)}
    if place is not None:
        properties |= {"file": place.path, "line": str(place.line)}
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    text = "\n".join([plain.headline(shown.group.error), *facts(shown.group, shown.judgement)])
    return f"::{_COMMANDS[level(shown)]} {listed}::{_data(text[:_LONGEST])}"


def _data(text: str) -> str:
    return printable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(one_line(text)).replace(":", "%3A").replace(",", "%2C")


OUTPUT = Output(pieces, companion=("GITHUB_STEP_SUMMARY", summary))
