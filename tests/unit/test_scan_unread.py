"""What looks like a stack trace and is not read is counted, whatever way it is read."""

from __future__ import annotations

import gzip
import itertools
import random
from pathlib import Path

import pytest

from stacktraces.results.result import Result
from stacktraces.scanning import Options, group
from stacktraces.scanning.parallel import partition

CORPUS = Path(__file__).parents[1] / "corpus"
RECORD = "2024-05-01 12:00:00 INFO app: started\n"
MARKS = {
    "traceback header": "Traceback (most recent call last):\n",
    "backtrace header": "thread 3 died\nbacktrace:\n",
    "Caused by": "Caused by: lost.and.Found: nothing there\n",
    'File "...", line N': 'File "shop.py", line 3, in order\n',
    "error line": "shop.errors.OrderError: order 17 is lost\n",
    "frames in a row": "  order (shop.swift:17)\n  cart (shop.swift:21)\n  main (shop.swift:3)\n  start (shop.swift:1)\n",
}
JULIA = (
    "Stacktrace:\n [1] error(s::String)\n   @ Base ./error.jl:35\n [2] f(x::Int64)\n   @ Main ./shop.jl:1\n"
)
READ = (
    'Traceback (most recent call last):\n  File "/srv/app.py", line 3, in f\n    g()\nKeyError: 1\n',
    "OrderError: order lost\n    at order (/srv/shop.js:3:5)\n    at main (/srv/shop.js:9:1)\n",
    "java.lang.IllegalStateException: no order\n\tat shop.Order.of(Order.java:3)\n\tat shop.Main.main(Main.java:9)\n"
    "Caused by: shop.Lost: gone\n\tat shop.Cart.of(Cart.java:4)\n\t... 1 more\n",
)


def unread(path: Path, **options: object) -> list[tuple[str, int, int | None]]:
    stats = group([str(path)], Options(**options)).stats  # type: ignore[arg-type]
    return [(each.kind, each.count, each.first.line) for each in stats.unread]


def written(folder: Path, text: str) -> Path:
    path = folder / "app.log"
    path.write_text(text)
    return path


@pytest.mark.parametrize("kind", MARKS)
def test_each_kind_of_mark_counts_once_a_place(tmp_path: Path, kind: str) -> None:
    text = RECORD + MARKS[kind]
    line = 3 if kind == "backtrace header" else 2
    assert unread(written(tmp_path, text * 3 + RECORD)) == [(kind, 3, line)]


def test_the_kinds_stand_in_the_order_of_their_first_places(tmp_path: Path) -> None:
    text = "".join(RECORD + mark for mark in MARKS.values())
    assert [kind for kind, _, _ in unread(written(tmp_path, text))] == list(MARKS)


def test_lines_of_one_place_count_once(tmp_path: Path) -> None:
    assert unread(written(tmp_path, RECORD + JULIA + RECORD)) == [("backtrace header", 1, 2)]


@pytest.mark.parametrize(
    "line",
    [
        "we look for Traceback (most recent call last): in each log",
        'grep "Traceback (most recent call last):" app.log',
        "the outage was caused by: a cable",
        "a backtrace: what is it?",
        "it raised a KeyError: and nobody knew why",
        "Error: file not found",
        "see shop.jl:3 and shop.jl:4",
        "2024-05-01 12:00:00 ERROR app: ConnectionError: refused",
    ],
)
def test_prose_and_records_are_no_places(tmp_path: Path, line: str) -> None:
    assert unread(written(tmp_path, (RECORD + line + "\n") * 4)) == []


@pytest.mark.parametrize("trace", READ)
def test_lines_of_a_trace_that_was_read_are_no_places(tmp_path: Path, trace: str) -> None:
    assert unread(written(tmp_path, (RECORD + trace) * 30 + RECORD)) == []


def test_little_of_the_corpus_is_not_read() -> None:
    paths = sorted(path for path in CORPUS.glob("*/*.txt") if not path.name.startswith("near-miss"))
    assert len(paths) > 500
    told = {path: found for path in paths[::5] if (found := unread(path))}
    assert len(told) <= 10, told


def mixed() -> str:
    chooser = random.Random(7)
    pieces = [*MARKS.values(), JULIA, *READ]
    return "".join(RECORD * chooser.randrange(1, 4) + chooser.choice(pieces) for _ in range(1500)) + RECORD


@pytest.mark.parametrize(
    "options",
    [
        {"engine": "builtin"},
        {"fast": False},
        {"chunk": 1000},
        {"chunk": 77, "engine": "builtin", "fast": False},
        {"jobs": 2},
        {"jobs": 5},
    ],
)
def test_the_result_is_the_same_however_it_is_read(
    tmp_path: Path, options: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partition, "_SMALLEST_PART", 20_000)
    path = written(tmp_path, mixed())
    expected = unread(path)
    assert [kind for kind, count, _ in expected if count > 100] == [kind for kind, _, _ in expected]
    assert unread(path, **options) == expected


def test_the_result_is_the_same_compressed(tmp_path: Path) -> None:
    path = written(tmp_path, mixed())
    packed = tmp_path / "app.log.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert unread(packed) == unread(path)


@pytest.mark.parametrize("border", range(0, 400, 13))
def test_a_border_between_parts_counts_nothing_twice(
    tmp_path: Path, border: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partition, "_SMALLEST_PART", 4000 + border)
    text = "".join(RECORD + piece for piece in (*READ, *MARKS.values())) * 12
    path = written(tmp_path, text)
    assert unread(path, jobs=3) == unread(path)


@pytest.mark.parametrize("wrap", ["web-1  | {}", "2024-05-01T12:00:00.000000000Z stderr F {}", "[rank3]: {}"])
def test_marks_in_wrapped_lines_count(tmp_path: Path, wrap: str) -> None:
    text = (RECORD + MARKS["traceback header"]) * 2 + RECORD + READ[0] + RECORD
    wrapped = "".join(wrap.format(line) + "\n" for line in text.splitlines())
    expected = [("traceback header", 2, 2)]
    assert unread(written(tmp_path, wrapped)) == expected
    assert unread(written(tmp_path, wrapped), engine="builtin", fast=False) == expected


@pytest.mark.parametrize("parts", [2, 7])
def test_the_results_of_parts_add_up(tmp_path: Path, parts: int) -> None:
    path = written(tmp_path, mixed())
    size = path.stat().st_size
    borders = [size * each // parts for each in range(parts + 1)]
    found = [group([str(path)], start=start, end=end) for start, end in itertools.pairwise(borders)]
    total = found[-1].merge(*found[:-1])
    assert [(each.kind, each.count, each.first.line) for each in total.stats.unread] == unread(path)
    again = Result.from_json(total.to_json())
    assert again.stats.unread == total.stats.unread
