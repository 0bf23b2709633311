"""GitLab's code quality report: the format of Code Climate's issues that GitLab documents."""

from __future__ import annotations

from collections.abc import Iterator

from .. import plain
from ..report import encode
from . import Answer, Output, Shown
from ._words import facts, level

_SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}


def pieces(answer: Answer) -> Iterator[bytes]:
    """An array with an object for each group that has a place in the checkout."""
    separator = b"[\n"
    for each in answer.shown:
        if (issue := _issue(answer, each)) is not None:
            yield separator + encode(issue)
            separator = b",\n"
    yield b"[]\n" if separator == b"[\n" else b"\n]\n"


def _issue(answer: Answer, shown: Shown) -> dict[str, object] | None:
    group = shown.group
    place = answer.place(group)
    if place is None:
        return None
    text = " ".join([f"{plain.headline(group.error)}.", *facts(group, shown.judgement)])
    severity = "critical" if shown.verdict == "regressed" else _SEVERITIES[level(shown)]
    return {
        "description": text[:2000],
        "check_name": group.error.type or group.format,
        "fingerprint": group.fingerprint,
        "severity": severity,
        "location": {"path": place.path, "lines": {"begin": place.line}},
    }


OUTPUT = Output(pieces, located=True)
