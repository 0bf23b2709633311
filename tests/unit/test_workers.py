"""Workers of an executor: what they keep from one task to the next changes nothing in the sum."""

from __future__ import annotations

import os
import random
import signal
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from bench import sums
from stacktraces.model import ValueCounts
from stacktraces.results.merging import Sum
from stacktraces.results.result import Result
from stacktraces.scanning import Options, group
from stacktraces.scanning.parallel import executors, workers
from stacktraces.scanning.parallel.executors import scan_with, tasks_of
from stacktraces.scanning.parallel.workers import Worker, do_task, is_left_out, pack, unpack

TRACE = 'Traceback (most recent call last):\n  File "/srv/{place}.py", line 3, in run\n    go()\nKeyError: {message}\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Logs without times: what comes first is told by the names of the files."""
    chance = random.Random(5)
    for name in "cab":
        traces = (
            f"started {number}\n" + TRACE.format(place=chance.choice("xyz"), message=f"'{name}{number}'")
            for number in range(60)
        )
        (tmp_path / f"{name}.log").write_text("".join(traces))
    return tmp_path


def added_up(results: list[Result]) -> bytes:
    total = Sum()
    for each in results:
        total.add(each)
    result = total.result()
    result.stats.seconds = 0
    return result.to_json()


def test_what_is_packed_adds_up_to_the_same() -> None:
    chance = random.Random(2)
    results = [sums.part(number, 40, 60, chance) for number in range(30)]
    for result in results:
        for each in chance.sample(result.groups, 6):
            each.contexts = {"host": ValueCounts({"web-1": each.count}, distinct=1)}
        for each in chance.sample(result.groups, 6):
            each.first_seen = each.last_seen = each.first_seen_ns = each.last_seen_ns = None
            each.timeline, each.timeline_start, each.timeline_width = [], None, None
            for source in each.sources:
                source.time_ns = None
    alike, total = added_up(results), Sum()
    chance.shuffle(results)
    for result in results:
        assert unpack(pack(result)).unpacked() == result
        total.add_packed(unpack(pack(result)))
    assert added_up([total.result()]) == alike


def test_times_that_contradict_their_places_add_up_alike_in_any_order() -> None:
    chance = random.Random(4)
    results = [sums.part(number, 5, 5, chance) for number in range(12)]
    for result in results:
        for each in result.groups:
            assert each.first_seen_ns is not None
            each.first_seen_ns += chance.randrange(10**14)
            chance.shuffle(each.sources)
    read = [Result.from_json(each.to_json()) for each in results]
    alike = added_up(read)
    chance.shuffle(read)
    assert added_up(read) == alike


def whole(folder: Path) -> bytes:
    result = group([str(folder)])
    result.stats.seconds = 0
    return result.to_json()


def tasks(folder: Path) -> list[workers.Task]:
    return list(tasks_of(sorted(map(str, folder.iterdir()), reverse=True), 700))


@pytest.mark.parametrize("seed", range(8))
def test_the_sum_is_the_same_in_any_order_and_by_any_number(folder: Path, seed: int) -> None:
    chance = random.Random(seed)
    todo = tasks(folder)
    chance.shuffle(todo)
    hands = [Worker(Options()) for _ in range(chance.randint(1, 3))]
    results = [chance.choice(hands).do(each) for each in todo]
    assert len(todo) > 12
    assert any(is_left_out(each) for result in results for each in result.groups)
    chance.shuffle(results)
    assert added_up(results) == whole(folder)


def test_nothing_of_another_scan_is_shown(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other") / "z.log"
    other.write_text("up\n" + TRACE.format(place="x", message="'later'"))
    hand = Worker(Options())
    for each in tasks(folder):
        hand.do(each)
    (task,) = tasks_of([str(other)])
    (found,) = hand.do(task).groups
    assert (found.error.message, found.count) == ("'later'", 1)


def test_a_task_that_has_room_for_its_groups_alone_keeps_them(tmp_path: Path) -> None:
    for name, places in (("a", "pqr"), ("b", "st"), ("c", "uvw")):
        lines = (f"up\n{TRACE.format(place=place, message=1)}" for place in places)
        (tmp_path / f"{name}.log").write_text("".join(lines))
    hand = Worker(Options(max_groups=4))
    for task in tasks_of(sorted(map(str, tmp_path.iterdir())), 1):
        result = hand.do(task)
        assert (result.stats.beyond, result.stats.groups) == (0, result.stats.traces)
        assert not any(is_left_out(each) for each in result.groups)


class Losing:
    """An executor of one worker that loses what it did first, as if it were killed before it could give it."""

    def __init__(self) -> None:
        self.lost: list[bytes] = []

    def submit(self, function: Any, task: workers.Task, options: Options) -> Future[bytes]:
        future: Future[bytes] = Future()
        given = function(task, options)
        if not self.lost:
            self.lost.append(given)
            future.set_exception(OSError("the worker was killed"))
        else:
            future.set_result(given)
        return future


def test_an_error_that_was_lost_with_its_worker_is_read_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors.tasks_of, "__defaults__", (700,))
    losing = Losing()
    result = scan_with(losing, [str(folder)], Options())  # type: ignore[arg-type]
    assert any(not is_left_out(each) for each in unpack(losing.lost[0]).unpacked().groups)
    result.stats.seconds = 0
    assert result.to_json() == whole(folder)


def test_a_process_of_a_pool_that_is_killed_changes_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors.tasks_of, "__defaults__", (700,))
    killed: list[int] = []
    with ProcessPoolExecutor(2, get_context("forkserver")) as pool:

        def kill(_: int) -> None:
            if not killed:
                killed.append(next(iter(pool._processes)))
                os.kill(killed[0], signal.SIGKILL)

        result = scan_with(pool, [str(folder)], Options(), kill)
    assert killed
    result.stats.seconds = 0
    assert result.to_json() == whole(folder)


def test_a_file_that_is_removed_meanwhile_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executors.tasks_of, "__defaults__", (700,))

    class Removing(Losing):
        def submit(self, function: Any, task: workers.Task, options: Options) -> Future[bytes]:
            (folder / "a.log").unlink(missing_ok=True)
            self.lost.append(b"")
            return super().submit(function, task, options)

    path = folder / "a.log"
    result = scan_with(Removing(), [str(folder)], Options())  # type: ignore[arg-type]
    assert [each.reason for each in result.unreadable] == [f"{path} does not exist; check the path."]
    assert result.stats.traces == 120


def test_a_process_keeps_the_workers_of_the_last_scan_alone(folder: Path) -> None:
    first, second = tasks(folder), tasks(folder)
    do_task(first[0], Options())
    kept = workers._IDLE.take(first[0].scan)
    assert kept is not None
    workers._IDLE.give_back(first[0].scan, kept)
    assert workers._IDLE.take(second[0].scan) is None
    workers._IDLE.give_back(first[0].scan, kept)
    assert workers._IDLE.take(second[0].scan) is None
