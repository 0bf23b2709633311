"""Several tools' sections about one process become one process."""

from __future__ import annotations

from stacktraces.model import Frame, Lock, Process, Snapshot, Thread
from stacktraces.snapshots.joining import join


def native(*functions: str | None, **more: object) -> Thread:
    frames = [
        Frame(id=str(number), function=name, address=number + 1) for number, name in enumerate(functions)
    ]
    return Thread(frames=frames, **more)


def managed(*functions: str, file: str = "app.py", **more: object) -> Thread:
    return Thread(frames=[Frame(function=name, file=file, line=1) for name in functions], **more)


def joined(*snapshots: tuple[str, Thread], pid: int | None = 9) -> Thread:
    """The one thread of what is joined from a section a tool."""
    (snapshot,) = join(Snapshot(tool, [Process(pid, threads=[thread])]) for tool, thread in snapshots)
    (thread,) = snapshot.processes[0].threads
    return thread


def functions(thread: Thread) -> list[str | None]:
    return [frame.function for frame in thread.frames]


def test_one_python_frame_an_evaluation_before_3_11() -> None:
    stack = native(
        "read", "PyEval_EvalFrameEx", "fast_function", "PyEval_EvalFrameEx", "run_mod", "main", os_id="1"
    )
    thread = joined(("gdb", stack), ("pyspy", managed("inner", "outer", os_id="1", name="MainThread")))
    assert functions(thread) == ["read", "inner", "outer", "PyEval_EvalFrameEx", "run_mod", "main"]
    assert thread.name == "MainThread"


def test_the_wrapper_around_an_evaluation_is_not_a_second_one() -> None:
    stack = native("read", "_PyEval_EvalFrameDefault", "PyEval_EvalFrameEx", "main", os_id="1")
    assert functions(joined(("gdb", stack), ("pyspy", managed("f", "g", os_id="1")))) == [
        "read",
        "f",
        "g",
        "_PyEval_EvalFrameDefault",
        "main",
    ]


def test_what_c_calls_between_two_evaluations_stays() -> None:
    evaluation = "_PyEval_EvalFrameDefault.cold"
    stack = native(
        "poll", evaluation, "_PyFunction_Vectorcall", "map_next", "list_extend", evaluation, "main", os_id="1"
    )
    thread = joined(("gdb", stack), ("pyspy", managed("key", "sort", "run", os_id="1")))
    assert functions(thread) == ["poll", "key", "map_next", "list_extend", "sort", "run", evaluation, "main"]


def test_java_takes_the_place_of_code_without_a_name() -> None:
    stack = native(
        "futex_wait", "ObjectMonitor::enter", None, None, "JavaCalls::call", "start_thread", os_id="7"
    )
    thread = joined(
        ("gdb", stack), ("jstack", managed("A.lock", "A.run", file="A.java", os_id="7", name="worker"))
    )
    assert functions(thread) == [
        *("futex_wait", "ObjectMonitor::enter", "A.lock", "A.run"),
        *("JavaCalls::call", "start_thread"),
    ]
    assert thread.uncertain == []


def test_frames_without_a_place_are_kept_and_it_is_said() -> None:
    thread = joined(("gdb", native("poll", "main", os_id="1")), ("pyspy", managed("f", os_id="1")))
    assert functions(thread) == ["poll", "main", "f"]
    assert len(thread.uncertain) == 1


def test_threads_meet_by_handle_without_a_pid() -> None:
    dump = Snapshot("faulthandler", [Process(threads=[managed("f", handle="0x00007f10")])])
    seen = Snapshot(
        "gdb", [Process(9, threads=[native("_PyEval_EvalFrameDefault", os_id="4", handle="0x7f10")])]
    )
    for order in ((dump, seen), (seen, dump)):
        (snapshot,) = join(order)
        (thread,) = snapshot.processes[0].threads
        assert functions(thread) == ["f", "_PyEval_EvalFrameDefault"]
        assert (snapshot.processes[0].pid, thread.os_id) == (9, "4")


def test_locks_and_states_of_the_runtime_are_kept() -> None:
    held, awaited = Lock("GIL", "GIL", "1"), Lock("0x1", "monitor of X")
    runtime = managed("f", os_id="1", state="idle", locks_held=[held], locks_awaited=[awaited])
    thread = joined(("gdb", native("poll", os_id="1")), ("pyspy", runtime))
    assert (thread.state, thread.locks_held, thread.locks_awaited) == ("idle", [held], [awaited])


def test_threads_that_one_tool_alone_saw_are_kept() -> None:
    one = Snapshot("gdb", [Process(9, threads=[native("a", os_id="1"), native("b", os_id="2")])])
    other = Snapshot("pyspy", [Process(9, threads=[managed("f", os_id="2"), managed("g", os_id="3")])])
    (snapshot,) = join([one, other])
    assert [thread.os_id for thread in snapshot.processes[0].threads] == ["1", "2", "3"]


def test_other_processes_hosts_and_samples_stay_apart() -> None:
    def section(tool: str, pid: int | None = 9, host: str | None = None) -> Snapshot:
        return Snapshot(tool, [Process(pid, threads=[native("a", os_id="1")])], host=host)

    assert len(join([section("gdb"), section("pyspy", 10)])) == 2
    assert len(join([section("gdb", host="a"), section("pyspy", host="b")])) == 2
    samples = join([section("gdb"), section("pyspy"), section("gdb"), section("pyspy")])
    assert len(samples) == 2
    several = Snapshot("pyspy", [Process(9), Process(10)])
    assert len(join([section("gdb"), several])) == 2
    assert join([]) == []


def test_the_arguments_are_left_as_they_were() -> None:
    stack = native("_PyEval_EvalFrameDefault", os_id="1")
    joined(("gdb", stack), ("pyspy", managed("f", os_id="1", name="x")))
    assert functions(stack) == ["_PyEval_EvalFrameDefault"]
    assert stack.name is None
