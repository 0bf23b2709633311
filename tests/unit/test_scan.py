"""The scanner: the same result however a log is read, and what it finds at the edges."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import random
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from bench import logs
from stacktraces.runtimes import all_formats
from stacktraces.scanning import Occurrences, Options, Result, group
from stacktraces.scanning.literal_search import CODE_BITS, anchors_of, make_search
from stacktraces.scanning.parallel import partition, processes
from tests.conftest import need_compiled_part, zstd
from tests.examples import examples

SIZE = 1_000_000
NOW = datetime(2026, 1, 1)
CARRIERS = logs.CARRIERS


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("logs")


def written(folder: Path, carrier: str) -> Path:
    """A log with a trace in a fifth of its records."""
    path = folder / f"{carrier}.log"
    if not path.exists():
        logs.write(path, size=SIZE, share=0.2, carrier=carrier, distinct=60, seed=7)
    return path


def essence(result: Result, path: str) -> bytes:
    """All that a scan of ``path`` must give again."""
    for each in result.groups:
        for source in each.sources:
            assert source.path == path
            source.path = "log"
    stats = msgspec.structs.replace(result.stats, seconds=0.0)
    return msgspec.json.encode([result.groups, stats])


def scanned(path: Path | str, **options: object) -> bytes:
    return essence(group([str(path)], Options(now=NOW, **options)), str(path))  # type: ignore[arg-type]


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize(
    "options",
    [
        {"engine": "builtin"},
        {"engine": "hyperscan"},
        {"fast": False},
        {"chunk": 4096},
        {"chunk": 50_001, "fast": False},
        {"jobs": 2},
        {"jobs": 5},
    ],
    ids=str,
)
def test_same_result_however_it_is_read(
    folder: Path, carrier: str, options: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(folder, carrier)
    monkeypatch.setattr(partition, "_SMALLEST_PART", 50_000)
    monkeypatch.setattr(processes, "_RUN_UP", 20_000)
    assert scanned(path, **options) == scanned(path)


def test_jobs_do_share_the_work(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partition, "_SMALLEST_PART", 50_000)
    _, tasks = partition.plan([(0, str(written(folder, "plain")))], 4)
    assert len(tasks) == 4
    assert [part.until for task in tasks for part in task[:-1]] == []
    assert all(task[-1].until is not None for task in tasks[:-1])


@pytest.mark.parametrize("wrong", [-3000, -1, 40, 2000])
def test_a_wrong_guess_at_a_border_is_found_out(
    folder: Path, wrong: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(folder, "plain")
    data = path.read_bytes()

    def guess(_scan: object, part: processes.Part) -> processes.State:
        at = data.rfind(b"\n", 0, (part.start or 0) + wrong) + 1
        return processes.State(at, ())

    monkeypatch.setattr(partition, "_SMALLEST_PART", 50_000)
    monkeypatch.setattr(processes, "_guess", guess)
    assert scanned(path, jobs=3) == scanned(path)


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize(
    "pack",
    [gzip.compress, bz2.compress, lzma.compress, zstd.compress],
    ids=["gzip", "bzip2", "xz", "zstd"],
)
def test_same_result_compressed(folder: Path, carrier: str, pack: object, tmp_path: Path) -> None:
    path = written(folder, carrier)
    packed = tmp_path / "log.packed"
    packed.write_bytes(pack(path.read_bytes()))  # type: ignore[operator]
    assert scanned(packed) == scanned(path)


def test_same_result_through_a_pipe(folder: Path) -> None:
    path = written(folder, "plain")
    program = (
        "import sys; from datetime import datetime; from stacktraces.scanning import Options, group;"
        "from tests.unit.test_scan import NOW, essence;"
        "sys.stdout.buffer.write(essence(group(['-'], Options(now=NOW)), '-'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=path.read_bytes(),
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout == scanned(path)


@pytest.mark.parametrize("missing", [[], ["hyperscan"]], ids=str)
def test_same_result_without_what_is_compiled(folder: Path, missing: list[str]) -> None:
    path = written(folder, "plain")
    program = (
        f"import sys; sys.modules |= dict.fromkeys({missing!r} + ['stacktraces.scanning._native']);"
        "from datetime import datetime; from stacktraces.scanning import Options, literal_search, group;"
        "from tests.unit.test_scan import NOW, essence;"
        "assert literal_search.native is None;"
        f"sys.stdout.buffer.write(essence(group([{str(path)!r}], Options(now=NOW)), {str(path)!r}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert done.stdout == scanned(path)


def test_the_carrier_makes_no_difference(tmp_path: Path) -> None:
    """What stands in a wrapped log is what stands in the log itself, but for times and places."""
    plain, cri, docker = (tmp_path / name for name in ("plain", "cri", "docker"))
    logs.write(plain, size=300_000, share=0.3, distinct=20, seed=3)
    lines = plain.read_bytes().split(b"\n")[:-1]
    cri.write_bytes(logs.in_cri(lines, 0))
    docker.write_bytes(logs.in_docker(lines, 0))
    found = [group([str(path)]) for path in (plain, cri, docker)]
    counts = [
        [
            (each.fingerprint, each.count, each.error, [source.line for source in each.sources])
            for each in one.groups
        ]
        for one in found
    ]
    assert counts[0] == counts[1] == counts[2]
    assert found[0].stats.traces > 20


def test_counts_are_those_of_the_log(folder: Path) -> None:
    data = written(folder, "plain").read_bytes()
    headers = len(re.findall(rb"^Traceback \(", data, re.MULTILINE))
    links = len(re.findall(rb"^(?:During handling of|The above exception was) ", data, re.MULTILINE))
    result = group([str(written(folder, "plain"))])
    assert result.stats.traces == sum(each.count for each in result.groups) == headers - links
    assert result.stats.bytes == len(data)
    for each in result.groups:
        for source in each.sources:
            assert source.offset is not None
            assert data.startswith(b"Traceback (", source.offset)
            assert source.line == data.count(b"\n", 0, source.offset) + 1


def test_occurrences_add_up_to_the_groups(folder: Path) -> None:
    path = str(written(folder, "plain"))
    each = list(Occurrences([path]))
    result = group([path])
    assert len(each) == result.stats.traces
    first = min(trace.time for trace in each if trace.time)
    assert first == min(one.first_seen for one in result.groups if one.first_seen)
    assert each[0].before is not None
    assert "Unhandled error in request" in each[0].before


TRACE = (
    'Traceback (most recent call last):\n  File "/srv/a.py", line {line}, in f\n    g()\n{type}: no {line}\n'
)


def log(*parts: str) -> bytes:
    return "".join(parts).encode()


def record(second: int, text: str = "INFO x y") -> str:
    return f"2024-05-01 12:00:{second:02},000 {text}\n"


def found(tmp_path: Path, data: bytes, **options: object) -> Result:
    path = tmp_path / "x.log"
    path.write_bytes(data)
    return group([str(path)], Options(now=NOW, **options))  # type: ignore[arg-type]


def test_first_and_last_are_by_time_not_by_place(tmp_path: Path) -> None:
    one = TRACE.format(line=3, type="KeyError")
    result = found(tmp_path, log(record(9), one, record(5), one, record(7), one, record(8)))
    assert [(each.count, each.first_seen, each.last_seen) for each in result.groups] == [
        (3, "2024-05-01T12:00:05.000", "2024-05-01T12:00:09.000")
    ]


def test_a_trace_at_the_very_end_without_a_line_end(tmp_path: Path) -> None:
    result = found(tmp_path, log(record(1), TRACE.format(line=3, type="KeyError"))[:-1])
    assert [each.error.message for each in result.groups] == ["no 3"]


@pytest.mark.parametrize("size", range(0, 160, 7))
def test_every_prefix_is_read_without_error(tmp_path: Path, size: int) -> None:
    whole = log(record(1), TRACE.format(line=3, type="KeyError"), record(2))
    result = found(tmp_path, whole[:size], chunk=16)
    assert result.stats.bytes == min(size, len(whole))


def test_only_groups_that_are_kept_take_memory(tmp_path: Path) -> None:
    parts = [record(1) + TRACE.format(line=3, type=f"Error{number}Error") for number in range(20)]
    data = log(*parts, record(2), *parts, record(3))
    result = found(tmp_path, data, max_groups=5)
    assert [each.error.type for each in result.groups] == [f"Error{number}Error" for number in range(5)]
    assert [each.count for each in result.groups] == [2] * 5
    assert (result.stats.traces, result.stats.beyond) == (40, 30)
    assert essence(result, str(tmp_path / "x.log")) == scanned(tmp_path / "x.log", max_groups=5, jobs=2)


def test_only_what_is_asked_for(tmp_path: Path) -> None:
    data = log(
        *(
            record(n) + TRACE.format(line=3, type=kind)
            for n, kind in enumerate(["KeyError", "a.b.IndexError"] * 4)
        ),
        record(20),
    )
    assert [(e.error.type, e.count) for e in found(tmp_path, data, type="Index*").groups] == [
        ("a.b.IndexError", 4)
    ]
    since = datetime(2024, 5, 1, 12, 0, 3, tzinfo=UTC)
    late = found(tmp_path, data, since=since)
    assert late.stats.traces == 5
    assert min(each.first_seen or "" for each in late.groups) == "2024-05-01T12:00:03.000"
    assert found(tmp_path, data, until=since).stats.traces == 4


def test_two_writers_in_one_file_are_taken_apart(tmp_path: Path) -> None:
    one = TRACE.format(line=3, type="KeyError").splitlines()
    other = TRACE.format(line=4, type="IndexError").splitlines()
    first, second = (
        [record(1).strip(), *one, record(2).strip()],
        [record(1).strip(), *other, record(2).strip()],
    )
    lines = [
        f"2024-05-01T12:00:00.{n:03}Z {stream} F {text}"
        for n, (a, b) in enumerate(zip(first, second, strict=True))
        for stream, text in (("stdout", a), ("stderr", b))
    ]
    result = found(tmp_path, ("\n".join(lines * 10) + "\n").encode())
    assert sorted((each.error.type, each.error.message, each.count) for each in result.groups) == [
        ("IndexError", "no 4", 10),
        ("KeyError", "no 3", 10),
    ]


def test_a_line_beyond_all_bounds_is_passed_over(tmp_path: Path) -> None:
    trace = record(1) + TRACE.format(line=3, type="KeyError") + record(2)
    long = b"x" * (20 << 20) + b" Traceback (most recent call last):\n"
    result = found(tmp_path, trace.encode() + long + trace.encode())
    assert [each.count for each in result.groups] == [2]
    assert [source.line for source in result.groups[0].sources] == [2, 9]


def test_a_trace_beyond_all_bounds_is_cut(tmp_path: Path) -> None:
    frames = '  File "/srv/a.py", line 3, in f\n    g()\n' * 250_000
    result = found(tmp_path, f"Traceback (most recent call last):\n{frames}KeyError: 1\n{record(1)}".encode())
    assert result.stats.traces <= 1
    after = record(2) + TRACE.format(line=3, type="ValueError") + record(3)
    again = found(
        tmp_path, f"Traceback (most recent call last):\n{frames}KeyError: 1\n{record(1)}{after}".encode()
    )
    assert "ValueError" in {each.error.type for each in again.groups}


def test_unreadable_files_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    good = tmp_path / "good.log"
    good.write_bytes(log(record(1), TRACE.format(line=3, type="KeyError"), record(2)))
    cut = tmp_path / "cut.log.gz"
    cut.write_bytes(gzip.compress(good.read_bytes() + os.urandom(100_000))[:-50_000])
    result = group([str(tmp_path / "missing.log"), str(good), str(cut)])
    assert [each.count for each in result.groups] == [2]
    assert [Path(each.path).name for each in result.unreadable] == ["cut.log.gz", "missing.log"]
    assert result.unreadable[1].reason.endswith("does not exist; check the path.")
    assert (result.stats.files, result.stats.unreadable) == (2, 2)


def test_random_bytes_do_no_harm(tmp_path: Path) -> None:
    rng = random.Random(5)
    pieces = [
        *(each.anchors[0] for each in all_formats()),
        TRACE.format(line=3, type="KeyError").encode(),
        record(1).encode(),
        b'{"log":"Traceback (most recent call last):\\n","stream":"stderr","time":"2024-05-01T12:00:00Z"}\n',
        b"\0" * 50,
        b"\xff\xfe",
        b"\n",
        b"\r\n",
        b"\x1b[31m",
        b"2024-05-01T12:00:00.123Z stderr P ",
        b"  ",
    ]
    for _ in range(examples(60)):
        data = b"".join(rng.choice(pieces) for _ in range(60))
        whole = found(tmp_path, data)
        path = str(tmp_path / "x.log")
        assert essence(whole, path) == scanned(path, chunk=64) == scanned(path, fast=False, engine="builtin")


@pytest.mark.parametrize("engine", ["native", "hyperscan", "builtin"])
def test_engines_find_the_same(engine: str) -> None:
    if engine == "hyperscan":
        pytest.importorskip("hyperscan")
    if engine == "native":
        need_compiled_part()
    anchors = anchors_of(all_formats())
    rng = random.Random(1)
    data = b"".join(rng.choice([*anchors.literals, b"x", b" ", b"\n"]) for _ in range(2000))
    expected = sorted(
        (match.start(), literal)
        for literal in anchors.literals
        for match in re.finditer(b"(?=" + re.escape(literal) + b")", data)
    )
    search = make_search(anchors, engine)  # type: ignore[arg-type]
    found = [
        (hit >> CODE_BITS, anchors.literals[hit & (1 << CODE_BITS) - 1]) for hit in search(data, 0, len(data))
    ]
    assert sorted(found) == expected
    start, stop = 100, len(data) - 77
    part = search(data, start, stop)
    assert [hit >> CODE_BITS for hit in part] == [
        at for at, literal in sorted(expected) if start <= at and at + len(literal) <= stop
    ]


def test_a_trace_logged_line_by_line_far_into_a_plain_log(tmp_path: Path) -> None:
    """Nothing at the head of the file tells that a program's prefix stands before each line of a trace."""
    prefix = "[2023-04-15 16:12:17,491: WARNING/ForkPoolWorker-4] "
    pieces = [
        "Traceback (most recent call last):",
        '  File "/srv/app/tasks.py", line 3, in load\n    return read(name)',
        '  File "/srv/app/files.py", line 9, in read\n    raise Gone(name)',
        "app.Gone: one\ntwo",
    ]
    plain = [record(second) for second in range(20)] * 1000
    data = log(*plain, *(f"{prefix}{piece}\n" for piece in pieces), prefix + "next\n", *plain)
    path = tmp_path / "celery.log"
    path.write_bytes(data)
    (trace,) = Occurrences([str(path)])
    assert (trace.error.type, trace.error.message) == ("app.Gone", "one\ntwo")
    assert [frame.source for frame in trace.error.frames] == ["raise Gone(name)", "return read(name)"]
    assert trace.context.process == "ForkPoolWorker-4"
    assert found(tmp_path, data).stats.traces == 1
