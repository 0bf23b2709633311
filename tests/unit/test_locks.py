"""Who waits for what and who owns it: real captures as a whole, and each source of knowledge alone."""

from __future__ import annotations

import pytest

from stacktraces.model import Frame, Futex, Lock, Process, Snapshot, Thread
from stacktraces.parsing import iterate, parse
from stacktraces.render.locks import lock_lines, lock_objects
from stacktraces.snapshots.describing import describe
from stacktraces.snapshots.joining import join
from stacktraces.snapshots.locks import find_locks, with_locks
from tests import golden


def snapshots(text: bytes | str) -> list[Snapshot]:
    return join(each for each in parse(text) if isinstance(each, Snapshot))


def said(process: Process) -> list[str]:
    (described,) = describe(Snapshot("test", [find_locks(process)])).processes
    return list(lock_lines(described))


@pytest.mark.parametrize("source", golden.inputs("locks"), ids=lambda path: path.stem)
def test_corpus(source) -> None:
    (snapshot,) = snapshots(source.read_bytes())
    (process,) = with_locks(snapshot).processes
    threads = [
        [thread.id, thread.os_id, thread.name, [frame.function for frame in thread.frames]]
        for thread in snapshot.processes[0].threads
    ]
    golden.check(
        source, {"said": list(lock_lines(process)), "objects": lock_objects(process), "threads": threads}
    )


def mutex_waiter(number: int, address: int, owner: int, **more: object) -> Thread:
    """A thread of a stripped program, as the collector's line tells of it."""
    futex = Futex(address, 128, 2, [2, 0, owner, 1, 0])
    return Thread(str(number), str(number), futex=futex, frames=[Frame(id="0", address=1)], **more)


def test_three_in_a_circle_without_any_symbol() -> None:
    waiters = [mutex_waiter(1, 0xA, 2), mutex_waiter(2, 0xB, 3), mutex_waiter(3, 0xC, 1)]
    process = find_locks(Process(threads=[*waiters, mutex_waiter(4, 0xA, 2)]))
    (deadlock,) = process.deadlocks
    assert [wait.thread for wait in deadlock.waits] == ["1", "2", "3"]
    assert [lock.address for lock in process.threads[1].locks_held] == ["0xa"]
    assert said(process) == [
        "Deadlock: thread 1 waits for mutex 0xa, held by thread 2, which waits for mutex 0xb, held by thread 3, "
        "which waits for mutex 0xc, held by thread 1."
    ]


def test_a_thread_that_waits_for_itself() -> None:
    (line,) = said(Process(threads=[mutex_waiter(1, 0xA, 1), Thread("2", "2")]))
    assert line == "Deadlock: thread 1 waits for mutex 0xa, which it holds itself."


def test_words_that_are_no_mutex() -> None:
    condition = Thread("1", "1", futex=Futex(0xA, 137, 0, [0, 0, 2, 0, 0]))
    gone = mutex_waiter(2, 0xB, 99)
    short = Thread("3", "3", futex=Futex(0xC, 128, 2, [2]))
    process = find_locks(Process(threads=[condition, gone, short]))
    assert [thread.locks_awaited for thread in process.threads] == [[], [], []]


def test_a_priority_inheriting_mutex_names_its_owner_in_its_first_word() -> None:
    frame = Frame(function="pthread_mutex_lock", module="/lib/libc.so.6", args="")
    waiter = Thread("1", "1", frames=[frame], futex=Futex(0xA, 6 | 128, 0, [0x80000002, 0, 7, 1, 32]))
    process = find_locks(Process(threads=[waiter, Thread("2", "2")]))
    assert process.threads[0].locks_awaited == [Lock("0xa", "mutex", "2")]


@pytest.mark.parametrize(
    ("function", "value", "words", "address", "owner"),
    [
        ("___pthread_rwlock_rdlock", 3, [3, 3, 0, 0, 2], 0x100, "2"),
        ("___pthread_rwlock_wrlock", 2, [2, 3, 0, 0, 0], 0x100, None),
        ("___pthread_rwlock_wrlock", 3, [3, 0, 0, 2, 0], 0x0FC, "2"),
    ],
)
def test_rwlock_words(function: str, value: int, words: list[int], address: int, owner: str | None) -> None:
    """The address of the wait is a word within the lock: its third, or for later writers its fourth."""
    waiter = Thread("1", "1", frames=[Frame(function=function)], futex=Futex(0x108, 393, value, words))
    process = find_locks(Process(threads=[waiter, Thread("2", "2")]))
    assert process.threads[0].locks_awaited == [Lock(hex(address), "rwlock", owner)]


