"""A reader that raises costs what it would have read, and nothing else."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from stacktraces.cursor import Cursor
from stacktraces.errors import UnknownFormatError
from stacktraces.model import Snapshot, Trace
from stacktraces.parsing import parse
from stacktraces.runtimes import Format, all_formats
from stacktraces.scanning import Options, group
from stacktraces.scanning.reading import scanner

TRACE = 'Traceback (most recent call last):\n  File "/a.py", line 1, in f\n    x\nKeyError: 1\n'
LOG = f"2024-05-01 12:00:00,000 ERROR a\nSmalltalk doesNotUnderstand: #price\n2024-05-01 12:00:01,000 ERROR b\n{TRACE}"


def fails(cursor: Cursor) -> Trace | Snapshot | None:
    return msgspec.convert(int(cursor.line or ""), Trace)


BROKEN = Format(name="smalltalk", title="Smalltalk", anchors=(b"doesNotUnderstand:",), read=fails)


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("wrap", ["{}", "2024-05-01T12:00:00Z stdout F {}", "web-1  | {}"])
def test_a_scan_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrap: str, jobs: int) -> None:
    monkeypatch.setattr(scanner, "all_formats", lambda: (BROKEN, *all_formats()))
    paths = [tmp_path / "a.log", tmp_path / "b.log"]
    for path in paths:
        path.write_text("".join(wrap.format(line) + "\n" for line in LOG.splitlines() * 3))
    result = group([str(tmp_path)], Options(jobs=jobs))
    assert [each.count for each in result.groups] == [6]
    assert [each.path for each in result.unreadable] == [str(path) for path in paths]
    for path, each in zip(paths, result.unreadable, strict=True):
        assert each.reason.startswith(
            f"{path}:2: the reader of smalltalk failed (ValueError: invalid literal"
        )
        assert each.reason.endswith("; what stands there was not read.")
        assert each.detail is None


def test_debug_keeps_the_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanner, "all_formats", lambda: (BROKEN,))
    path = tmp_path / "a.log"
    path.write_text(LOG)
    (told,) = group([str(path)], Options(debug=True)).unreadable
    assert ", in fails" in (told.detail or "")


def test_parsing_goes_on_and_says_what_it_did_not_read() -> None:
    (found,) = parse(LOG, formats=(BROKEN, *all_formats()))
    assert isinstance(found, Trace)
    assert found.error.type == "KeyError"
    assert found.uncertain[-1].startswith("the reader of smalltalk failed")


def test_where_nothing_else_is_found_the_failure_is_the_reason() -> None:
    with pytest.raises(UnknownFormatError, match="the reader of smalltalk failed"):
        parse("Smalltalk doesNotUnderstand: #price\n", formats=(BROKEN,))
