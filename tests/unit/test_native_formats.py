"""eu-stack, lldb, systemd-coredump and gstack: real captures, and the shapes they do not hold."""

from __future__ import annotations

import pytest

from stacktraces.model import Snapshot, Thread
from stacktraces.parsing import parse
from tests import golden

SOURCES = [path for folder in ("eu_stack", "lldb", "coredumpctl", "jstack") for path in golden.inputs(folder)]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_corpus(source) -> None:
    golden.check(source, parse(source.read_bytes()))


def snapshot(text: str) -> Snapshot:
    result = parse(text)
    assert len(result) == 1
    assert isinstance(result[0], Snapshot)
    return result[0]


def threads(text: str) -> list[Thread]:
    return snapshot(text).processes[0].threads


def functions(thread: Thread) -> list[str | None]:
    return [frame.function for frame in thread.frames]


def test_eu_stack_without_a_symbol_and_with_a_problem() -> None:
    found = threads(
        "PID 77 - process\n"
        "TID 77:\n"
        "#0  0x00007f1225ef1e53     - /usr/lib/libfoo - bar.so\n"
        "#1  0x00007f1225ef1e99 - 1\n"
        "TID 78:\n"
        "eu-stack: dwfl_thread_getframes tid 78 at 0x7f1225ef1e53 in <unknown>: No DWARF information found\n"
        "TID 79:\n"
        "#0  0x00007f1225ef1e53 poll\n"
    )
    assert [thread.os_id for thread in found] == ["77", "78", "79"]
    assert functions(found[0]) == [None, None]
    assert found[0].frames[0].module == "/usr/lib/libfoo - bar.so"
    assert found[1].uncertain[0].startswith("dwfl_thread_getframes tid 78")
    assert functions(found[2]) == ["poll"]


def test_eu_stack_of_a_thread_alone() -> None:
    (thread,) = threads("see below\nTID 79:\n#0  0x00007f1225ef1e53 poll\n#1  0x00007f1225ef1e54 main\n")
    assert (thread.os_id, functions(thread)) == ("79", ["poll", "main"])


def test_eu_stack_with_the_place_on_the_line_of_the_frame() -> None:
    (thread,) = threads(
        "PID 7 - process\nTID 7:\n#0  0x0a poll - /usr/lib/my  app/libc.so.6   ./io/poll.c:57:12\n"
        "#1  0x0b main - /usr/bin/app   /src/app.cc:10:3\n"
    )
    assert [frame.module for frame in thread.frames] == ["/usr/lib/my  app/libc.so.6", "/usr/bin/app"]
    assert [(frame.file, frame.line, frame.column) for frame in thread.frames] == [
        ("./io/poll.c", 57, 12),
        ("/src/app.cc", 10, 3),
    ]


def test_eu_stack_recursion_is_not_inlining() -> None:
    (thread,) = threads(
        "PID 7 - process\nTID 7:\n#0  0x0a work\n#1  0x0b work\n#2  0x0b work\n#3  0x0b main\n"
    )
    assert [frame.inlined for frame in thread.frames] == [False, False, True, False]


def test_lldb_thread_ids_queue_and_crash() -> None:
    found = snapshot(
        "(lldb) thread list\n"
        "Process 4711 stopped\n"
        "* thread #1: tid = 0x1f07, 0x0000000100003f64 app`crash, queue = 'com.apple.main-thread', "
        "stop reason = EXC_BAD_ACCESS (code=1, address=0x0)\n"
        "  thread #2: tid = 0x1f08, 0x00007ff80a libsystem_kernel.dylib`kevent + 10\n"
        "(lldb) bt all\n"
        "* thread #1, queue = 'com.apple.main-thread', stop reason = EXC_BAD_ACCESS (code=1, address=0x0)\n"
        "  * frame #0: 0x0000000100003f64 app`crash(p=0x0000000000000000) at app.c:3:6 [opt]\n"
        "    frame #1: 0x0000000100003f84 app`main [inlined] run at app.c at 7.c:8:9 [opt] [artificial]\n"
        "    frame #2: 0x00007ff80a dyld`start + 1942\n"
        "  thread #2\n"
        "    frame #0: 0x00007ff80a libsystem_kernel.dylib`kevent + 10\n"
    ).processes[0]
    first, second = found.threads
    assert found.pid == 4711
    assert found.error is not None
    assert found.error.type == "EXC_BAD_ACCESS (code=1, address=0x0)"
    assert (first.crashed, second.crashed) == (True, False)
    assert (first.os_id, second.os_id) == ("7943", "7944")
    assert functions(first) == ["crash", "run at app.c", "start"]
    assert [frame.inlined for frame in first.frames] == [False, True, False]
    assert (first.frames[0].file, first.frames[0].line, first.frames[0].column) == ("app.c", 3, 6)
    assert first.frames[0].args == "p=0x0000000000000000"
    assert first.frames[2].offset == 1942
    assert functions(second) == ["kevent"]