def test_arguments_and_locals_tell_without_the_collector() -> None:
    text = (
        'Thread 2 (Thread 0x7f2 (LWP 12) "app"):\n'
        "#0  __lll_lock_wait (futex=futex@entry=0x55a0 <journal>, private=0) at lowlevellock.c:52\n"
        "#1  0x1 in __GI___pthread_mutex_lock (mutex=0x55a0 <journal>) at ../nptl/pthread_mutex_lock.c:115\n"
        "#2  0x2 in write_it (m=0x55a0) at app.c:7\n"
        "        copy = {__data = {__lock = 2, __count = 0, __owner = 11, __nusers = 1, __kind = 0}, __align = 2}\n"
        'Thread 1 (Thread 0x7f1 (LWP 11) "app"):\n#0  0x3 in poll () from /lib/libc.so.6\n'
    )
    (snapshot,) = snapshots(text)
    waiter, owner = find_locks(snapshot.processes[0]).threads
    assert waiter.locks_awaited == [Lock("0x55a0", "mutex", "11", "journal")]
    assert owner.locks_held == waiter.locks_awaited


@pytest.mark.parametrize(
    "function", ["__GI___pthread_mutex_lock", "pthread_mutex_unlock", "pthread_mutex_trylock"]
)
def test_a_thread_that_does_not_wait_is_not_said_to(function: str) -> None:
    """The lock is free, or is being freed."""
    frames = [Frame(function=function, args="mutex=0x55a0"), Frame(function="write_it")]
    waker = [Frame(function="futex_wake"), Frame(function="pthread_mutex_unlock", args="mutex=0x55a0")]
    process = find_locks(Process(threads=[Thread("1", frames=frames), Thread("2", frames=waker)]))
    assert [thread.locks_awaited for thread in process.threads] == [[], []]


def test_joining_a_thread_closes_a_circle() -> None:
    joins = Thread(
        "1", "11", "0x7f01", frames=[Frame(function="__pthread_clockjoin_ex", args=f"threadid={0x7F02}")]
    )
    waits = mutex_waiter(12, 0xA, 11, handle="0x7f02", name="worker")
    (line,) = said(Process(threads=[joins, waits]))
    assert line == (
        "Deadlock: thread 1 waits for thread 12 (worker) to end, which waits for mutex 0xa, held by thread 1."
    )


def test_a_queue_for_the_gil_says_what_its_owner_does() -> None:
    owner = Thread("1", "1", name="crunch", state="active", locks_held=[Lock("GIL", "GIL", "1")])
    owner.frames = [Frame(function="multiply", file="m.py", line=3)]
    waiters = [Thread(str(n), str(n), frames=[Frame(function="take_gil")]) for n in range(2, 6)]
    (line,) = said(Process(threads=[owner, *waiters]))
    assert line == (
        "Convoy: 4 threads (2, 3, 4, 5) wait for the GIL, held by thread 1 (crunch) (active, in multiply)."
    )


def test_many_locks_of_one_owner() -> None:
    owner = Thread("1", "1")
    process = find_locks(Process(threads=[owner, *(mutex_waiter(n, n, 1) for n in range(2, 20_000))]))
    assert len(process.threads[0].locks_held) == 19_998


def test_two_in_a_queue_are_no_convoy() -> None:
    waiters = [mutex_waiter(2, 0xA, 1), mutex_waiter(3, 0xA, 1)]
    assert said(Process(threads=[Thread("1", "1"), *waiters])) == []


def test_a_queue_behind_an_owner_that_waits_itself() -> None:
    behind = [mutex_waiter(number, 0xA, 1) for number in (2, 3, 4)]
    (line,) = said(Process(threads=[mutex_waiter(1, 0xB, 5), *behind, Thread("5", "5")]))
    assert line.endswith("held by thread 1, which itself waits for mutex 0xb, held by thread 5.")


def standing_still(limit: str) -> Process:
    args = f"lock=0x{{}}, microseconds={limit}"
    threads = [
        Thread(
            str(n),
            str(n),
            frames=[Frame(function="PyThread_acquire_lock_timed", args=args.format(n), address=1)],
        )
        for n in (1, 2)
    ]
    return Process(threads=threads)


