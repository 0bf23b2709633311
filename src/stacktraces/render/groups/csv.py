"""Comma-separated values (RFC 4180, with Unix line ends) under a line of headings, for spreadsheets.

Spreadsheets run cells that begin with certain characters as formulas (OWASP, "CSV Injection"): such a cell of
the input gets an apostrophe in front.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from .. import plain
from .._safe import printable
from . import Answer, Output, Shown
from ._words import where

_COLUMNS = (
    "verdict", "count", "first_seen", "last_seen", "runtime", "type", "message", "where", "file", "line",
    "root_cause", "source", "fingerprint", "issue", "reason",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def pieces(answer: Answer) -> Iterator[bytes]:
    """A line of headings, then one for each group."""
    yield _row(list(_COLUMNS))
    for each in answer.shown:
        yield _row([_inert(cell) if isinstance(cell, str) else cell for cell in _cells(answer, each)])


def _cells(answer: Answer, shown: Shown) -> list[str | int | None]:
    group, judgement = shown.group, shown.judgement
    place = answer.place(group)
    root = plain.root_cause(group.error)
    return [
        shown.verdict,
        group.count,
        group.first_seen,
        group.last_seen,
        group.runtime,
        group.error.type,
        group.error.message,
        where(group),
        place.path if place else None,
        place.line if place else None,
        plain.headline(root) if root else None,
        plain.source(group.sources[0]) if group.sources else None,
        group.fingerprint,
        judgement.issue.id if judgement and judgement.issue else None,
        judgement.reason if judgement else None,
    ]


def _inert(text: str) -> str:
    text = printable(text)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _row(cells: list[str] | list[str | int | None]) -> bytes:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow("" if cell is None else cell for cell in cells)
    return written.getvalue().encode("utf-8", "backslashreplace")


OUTPUT = Output(pieces)
