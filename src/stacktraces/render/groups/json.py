"""One JSON document: groups with totals (``docs/schema.md``)."""

from __future__ import annotations

from collections.abc import Iterator

from ..report import Reporter, report_pieces
from . import Answer, Output


def pieces(answer: Answer) -> Iterator[bytes]:
    """The document."""
    reporter = Reporter(show_locals=answer.values)
    yield from report_pieces(
        (reporter.group(each.group, each.judgement) for each in answer.shown), answer.stats, answer.ranges
    )


OUTPUT = Output(pieces)
