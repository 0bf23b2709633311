"""Traces and lines that are longer than is read at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from stacktraces.model import Trace
from stacktraces.runtimes.python.frames import FRAMES_KEPT
from stacktraces.runtimes.python.messages import ENDS_EARLY
from stacktraces.scanning import Occurrences, Options, group
from stacktraces.scanning.reading.walker import LIMIT, LONGEST_LINE, TOO_LONG

RECORD = "2024-05-01 12:00:0{}.000 ERROR orders it failed\n"
HEADER = "Traceback (most recent call last):\n"
FRAME = '  File "/srv/app/deep.py", line {}, in {}\n    return down(n - 1)  # {}\n'
MAIN = '  File "/srv/app/main.py", line 3, in <module>\n    main()\n'
LAST = '  File "/srv/app/deep.py", line 9, in bottom\n    raise RecursionError("too deep")\n'
CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n\n"
SHORT = HEADER + MAIN + "KeyError: 'fig'\n"
WAYS: list[dict[str, Any]] = [
    {},
    {"chunk": 50_001},
    {"chunk": 3 << 20, "engine": "builtin", "fast": False},
    {"chunk": 64 << 20},
]


def frames(size: int) -> tuple[str, int]:
    """Frames of two functions in turn, in about ``size`` bytes, and their number."""
    one = len(FRAME.format(10, "down", 100_000))
    count = size // one
    return "".join(
        FRAME.format(10 + number % 2, "up" if number % 2 else "down", number) for number in range(count)
    ), count


def written(tmp_path: Path, text: str) -> str:
    path = tmp_path / "a.log"
    path.write_text(text)
    return str(path)


@pytest.fixture(scope="module")
def deep() -> tuple[str, int]:
    return frames(LIMIT * 5 // 4)


def read(path: str, **options: Any) -> list[Trace]:
    return list(Occurrences([path], Options(**options)))


@pytest.mark.parametrize("options", WAYS, ids=str)
def test_the_error_of_a_long_trace_is_found(
    tmp_path: Path, deep: tuple[str, int], options: dict[str, Any]
) -> None:
    text, count = deep
    path = written(
        tmp_path,
        f"{RECORD.format(0)}Exception in thread till-1:\n{HEADER}{MAIN}{text}{LAST}RecursionError: too deep\nindeed\n"
        f"{CONTEXT}{SHORT}{RECORD.format(1)}{SHORT}{RECORD.format(2)}",
    )
    long, short = read(path, **options)
    assert (long.error.type, long.error.message, long.error.cause_kind) == ("KeyError", "'fig'", "context")
    cut = long.error.cause
    assert cut is not None
    assert (cut.type, cut.message) == ("RecursionError", "too deep\nindeed")
    assert len(cut.frames) == FRAMES_KEPT
    assert [each.function for each in cut.frames[:3]] == [
        "bottom",
        "up" if count % 2 == 0 else "down",
        "down" if count % 2 == 0 else "up",
    ]
    assert [each.function for each in cut.frames[-3:]] == ["up", "down", "<module>"]
    assert long.uncertain[0] == f"{count + 2 - FRAMES_KEPT:,} frames in the middle of a stack were left out."
    assert (long.context.thread, long.time) == ("till-1", "2024-05-01T12:00:00.000")
    assert (short.error.type, short.time) == ("KeyError", "2024-05-01T12:00:01.000")
    assert short.origin.line == path_line(path, RECORD.format(1)) + 1


def path_line(path: str, line: str) -> int:
    return Path(path).read_text().partition(line)[0].count("\n") + 1


def test_the_result_is_the_same_in_parts(tmp_path: Path, deep: tuple[str, int]) -> None:
    text, _ = deep
    path = written(
        tmp_path,
        (RECORD.format(0) + HEADER + MAIN + text + LAST + "RecursionError: no\n") * 3 + RECORD.format(1),
    )
    one = group([path])
    assert [each.count for each in one.groups] == [3]
    assert msgspec.to_builtins(group([path], Options(jobs=2)).groups) == msgspec.to_builtins(one.groups)


def test_a_long_trace_that_the_text_cuts(tmp_path: Path, deep: tuple[str, int]) -> None:
    text, count = deep
    (trace,) = read(written(tmp_path, RECORD.format(0) + HEADER + MAIN + text))
    assert trace.error.type is None
    assert len(trace.error.frames) == FRAMES_KEPT
    assert trace.uncertain == [
        f"{count + 1 - FRAMES_KEPT:,} frames in the middle of a stack were left out.",
        ENDS_EARLY,
    ]


@pytest.mark.parametrize("options", WAYS, ids=str)
@pytest.mark.parametrize("size", [LONGEST_LINE + 1, LONGEST_LINE + LIMIT + 50_000])
def test_a_line_that_is_passed_over_is_told(tmp_path: Path, options: dict[str, Any], size: int) -> None:
    long = "x" * size + " Traceback (most recent call last): " + "y" * 100_000
    path = written(tmp_path, f"{RECORD.format(0)}{'z' * size}\n{long}\n{SHORT}{RECORD.format(1)}")
    result = group([path], Options(**options))
    assert [each.error.type for each in result.groups] == ["KeyError"]
    (told,) = result.unreadable
    assert told.path == path
    assert told.reason == (
        f"{path}: the line at byte {len(RECORD.format(0)) + size + 1:,} holds more than 4 MiB; traces in it are lost."
    )


@pytest.mark.parametrize("options", WAYS, ids=str)
def test_a_long_trace_in_wrapped_lines_is_told(
    tmp_path: Path, deep: tuple[str, int], options: dict[str, Any]
) -> None:
    """Its first 8 MiB are read; they are taken for a trace, not for a line that is too long."""
    lines = (
        RECORD.format(0) + HEADER + MAIN + deep[0] + LAST + "RecursionError: no\n" + RECORD.format(1) + SHORT
    ).splitlines()
    path = written(tmp_path, "".join(f"2024-05-01T12:00:00.000000001Z stderr F {line}\n" for line in lines))
    found = read(path, **options)
    assert (found[0].origin.line, len(found[0].error.frames)) == (2, FRAMES_KEPT)
    assert TOO_LONG in found[0].uncertain
    assert found[-1].error.type == "KeyError"
