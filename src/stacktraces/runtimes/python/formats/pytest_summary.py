"""pytest's summary of a run whose failures are told nowhere else: ``--tb=no`` and ``--tb=line``.

==================  =========================================================  =========================
line                sample                                                     what comes next
==================  =========================================================  =========================
progress            ``tests/test_shop.py F.E                      [100%]``     header
warnings            ``========= warnings summary =========`` … ``-- Docs: …``  header
place, ``line``     ``/srv/app/shop.py:13: KeyError: 'fig'``                   header
header              ``========= short test summary info =========``            failure
failure             ``FAILED tests/test_shop.py::test_total - KeyError: 1``    failure, other outcome
other outcome       ``SKIPPED [1] tests/test_shop.py:3: no network``           failure
==================  =========================================================  =========================

Each failure is an error of its own; the test stands for its frames. Behind reports of the failures the
summary only tells them again, and is not read.
"""

from __future__ import annotations

from ...._regex import regex
from ....cursor import Cursor
from ....model import Error, Frame, Origin, Trace
from ..syntax import match_error

NAME = "pytest_summary"

_FAILURE = regex(
    r"(?:FAILED|ERROR|SUBFAILED(?:\([^)]{1,200}\)|\[[^\]]{1,200}\])?) "
    r"(?P<file>\S[^:]{0,400}?\.py)::(?P<test>(?:(?! - ).){1,400}) - (?P<text>\S.*)$"
)
_OUTCOME = regex(r"(?:FAILED|ERROR|SUBFAIL\w*|SUBPASS\w*|SKIPPED|XFAIL|XPASS|PASSED|SUBSKIP\w*)\b")
_HEADER = regex(r"=+ short test summary info =+$")
_WARNINGS = regex(r"=+ warnings summary(?: \(.{0,20}\))? =+$")
_DOCS = "-- Docs: https://docs.pytest.org/"
_PROGRESS = regex(
    r"(?:\S{1,400} )?[.FEsxXpPu]+(?: +\[\s*\d+(?:%|/\d+)\])?\s*$|.{0,400}\[\s*\d+(?:%|/\d+)\](?:\s|$)"
)
_PLACE_AND_ERROR = regex(r"\S[^:]{0,400}:(?:\\[^:]{0,400}:)?\d+: [^\W\d][\w.]*: \S")
_CUT = "..."
_CUT_SHORT = "The message was cut by pytest's summary."
_SEEN_BACK = 7 << 10
"""Bytes in which the start of the summary is looked for, or the failure before, which was read."""
_WARNING_LINES = 100


def read(cursor: Cursor) -> Trace | None:
    """The failure that the cursor's line tells of; see :data:`stacktraces.runtimes.Reader`."""
    line = cursor.line or ""
    match = _FAILURE.match(line)
    if match is None:
        return None
    offset = cursor.offset
    error = match_error(match["text"])
    is_group = error is not None and error["type"].endswith("ExceptionGroup")
    if not _is_told_here_only(cursor, is_group=is_group):
        return None
    cursor.seek(offset)
    cursor.advance()
    test = match["test"].rpartition("::")[2].partition("[")[0]
    return Trace(
        error=Error(
            type=error["type"] if error else None,
            message=error["message"] if error else match["text"],
            frames=[Frame(function=test, file=match["file"])],
        ),
        format=NAME,
        origin=Origin(offset=offset),
        uncertain=[_CUT_SHORT] if line.endswith(_CUT) else [],
    )


def _is_told_here_only(cursor: Cursor, *, is_group: bool) -> bool:
    """Whether no report of the failure stands above; of a group ``--tb=line`` prints one."""
    offset = cursor.offset
    while cursor.back():
        line = cursor.line or ""
        if _HEADER.match(line):
            return _is_behind_progress(cursor, or_lines=not is_group)
        if not _OUTCOME.match(line):
            return False
    return offset - cursor.offset < _SEEN_BACK


def _is_behind_progress(cursor: Cursor, *, or_lines: bool) -> bool:
    line = _line_above(cursor)
    if line.startswith(_DOCS):
        for _ in range(_WARNING_LINES):
            line = _line_above(cursor)
            if _WARNINGS.match(line):
                line = _line_above(cursor)
                break
    if or_lines and _PLACE_AND_ERROR.match(line):
        return True
    return _PROGRESS.match(line) is not None


def _line_above(cursor: Cursor) -> str:
    """The nearest line above that is not blank; "" where there is none."""
    while cursor.back():
        line = (cursor.line or "").rstrip()
        if line:
            return line
    return ""
