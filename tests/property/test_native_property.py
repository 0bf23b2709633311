"""What must hold for every prefix of a capture and for captures with bytes changed, joined and with locks told."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stacktraces.model import Frame, Futex, Lock, Process, Snapshot, Thread
from stacktraces.parsing import iterate
from stacktraces.render import first_version as seed
from stacktraces.render.locks import lock_lines
from stacktraces.runtimes import all_formats
from stacktraces.snapshots.describing import describe
from stacktraces.snapshots.joining import join
from stacktraces.snapshots.locks import with_locks
from tests import golden

NAMES = ("eu_stack", "lldb", "coredumpctl", "jstack")
FORMATS = {each.name: each for each in all_formats()}
SMALL = 20_000
SOURCES = [path for folder in (*NAMES, "locks") for path in golden.inputs(folder)]
TEXTS = [path.read_bytes() for path in SOURCES if path.stat().st_size < SMALL]


def is_safe(line: str) -> bool:
    """Whether ``line`` is one line and cannot steer a terminal."""
    return not any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in line)


def told(text: bytes) -> tuple[int, int]:
    """How many threads and frames are understood; goes all the way to the words."""
    snapshots = join(each for each in iterate(text) if isinstance(each, Snapshot))
    threads = frames = 0
    for snapshot in snapshots:
        for process in describe(with_locks(snapshot)).processes:
            for line in (*lock_lines(process), *seed.process_text(process, 2)):
                assert is_safe(line)
            b"".join(seed.process_pieces(process))
            threads += len(process.threads)
        for process in snapshot.processes:
            frames += sum(len(thread.frames) for thread in process.threads)
    return threads, frames


@pytest.mark.parametrize("name", NAMES)
def test_more_text_is_never_understood_less(name: str) -> None:
    text = min((path.read_bytes() for path in golden.inputs(name)), key=len)[:4000]
    most = 0
    formats = (FORMATS[name],)
    for end in range(len(text)):
        found = [each for each in iterate(text[:end], formats) if isinstance(each, Snapshot)]
        now = sum(len(process.threads) for each in found for process in each.processes)
        assert now >= most, f"what was understood at {end - 1} bytes is lost at {end}"
        most = now
    assert most


@pytest.mark.parametrize("path", golden.inputs("locks"), ids=lambda path: path.stem)
def test_a_file_cut_at_any_line(path) -> None:
    text = path.read_bytes()
    ends = [index + 1 for index, byte in enumerate(text) if byte == 10]
    for end in ends[:: max(len(ends) // 30, 1)]:
        told(text[:end])


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_changed_bytes(data: st.DataObject) -> None:
    text = bytearray(data.draw(st.sampled_from(TEXTS)))
    for _ in range(data.draw(st.integers(1, 6))):
        position = data.draw(st.integers(0, len(text) - 1))
        text[position : position + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=40))
    told(bytes(text))


small = st.integers(1, 6).map(str)
functions = st.sampled_from(
    [
        None,
        "poll",
        "pthread_mutex_lock",
        "take_gil",
        "_PyEval_EvalFrameDefault",
        "__pthread_clockjoin_ex",
        "f",
    ]
)
frames = st.builds(
    Frame,
    function=functions,
    address=st.none() | st.integers(0, 2**64 - 1),
    file=st.sampled_from([None, "a.py", "b.c"]),
    args=st.sampled_from([None, "", "mutex=0x10", "threadid=32", "abstime=0x0", "microseconds=-1"]),
)
locks = st.builds(Lock, small, kind=st.sampled_from([None, "mutex", "GIL"]), owner=st.none() | small)
futexes = st.builds(
    Futex,
    st.integers(0, 64),
    st.sampled_from([0, 6, 128, 265, 393]),
    st.integers(0, 6),
    st.lists(st.integers(-9, 9)),
)
threads = st.builds(
    Thread,
    id=st.none() | small,
    os_id=st.none() | small,
    handle=st.sampled_from([None, "0x20", "0x21", "junk"]),
    name=st.sampled_from([None, "a"]),
    frames=st.lists(frames, max_size=5),
    locks_held=st.lists(locks, max_size=2),
    locks_awaited=st.lists(locks, max_size=2),
    futex=st.none() | futexes,
)
snapshots = st.builds(
    Snapshot,
    st.sampled_from(["gdb", "pyspy", "jstack"]),
    st.lists(
        st.builds(Process, pid=st.sampled_from([None, 1, 2]), threads=st.lists(threads, max_size=6)),
        max_size=2,
    ),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(snapshots, max_size=4))
def test_whatever_threads_hold_and_wait_for(given_snapshots: list[Snapshot]) -> None:
    """A circle leads from each thread to the owner of what it waits for, and back; no thread is lost."""
    for snapshot in map(with_locks, join(given_snapshots)):
        for process in snapshot.processes:
            for deadlock in process.deadlocks:
                keys = [wait.thread for wait in deadlock.waits]
                if deadlock.owners_known:
                    assert [wait.lock.owner for wait in deadlock.waits] == [*keys[1:], keys[0]]
            assert all(map(is_safe, lock_lines(process)))


@settings(max_examples=100, deadline=None)
@given(snapshots, snapshots)
def test_joining_loses_no_thread(one: Snapshot, other: Snapshot) -> None:
    def ids(found: list[Snapshot]) -> set[str]:
        return {t.os_id for each in found for process in each.processes for t in process.threads if t.os_id}

    assert ids(join([one, other])) == ids([one, other])
