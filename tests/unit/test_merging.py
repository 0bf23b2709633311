"""The prefix tree of many processes, its outliers, and stacks that are alike."""

from __future__ import annotations

from stacktraces.model import Frame
from stacktraces.snapshots.merging import Merged, branches, call_name, outliers, tree
from stacktraces.snapshots.similar_stacks import GAP, join_similar, similar_groups
from tests.unit.snapshots import process, snapshot, thread


def merged(*processes) -> Merged:
    return Merged([snapshot(each, host=f"www{number}") for number, each in enumerate(processes, 1)])


def drawn(found: Merged) -> list[tuple[int, str, int, int]]:
    root = tree(found.stacks())
    return [
        (depth, " ".join(calls), node.threads, len(node.processes))
        for depth, calls, node, _ in branches(root)
    ]


def test_stacks_that_begin_alike_share_branches() -> None:
    found = merged(
        process(1, thread(1, "poll listen start"), thread(2, "pop work start"), thread(3, "pop work start")),
        process(2, thread(1, "poll listen start"), thread(2, "read serve work start")),
    )
    assert drawn(found) == [
        (0, "start", 5, 2),
        (1, "work", 3, 2),
        (2, "pop", 2, 1),
        (2, "serve read", 1, 1),
        (1, "listen poll", 2, 2),
    ]
    assert (found.threads, len(found.processes)) == (5, 2)


def test_a_stack_that_ends_within_another_is_a_fork() -> None:
    found = merged(process(1, thread(1, "work start"), thread(2, "pop work start")))
    assert drawn(found) == [(0, "start work", 2, 1), (1, "pop", 1, 1)]


def test_empty_stacks_and_nothing_at_all() -> None:
    assert drawn(merged()) == []
    found = merged(process(1, thread(1, "")))
    assert found.threads == 1
    assert drawn(found) == []
    assert [stack.threads for stack in tree(found.stacks()).ends] == [1]


def test_merging_counts_each_thread_once() -> None:
    found = merged(*(process(pid, *(thread(n, f"f{n % 3} main") for n in range(10))) for pid in range(20)))
    root = tree(found.stacks())
    assert root.threads == found.threads == 200
    assert len(root.processes) == 20
    assert sum(len(threads) for stack in found.stacks() for _, threads in stack.places) == 200


def test_names_that_differ_do_not_keep_stacks_apart() -> None:
    found = merged(process(1, thread(1, "pop", name="conn-1"), thread(2, "pop", name="conn-2")))
    (stack,) = found.stacks()
    assert (stack.threads, stack.group.name) == (2, None)


def test_what_only_one_process_does_and_what_it_alone_lacks_stands_out() -> None:
    ordinary = [process(pid, thread(1, "poll listen"), thread(2, "pop work")) for pid in range(1, 40)]
    odd = process(99, thread(2, "pop work"), thread(3, "lock_wait flush work"))
    found = merged(*ordinary, odd)
    (outlier,) = outliers(found.processes, found.stacks())
    assert [found.processes[each].process.pid for each in outlier.processes] == [99]
    assert outlier.among == 40
    assert [each.calls for each in outlier.does] == [("lock_wait", "flush", "work")]
    assert [each.calls for each in outlier.lacks] == [("poll", "listen")]


def test_other_programs_and_small_crowds_have_no_outliers() -> None:
    two = merged(process(1, thread(1, "a")), process(2, thread(1, "b")))
    assert outliers(two.processes, two.stacks()) == []
    different = merged(*(process(n, thread(1, f"f{n}"), executable=f"/bin/{n}") for n in range(5)))
    assert outliers(different.processes, different.stacks()) == []


def test_a_frame_without_a_function_is_called_by_its_module() -> None:
    assert call_name(Frame(module="/usr/lib/mod_mpm_event.so")) == "?? in mod_mpm_event.so"
    assert call_name(Frame()) == "??"


def test_similar_stacks_become_one_with_a_gap() -> None:
    one = process(
        1,
        thread(1, "read get_line parse serve work start"),
        thread(2, "poll get_line parse serve work start"),
        thread(3, "sleep housekeeping main"),
    )
    first, second = similar_groups(one).groups
    assert [frame.function for frame in first.frames] == [GAP, "get_line", "parse", "serve", "work", "start"]
    assert first.thread_ids == ["1", "2"]
    assert second.thread_ids == ["3"]


def test_similar_in_the_middle_and_by_length() -> None:
    found = merged(
        process(1, thread(1, "a b c d e f"), thread(2, "a b x c d e f"), thread(3, "a b y y c d e f"))
    )
    (stack,) = join_similar(found.stacks())
    assert stack.calls == ("a", "b", GAP, "c", "d", "e", "f")
    assert stack.threads == 3


def test_crashed_threads_are_not_like_others_and_states_that_differ_are_dropped() -> None:
    found = merged(
        process(
            1,
            thread(1, "a b c d", state="one"),
            thread(2, "a b c d", state="two"),
            thread(3, "a b c d", crashed=True),
        )
    )
    stacks = join_similar(found.stacks())
    assert sorted((stack.threads, stack.group.crashed, stack.group.state) for stack in stacks) == [
        (1, True, None),
        (2, False, None),
    ]


def test_very_deep_stacks_are_merged_and_compared() -> None:
    deep = " ".join(["f"] * 5000)
    found = merged(process(1, thread(1, f"a {deep}"), thread(2, f"b {deep}")))
    assert [calls[:1] for _, calls, _, _ in branches(tree(found.stacks()))] == [["f"], ["a"], ["b"]]
    (stack,) = join_similar(found.stacks())
    assert stack.calls[0] == GAP
    assert len(stack.calls) <= 202
