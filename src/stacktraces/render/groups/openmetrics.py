"""OpenMetrics text (version 1.0.0), for Prometheus and what reads its format.

Each label's values are as many as there are groups, which monitoring systems pay for: beyond a limit, the
occurrences of all further groups are added up in one series.
"""

from __future__ import annotations

from collections.abc import Iterator

from .._safe import one_line
from . import Answer, Output, Shown
from ._words import where

MOST = 200
"""Groups with a series of their own, the first in the order shown."""
_LONGEST = 200
"""Characters of a label's value."""


def pieces(answer: Answer) -> Iterator[bytes]:
    """The families, each with its type and help, and the end mark."""
    for line in _lines(answer):
        yield f"{line}\n".encode("utf-8", "backslashreplace")


def _lines(answer: Answer) -> Iterator[str]:
    yield "# TYPE stacktraces_errors counter"
    yield "# HELP stacktraces_errors Occurrences of an error in what was read."
    for each in answer.shown[:MOST]:
        yield f"stacktraces_errors_total{{{_labels(each)}}} {each.group.count}"
    if rest := answer.shown[MOST:]:
        yield f'stacktraces_errors_total{{fingerprint="others"}} {sum(each.group.count for each in rest)}'
    yield "# TYPE stacktraces_groups gauge"
    yield "# HELP stacktraces_groups Distinct errors by verdict."
    verdicts = [each.verdict or "unlabelled" for each in answer.shown]
    for verdict in sorted(set(verdicts)):
        yield f'stacktraces_groups{{verdict="{verdict}"}} {verdicts.count(verdict)}'
    yield "# TYPE stacktraces_read_bytes counter"
    yield "# UNIT stacktraces_read_bytes bytes"
    yield "# HELP stacktraces_read_bytes Bytes that were read, after decompression."
    yield f"stacktraces_read_bytes_total {answer.stats.bytes}"
    yield "# TYPE stacktraces_unreadable_files gauge"
    yield "# HELP stacktraces_unreadable_files Files that could not be read."
    yield f"stacktraces_unreadable_files {len(answer.stats.unreadable)}"
    yield "# EOF"


def _labels(shown: Shown) -> str:
    group = shown.group
    labels = {
        "fingerprint": group.fingerprint,
        "type": group.error.type or group.format,
        "where": where(group) or "",
        "runtime": group.runtime or "",
        "verdict": shown.verdict or "",
    }
    return ",".join(f'{name}="{_value(text)}"' for name, text in labels.items() if text)


def _value(text: str) -> str:
    return one_line(text)[:_LONGEST].replace("\\", "\\\\").replace('"', '\\"')


OUTPUT = Output(pieces)
