"""What must hold for every output of any snapshots."""

from __future__ import annotations

import json
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from stacktraces.model import Error, Frame, Lock, Process, Snapshot, Thread
from stacktraces.render.snapshots import Shown, find, names
from stacktraces.snapshots.merging import Merged, tree
from stacktraces.snapshots.movement import count_motions, joined, verdict
from stacktraces.snapshots.similar_stacks import join_similar, similar_groups
from tests.unit.snapshots import grouped

UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")

texts = st.text(st.sampled_from("ab;<>&\"'\\\n\r\t\x1b\x00\x9b\u202eé "), max_size=6)
maybe = st.none() | texts
locks = st.builds(
    Lock,
    address=st.sampled_from(("0xa", "0xb", "<")),
    kind=maybe,
    owner=st.sampled_from((None, "1", "2", "9")),
    name=maybe,
)
frames = st.builds(
    Frame,
    function=st.sampled_from(("main", "serve", "read", None)) | texts,
    module=maybe,
    file=maybe,
    line=st.none() | st.integers(0, 99),
    address=st.none() | st.integers(0, 3),
    args=maybe,
    locals=st.none() | st.dictionaries(texts, texts, max_size=2),
)
threads = st.builds(
    Thread,
    id=st.sampled_from(("1", "2", "3")) | maybe,
    os_id=st.sampled_from(("1", "2", "3")) | maybe,
    name=maybe,
    state=maybe,
    idle=st.booleans(),
    frames=st.lists(frames, max_size=4),
    ended=st.booleans(),
    crashed=st.booleans(),
    locks_held=st.lists(locks, max_size=1),
    locks_awaited=st.lists(locks, max_size=1),
)


@st.composite
def processes(draw: st.DrawFn) -> Process:
    found = draw(
        st.builds(
            Process,
            pid=st.sampled_from((None, 7, 8)),
            executable=maybe,
            command=maybe,
            name=maybe,
            threads=st.lists(threads, max_size=4),
            error=st.none() | st.builds(Error, type=maybe, message=maybe),
        )
    )
    found.groups = grouped(found.threads)
    return found


snapshots = st.lists(
    st.builds(
        Snapshot,
        format=st.just("gdb"),
        processes=st.lists(processes(), max_size=2),
        host=maybe,
        time=st.sampled_from((None, "2026-01-01T00:00:00Z", "2026-01-01T00:00:09Z", "<")),
        uncertain=st.lists(texts, max_size=1),
    ),
    max_size=4,
)


def count(found: list[Snapshot]) -> int:
    return sum(
        len(group.thread_ids) for each in found for process in each.processes for group in process.groups
    )


@settings(max_examples=60, deadline=None)
@given(snapshots, st.integers(0, 4), st.booleans(), st.sampled_from((None, 20, 80)))
def test_every_output_is_safe_to_show(
    found: list[Snapshot], level: int, values: bool, width: int | None
) -> None:
    shown = Shown(level=level, values=values, width=width, combine=join_similar)
    for name in names():
        output = find(name)
        given = found if output.every_look else joined(found)
        text = b"".join(output.pieces(given, shown)).decode()
        if name in ("json", "speedscope"):
            json.loads(text)
        if name != "json":
            hit = UNSAFE.search(text)
            assert hit is None, (name, text[max(0, hit.start() - 40) : hit.end() + 40])


@settings(max_examples=60, deadline=None)
@given(snapshots)
def test_no_thread_is_lost_or_counted_twice(found: list[Snapshot]) -> None:
    lines = b"".join(find("folded").pieces(found, Shown())).decode().splitlines()
    assert sum(int(line.rpartition(" ")[2]) for line in lines) == count(found)
    merged = Merged(found)
    assert tree(merged.stacks()).threads == merged.threads == count(found)
    assert tree(join_similar(merged.stacks())).threads == count(found)
    alike = [Snapshot("gdb", [similar_groups(each) for each in one.processes]) for one in found]
    assert count(alike) == count(found)


@settings(max_examples=60, deadline=None)
@given(snapshots)
def test_joined_looks_hold_every_process_once(found: list[Snapshot]) -> None:
    joint = joined(found)
    looks = sum(process.looks for each in joint for process in each.processes)
    assert looks == sum(len(each.processes) for each in found)
    for process in (process for each in joint for process in each.processes):
        assert (verdict(process) is None) == (process.looks == 1)
        if process.looks > 1:
            assert sum(count_motions(process).values()) == sum(len(g.thread_ids) for g in process.groups)
            assert all(thread.motion is not None for thread in process.threads)
