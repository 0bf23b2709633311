"""What moved between looks."""

from __future__ import annotations

import msgspec
import pytest

from stacktraces.model import Process, Snapshot
from stacktraces.parsing import parse
from stacktraces.snapshots.movement import count_motions, joined, stuck_groups, verdict
from tests.unit.snapshots import process, snapshot, thread


def looks(*processes: Process) -> Process:
    """Looks at one process, a second apart, joined."""
    taken = [snapshot(each, time=f"2026-11-23T02:00:0{second}.500Z") for second, each in enumerate(processes)]
    (joint,) = joined(taken)
    (only,) = joint.processes
    return only


def test_one_look_is_left_as_it_is() -> None:
    one = process(7, thread(1, "read main"))
    assert looks(one) is one
    assert verdict(one) is None
    assert stuck_groups(one) == []


def test_each_motion() -> None:
    still, before, after = thread(1, "poll main"), thread(2, "a serve"), thread(2, "b serve")
    found = looks(process(7, still, before, thread(3, "x")), process(7, still, after, thread(4, "y")))
    assert {each.id: each.motion for each in found.threads} == {
        "1": "stood still",
        "2": "moved",
        "4": "came",
        "3": "went",
    }
    assert count_motions(found) == {"stood still": 1, "moved": 1, "came": 1, "went": 1}
    assert (found.looks, found.seconds) == (2, 1.0)
    assert sum(len(group.thread_ids) for group in found.groups) == 4


def test_the_same_calls_at_another_place_are_a_move() -> None:
    first, second = thread(1, "compute main"), thread(1, "compute main")
    assert second.frames[0].address is not None
    second.frames[0].address += 4
    assert verdict(looks(process(7, first), process(7, second))) == "moving"


def test_who_went_away_in_the_middle_and_came_back_did_not_go() -> None:
    one, two = thread(1, "a"), thread(2, "b")
    found = looks(process(7, one, two), process(7, one), process(7, one, two))
    assert [each.motion for each in found.threads] == ["stood still", "stood still"]


@pytest.mark.parametrize(
    ("idle", "other", "expected"),
    [
        (False, "same", "stuck"),
        (False, "changes", "partly stuck"),
        (True, "changes", "moving"),
        (True, "same", "idle"),
    ],
)
def test_the_verdict(idle: bool, other: str, expected: str) -> None:
    waiting = thread(1, "lock_wait f", state="waiting", idle=idle)
    beside = [thread(2, "g", idle=True), thread(2, "g h" if other == "changes" else "g", idle=True)]
    found = looks(*(process(7, waiting, each) for each in beside))
    assert verdict(found) == expected
    assert bool(stuck_groups(found)) == (not idle)


def test_a_group_comes_apart_where_its_threads_moved_otherwise() -> None:
    first = process(7, thread(1, "lock f"), thread(2, "lock f"))
    second = process(7, thread(1, "lock f"), thread(2, "lock f"))
    second.threads[1].frames[0] = msgspec.structs.replace(second.threads[1].frames[0], address=1)
    assert sorted((group.motion, group.thread_ids) for group in looks(first, second).groups) == [
        ("moved", ["2"]),
        ("stood still", ["1"]),
    ]


def test_another_host_program_or_tool_is_another_process() -> None:
    same = process(7, thread(1, "a"))
    other = process(7, thread(1, "a"), executable="/bin/other")
    taken = [
        snapshot(same, host="a"),
        snapshot(same, host="b"),
        snapshot(other, host="a"),
        msgspec.structs.replace(snapshot(same, host="a"), tool="eu-stack"),
    ]
    assert [each.processes[0].looks for each in joined(taken)] == [1, 1, 1, 1]


def test_processes_without_a_pid_are_never_joined() -> None:
    taken = [snapshot(process(None, thread(1, "a"))) for _ in range(3)]
    assert len(joined(taken)) == 3


def test_several_processes_sampled_in_turn() -> None:
    taken = [snapshot(process(pid, thread(pid, "a"))) for pid in (1, 2, 1, 2, 1)]
    assert [(each.processes[0].pid, each.processes[0].looks) for each in joined(taken)] == [(1, 3), (2, 2)]


@pytest.mark.parametrize(
    "times",
    [
        (None, None),
        ("x", "y"),
        ("2026-01-01T00:00:02Z", "2026-01-01T00:00:01Z"),
        ("2026-01-01", "2026-01-01T00:00:00Z"),
    ],
)
def test_times_that_tell_nothing(times: tuple[str | None, str | None]) -> None:
    taken = [snapshot(process(7, thread(1, "a")), time=time) for time in times]
    assert joined(taken)[0].processes[0].seconds is None


def test_threads_without_ids_and_threads_that_ended() -> None:
    nameless = [msgspec.structs.replace(thread(1, "a"), id=None, os_id=None) for _ in range(2)]
    ended = thread(9, "a", ended=True)
    found = looks(process(7, *nameless, ended), process(7, *nameless, ended))
    assert found.looks == 2
    assert all(each.motion is not None for each in found.threads)


def test_a_thread_that_used_the_processor_moved_though_it_was_met_at_the_same_place() -> None:
    loops = [process(7, thread(1, "compute main", cpu=cpu)) for cpu in (12.0, 12.01, 12.9)]
    waits = [process(7, thread(1, "lock main", cpu=cpu)) for cpu in (12.0, 12.01, 12.02)]
    assert verdict(looks(*loops)) == "moving"
    assert verdict(looks(*waits)) == "stuck"


def test_processor_time_is_read_from_the_collector() -> None:
    (found,) = parse(
        b"REM collect.py 2.0 TOOL=gdb  PYPLATFORM=linux ./collect.py -p 7 -l out\nREM PID 7\n\n"
        b'Thread 2 (Thread 0x7f01 (LWP 9) "a"):\n#0  0x1 in f () at a.c:1\n\nThread 1 (Thread 0x7f00 (LWP 7) "a"):\n'
        b"#0  0x2 in g () at a.c:1\nREM CPU lwp=7 seconds=0.00\nREM CPU lwp=9 seconds=12.07\nREM CPU lwp=8 seconds=1\n"
    )
    assert isinstance(found, Snapshot)
    assert {each.os_id: each.cpu for each in found.processes[0].threads} == {"9": 12.07, "7": 0.0}