def test_a_second_backtrace_of_lldb_keeps_the_longer_stack() -> None:
    (thread,) = threads(
        "* thread #1, name = 'a', stop reason = signal SIGSTOP\n"
        "    frame #0: 0x01 a`one + 1\n    frame #1: 0x02 a`two + 2\n    frame #2: 0x03 a`main + 3\n"
        "(lldb) frame select 0\n"
        "frame #0: 0x01 a`one + 1\n"
    )
    assert functions(thread) == ["one", "two", "main"]


def test_coredumpctl_of_newer_systemd_lists_modules_first() -> None:
    found = snapshot(
        "Process 1234 (app (x)) of user 1000 dumped core.\n\n"
        + "".join(f"Module /usr/lib/lib{n}.so with build-id 0123456789abcdef\n" for n in range(60))
        + "Stack trace of thread 1235:\n"
        "#0  0x00007f49e74ed503 n/a (n/a + 0x0)\n"
        "#1  0x00007f49e74ed504 run(std::function<int (int)>) (/usr/bin/app (deleted) + 0x11bf)\n"
        "#2  0x00007f49e74ed505 main (app + 0x12bf)\n\n"
        "something else\n"
    )
    process = found.processes[0]
    assert (process.pid, process.name) == (1234, "app (x)")
    assert process.threads[0].crashed
    first = process.threads[0].frames[0]
    assert (first.function, first.module) == (None, None)
    assert process.threads[0].os_id == "1235"
    assert process.threads[0].frames[-1].function == "main"


def test_a_process_that_was_no_crash_report_has_no_crashed_thread() -> None:
    (thread,) = threads("Stack trace of thread 9:\n#0  0x00007f49e74ed503 poll (libc.so.6 + 0xcf503)\n")
    assert not thread.crashed


JAVA = (
    "2026-02-01 12:00:00\nFull thread dump OpenJDK 64-Bit Server VM (21.0.2+13 mixed mode):\n\n"
    '"queue "a" reader" #31 [8042] daemon prio=5 os_prio=0 cpu=1.2ms elapsed=5.0s tid=0x00007f4e nid=8042 in Object.wait()'
    "  [0x00007f4eb29fe000]\n"
    "   java.lang.Thread.State: BLOCKED (on object monitor)\n"
    "\tat java.lang.Object.wait0(java.base@21.0.2/Native Method)\n"
    "\t- waiting on <0x00000000ffd1aa00> (a [Ljava.lang.String;)\n"
    "\tat java.lang.Object.wait(java.base@21.0.2/Object.java:366)\n"
    "\tat shop.Queue.take(Queue.java:60)\n"
    "\t- locked <0x00000000ffd1aa00> (a [Ljava.lang.String;)\n"
    "\t- locked <0x00000000ffd1bb00> (a shop.Queue)\n\n"
    '"writer" #32 [8043] prio=5 os_prio=0 tid=0x00007f4f nid=8043 waiting on condition  [0x00007f4eb29fe000]\n'
    "   java.lang.Thread.State: WAITING (parking)\n"
    "\tat jdk.internal.misc.Unsafe.park(java.base@21.0.2/Native Method)\n"
    "\t- parking to wait for  <0x00000000ffd1cc00> (a java.util.concurrent.locks.AbstractQueuedSynchronizer$ConditionObject)\n\n"
    '"VM Thread" os_prio=0 cpu=1.41ms elapsed=5.19s tid=0x00007f4eac091c90 nid=8044 runnable  \n\n'
    "JNI global refs: 4, weak refs: 0\n\n2026-02-01 INFO started\n"
)


def test_java_monitor_that_is_waited_on_is_not_held() -> None:
    queue, writer, vm = threads(JAVA)
    assert (queue.name, queue.id, queue.os_id) == ('queue "a" reader', "31", "8042")
    assert [lock.address for lock in queue.locks_held] == ["0x00000000ffd1bb00"]
    assert queue.locks_awaited == []
    assert (queue.frames[0].file, queue.frames[1].file, queue.frames[1].line) == (None, "Object.java", 366)
    assert writer.locks_awaited == []
    assert (vm.name, vm.state, vm.id) == ("VM Thread", "runnable", "8044")


def test_java_dump_ends_where_the_log_goes_on() -> None:
    text = JAVA.encode()
    assert len(parse(text + b"Traceback (most recent call last):\nKeyError: 1\n" + text)) == 3


def test_gstack_and_pstack_on_linux_are_gdb_s_lines() -> None:
    text = (
        "REM collect.py 2.0 TOOL={tool}  PYPLATFORM=linux collect.py -p 9 -l x\nREM PID 9\n"
        'Thread 2 (Thread 0x7f1 (LWP 10) "app"):\n#0  0x1 in poll () from /lib/libc.so.6\n'
        'Thread 1 (Thread 0x7f0 (LWP 9) "app"):\n#0  0x2 in main ()\nREM EXIT 0\n'
    )
    for tool in ("gstack", "pstack"):
        found = snapshot(text.format(tool=tool))
        assert (found.format, found.tool, found.processes[0].pid) == ("gdb", tool, 9)
        assert [thread.os_id for thread in found.processes[0].threads] == ["10", "9"]
