"""Traces in whose middle another writer's line stands: read whole, and said to be interrupted."""

from __future__ import annotations

from pathlib import Path

import pytest

from stacktraces.model import Trace
from stacktraces.scanning import Occurrences, Options
from stacktraces.scanning.reading.interruptions import INTERRUPTED

RECORD = "2031-01-02 03:04:05,678 INFO other: hello"
PYTHON = [
    "Traceback (most recent call last):",
    '  File "/srv/train.py", line 31, in <module>',
    "    main()",
    '  File "/srv/train.py", line 22, in main',
    "    model(x)",
    "RuntimeError: bad shape [3, 4]",
]
JAVA = [
    "java.lang.IllegalStateException: no price",
    "\tat com.example.Shop.price(Shop.java:12)",
    "\tat com.example.Shop.total(Shop.java:20)",
    "\tat com.example.Main.main(Main.java:7)",
]
NODE = [
    "TypeError: no price",
    "    at price (/srv/shop.js:3:9)",
    "    at total (/srv/shop.js:12:5)",
    "    at Object.<anonymous> (/srv/shop.js:20:1)",
]
BEFORE, BEHIND = "2031-01-02 03:04:04,000 ERROR app: failed", "2031-01-02 03:04:06,000 INFO other: bye"


def read(folder: Path, lines: list[str], chunk: int = 256 << 10) -> list[Trace]:
    path = folder / "a.log"
    path.write_text("".join(f"{line}\n" for line in lines))
    return list(Occurrences([str(path)], Options(chunk=chunk)))


@pytest.mark.parametrize("chunk", [7, 64, 256 << 10])
@pytest.mark.parametrize("trace", [PYTHON, JAVA, NODE], ids=["python", "java", "javascript"])
def test_a_log_record_does_not_end_a_trace(tmp_path: Path, trace: list[str], chunk: int) -> None:
    (whole,) = read(tmp_path, [BEFORE, *trace, BEHIND])
    places = range(2, len(trace)) if trace is not PYTHON else (2, 3, 5)
    for place in places:
        for lines in ([RECORD], [RECORD, RECORD]):
            (found,) = read(tmp_path, [BEFORE, *trace[:place], *lines, *trace[place:], BEHIND], chunk)
            assert found.error == whole.error
            assert found.uncertain == [*whole.uncertain, INTERRUPTED]
            assert found.origin == whole.origin


def test_twice_in_one_trace(tmp_path: Path) -> None:
    lines = [*PYTHON[:3], "45%|####      | 45/100", *PYTHON[3:5], RECORD, PYTHON[5], BEHIND]
    (found,) = read(tmp_path, lines)
    assert (found.error.message, len(found.error.frames)) == ("bad shape [3, 4]", 2)


@pytest.mark.parametrize(
    "behind",
    [
        ["2031-01-02 03:04:05,678 ERROR app: java.lang.Error: other", *JAVA[1:]],
        ["2031-01-02 03:04:05,678 INFO dump:", *JAVA[1:]],
        ["java.lang.Error: other", *JAVA[1:]],
        [RECORD, "java.lang.Error: other", *JAVA[1:]],
    ],
)
def test_frames_of_another_trace_are_not_taken(tmp_path: Path, behind: list[str]) -> None:
    first = read(tmp_path, [BEFORE, *JAVA, *behind, BEHIND])[0]
    assert len(first.error.frames) == 3
    assert first.uncertain == []


def test_a_trace_cut_off_before_another_stays_cut(tmp_path: Path) -> None:
    first, second = read(tmp_path, [*PYTHON[:3], RECORD, *PYTHON, BEHIND])
    assert (first.error.type, len(first.error.frames)) == (None, 1)
    assert (second.error.type, len(second.error.frames)) == ("RuntimeError", 2)


BAR = "  3%|\u258e         | 3/100 [00:01<00:33,  2.9it/s]"
FOREIGN = {
    "error": ["2031-01-02 03:04:05,678 ERROR other: it failed"],
    "many records": [RECORD] * 6,
    "a progress bar": [BAR],
    "a progress bar over another": ["\rEpoch 1:" + BAR],
    "json": ['{"level": "info", "msg": "thing"}'],
    "access": ['10.0.0.1 - - [02/Jan/2031:03:04:05 +0000] "GET / HTTP/1.1" 200 5'],
    "glog": ["I0102 03:04:05.123456 300 x.cc:30] thing"],
}
ONLY_PYTHON = {
    "another rank": ["step 17: loss 0.3"],
    "percent": ["Downloading: 45%"],
    "a warning": ["/srv/x.py:3: UserWarning: old", '  warnings.warn("old")'],
    "a record of two lines": ["2031-01-02 03:04:05,678 ERROR other: it failed", "and why"],
}


@pytest.mark.parametrize("lines", FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize("trace", [PYTHON, JAVA, NODE], ids=["python", "java", "javascript"])
def test_foreign_lines_of_any_kind(tmp_path: Path, trace: list[str], lines: list[str]) -> None:
    (whole,) = read(tmp_path, [BEFORE, *trace, BEHIND])
    for place in range(2 if trace is not PYTHON else 1, len(trace)):
        (found,) = read(tmp_path, [BEFORE, *trace[:place], *lines, *trace[place:], BEHIND])
        told = (
            found.error.type,
            found.error.message,
            [(each.function, each.line) for each in found.error.frames],
        )
        assert told == (
            whole.error.type,
            whole.error.message,
            [(each.function, each.line) for each in whole.error.frames],
        )
        assert INTERRUPTED in found.uncertain


@pytest.mark.parametrize("lines", ONLY_PYTHON.values(), ids=ONLY_PYTHON)
def test_lines_that_are_foreign_only_where_the_error_comes_last(tmp_path: Path, lines: list[str]) -> None:
    for place in range(1, len(PYTHON)):
        (found,) = read(tmp_path, [BEFORE, *PYTHON[:place], *lines, *PYTHON[place:], BEHIND])
        assert (found.error.type, found.error.message) == ("RuntimeError", "bad shape [3, 4]")
        assert [each.line for each in found.error.frames] == [22, 31]


def test_a_cause_behind_a_record(tmp_path: Path) -> None:
    cause = ["Caused by: shop.Lost: gone", "\tat shop.Cart.of(Cart.java:4)", "\t... 2 more"]
    (found,) = read(tmp_path, [BEFORE, *JAVA, RECORD, *cause, BEHIND])
    assert found.error.cause is not None
    assert found.error.cause.type == "shop.Lost"