def test_where_all_wait_for_ever_none_can_go_on() -> None:
    (line,) = said(standing_still("-1"))
    assert line.startswith("Deadlock: all 2 threads wait, so that none is left to let another go on: ")
    assert "whose owner is not known" in line
    assert said(standing_still("500")) == []
    one_works = standing_still("-1")
    one_works.threads.append(Thread("3", "3", frames=[Frame(function="epoll_wait")]))
    assert said(one_works) == []


def test_a_long_circle_is_cut_short() -> None:
    count = 50_000
    threads = [mutex_waiter(n, 0x1000 + n, n % count + 1) for n in range(1, count + 1)]
    process = find_locks(Process(threads=threads))
    (deadlock,) = process.deadlocks
    assert len(deadlock.waits) == count
    (line,) = lock_lines(process)
    assert line.endswith("and so on over 49988 more threads, back to the first.")


def test_the_argument_is_left_as_it_was() -> None:
    process = Process(threads=[mutex_waiter(1, 0xA, 2), Thread("2", "2")])
    find_locks(process)
    assert process.threads[0].locks_awaited == []
    assert process.threads[1].locks_held == []


def test_names_that_would_move_the_cursor_are_escaped() -> None:
    threads = [mutex_waiter(1, 0xA, 2, name="\x1b[2Jx"), mutex_waiter(2, 0xB, 1)]
    (line,) = said(Process(threads=threads))
    assert "\x1b" not in line


def test_threads_that_ask_for_a_lock_at_one_place_are_a_convoy_without_an_address() -> None:
    def waiter(number: int, line: int) -> Thread:
        functions = ("__lll_lock_wait", "pthread_mutex_lock", "weigh", "serve")
        frames = [Frame(function=each, address=16) for each in functions]
        frames[2].file, frames[2].line = "weigh.c", line
        return Thread(id=str(number), os_id=str(100 + number), frames=frames)

    process = Process(threads=[*(waiter(number, 31) for number in range(1, 5)), waiter(5, 77)])
    assert said(process) == [
        "Convoy: 4 threads (1, 2, 3, 4) wait for a mutex, perhaps the same one, in weigh at weigh.c:31, "
        "whose owner is not known."
    ]
    assert said(Process(threads=[waiter(1, 31), waiter(2, 31), waiter(3, 5)])) == []


RUST_DEADLOCK = """Thread 3 (Thread 0x7f3 (LWP 43) "auditor"):
#0  syscall () at ../sysdeps/unix/sysv/linux/x86_64/syscall.S:38
#1  0x0000000000000010 in std::sys::pal::unix::futex::futex_wait () at futex.rs:73
#2  std::sys::sync::mutex::futex::Mutex::lock_contended () at mutex.rs:61
#3  0x0000000000000020 in std::sync::poison::mutex::Mutex<i32>::lock<i32> (self=0x55a0) at mutex.rs:492
#4  app::transfer (first=0x55d0, second=0x55a0) at main.rs:8
        a = std::sync::poison::mutex::MutexGuard<i32> {lock: 0x55d0, poison: std::sync::poison::Guard {panicking: false}}
"""


def test_a_deadlock_of_rust_is_told_by_guards() -> None:
    other = RUST_DEADLOCK.replace(
        'Thread 3 (Thread 0x7f3 (LWP 43) "auditor")', "Thread 2 (Thread 0x7f2 (LWP 42))"
    )
    swapped = other.replace("0x55d0", "0x1").replace("0x55a0", "0x55d0").replace("0x1,", "0x55a0,")
    (snapshot,) = snapshots(f"{RUST_DEADLOCK}\n{swapped}")
    assert said(snapshot.processes[0]) == [
        "Deadlock: thread 3 (auditor) waits in app::transfer at main.rs:8 for Rust mutex 0x55a0, held by thread 2, "
        "which waits in app::transfer at main.rs:8 for Rust mutex 0x55d0, held by thread 3 (auditor)."
    ]
    for level in (True, False):
        (found,) = iterate(f"{RUST_DEADLOCK}\n{swapped}".encode(), values=level)
        assert isinstance(found, Snapshot)
        assert len(with_locks(found).processes[0].deadlocks) == 1
