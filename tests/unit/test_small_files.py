"""Many small files: what costs most of each is left out where nothing can be read in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stacktraces.carriers import Carrier
from stacktraces.scanning import Options, group
from stacktraces.scanning.parallel import partition
from stacktraces.scanning.reading import scanner

TRACE = 'Traceback (most recent call last):\n  File "/srv/app.py", line 3, in run\n    go()\nKeyError: 1\n'


def test_carriers_are_told_only_where_something_may_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    detect, told = scanner.detect, []

    def telling(sample: bytes, *rest: object) -> tuple[Carrier, ...]:
        told.append(sample)
        return detect(sample, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(scanner, "detect", telling)
    quiet = "2026-03-01 10:00:00 INFO served in 3 ms\n" * 20
    for number in range(8):
        (tmp_path / f"{number}.log").write_text(quiet + (TRACE if number == 5 else ""))
    told.clear()
    result = group([str(tmp_path)])
    assert [each.count for each in result.groups] == [1]
    assert (result.stats.files, result.stats.bytes) == (8, 8 * len(quiet) + len(TRACE))
    assert sorted(told) == [b"", (quiet + TRACE).encode()]


def test_a_small_file_is_read_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read, sizes = os.read, []

    def counted(descriptor: int, size: int) -> bytes:
        data = read(descriptor, size)
        sizes.append(len(data))
        return data

    monkeypatch.setattr(os, "read", counted)
    (tmp_path / "0.log").write_text("started\n")
    (tmp_path / "1.log").write_text(TRACE)
    assert group([str(tmp_path)]).stats.bytes == 8 + len(TRACE)
    assert sizes == [8, len(TRACE)]


@pytest.mark.skipif(not os.path.exists("/proc/version"), reason="a file of Linux")
def test_a_file_whose_size_the_system_does_not_tell_is_read_to_its_end() -> None:
    assert os.stat("/proc/version").st_size == 0
    assert group(["/proc/version"]).stats.bytes == len(Path("/proc/version").read_bytes())


@pytest.mark.parametrize("cut", [1, 9, 14, 33])
def test_an_anchor_across_the_pieces_of_a_line_is_found(tmp_path: Path, cut: int) -> None:
    time = "2026-03-01T10:00:00.000000000Z stderr"
    first, *rest = TRACE.splitlines()
    pieces = [f"P {first[:cut]}", f"F {first[cut:]}"] + [
        piece for line in rest for piece in (f"P {line[:5]}", f"F {line[5:]}")
    ]
    path = tmp_path / "0.log"
    path.write_text("".join(f"{time} {each}\n" for each in pieces))
    result = group([str(path)])
    assert [(each.error.type, each.error.message) for each in result.groups] == [("KeyError", "1")]


def test_lines_of_a_small_log_that_stand_newest_first_are_turned_around(tmp_path: Path) -> None:
    lines = [f"2026-03-01 10:00:0{9 - at} {line}" for at, line in enumerate(reversed(TRACE.splitlines()))]
    path = tmp_path / "0.log"
    path.write_text("\n".join(["2026-03-01 10:01:00 done", *lines]) + "\n")
    assert group([str(path)]).stats.traces == 1


def test_many_small_files_are_shared_out(tmp_path: Path) -> None:
    for number in range(400):
        (tmp_path / f"{number:03}.log").write_text("started\n")
    files = list(enumerate(sorted(map(str, tmp_path.iterdir()))))
    _, tasks = partition.plan(files, 2)
    assert sorted(len(task) for task in tasks) in ([199, 201], [200, 200])
    alone, shared = (group([str(tmp_path)], Options(jobs=jobs)).stats for jobs in (1, 2))
    assert (shared.files, shared.bytes) == (alone.files, alone.bytes) == (400, 3200)
