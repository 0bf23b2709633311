"""A JSON object for each group, one a line."""

from __future__ import annotations

from collections.abc import Iterator

from ..report import Reporter, encode
from . import Answer, Output


def pieces(answer: Answer) -> Iterator[bytes]:
    """A line for each group."""
    reporter = Reporter(show_locals=answer.values)
    for each in answer.shown:
        yield encode(reporter.group(each.group, each.judgement)) + b"\n"


OUTPUT = Output(pieces)
