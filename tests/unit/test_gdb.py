"""gdb's frames and captures."""

from __future__ import annotations

import pytest

from stacktraces.model import Snapshot
from stacktraces.parsing import iterate, parse
from stacktraces.runtimes.native import gdb_reader
from stacktraces.runtimes.native.gdb_frame import parse_frame
from tests import golden

# Each line was printed by gdb (6.3 on macOS, 7.x, 13.1); the fields are what a person reads in it.
FRAMES = [
    (
        "#1  0x00007f1225ef1e53 in __GI___nanosleep (req=req@entry=0x7ffc) at ../x.c:25",
        ("1", 0x7F1225EF1E53, "__GI___nanosleep", "req=req@entry=0x7ffc", "../x.c", 25, None),
    ),
    (
        "#0  0x00007fc70d3ecae9 in poll () at /lib64/libc.so.6",
        ("0", 0x7FC70D3ECAE9, "poll", "", None, None, "/lib64/libc.so.6"),
    ),
    (
        "#1  0x000055d6ec9adf4b in ??? () at /opt/b.so",
        ("1", 0x55D6EC9ADF4B, None, "", None, None, "/opt/b.so"),
    ),
    ("#1  0x000055d6ec9adf4b in f () at a.so.c", ("1", 0x55D6EC9ADF4B, "f", "", "a.so.c", None, None)),
    ("#4  <signal handler called>", ("4", None, "<signal handler called>", None, None, None, None)),
    (
        "#9  operator() (q=4, __closure=0x7ffc2c7ca9a0) at a.cpp:17",
        ("9", None, "operator()", "q=4, __closure=0x7ffc2c7ca9a0", "a.cpp", 17, None),
    ),
    (
        "#13 0x000056095e2be433 in std::function<int (int)>::operator()(int) const (this=0x7ffd) at x.h:591",
        (
            "13",
            0x56095E2BE433,
            "std::function<int (int)>::operator()(int) const",
            "this=0x7ffd",
            "x.h",
            591,
            None,
        ),
    ),
    ("#6  0x000055ad299e7813 in ?? ()", ("6", 0x55AD299E7813, None, "", None, None, None)),
    (
        "#8  0x00007fcb108d44a3 in ?? () from /lib/libstdc++.so.6",
        ("8", 0x7FCB108D44A3, None, "", None, None, "/lib/libstdc++.so.6"),
    ),
    (
        "#7  0x000055d6ec9adf4b in Handler<int>::operator== (this=0x7fff83ac53bc, other=...) at shapes.cpp:12",
        (
            "7",
            0x55D6EC9ADF4B,
            "Handler<int>::operator==",
            "this=0x7fff83ac53bc, other=...",
            "shapes.cpp",
            12,
            None,
        ),
    ),
    (
        '#2  0x1 in put (text=0x2 "a) at b.c:1 (\\n", n=3) at /srv/a (b)/c.c:7',
        ("2", 1, "put", 'text=0x2 "a) at b.c:1 (\\n", n=3', "/srv/a (b)/c.c", 7, None),
    ),
    (
        "#3  0x1 in std::__invoke<main()::<lambda()> >(struct {...} &&) (__fn=...) at invoke.h:96",
        ("3", 1, "std::__invoke<main()::<lambda()> >(struct {...} &&)", "__fn=...", "invoke.h", 96, None),
    ),
    (
        "#5  0xb7c44b90 in g_foo ( keymap=<value optimized out>, state=0x0) at keys.c:31",
        ("5", 0xB7C44B90, "g_foo", "keymap=<value optimized out>, state=0x0", "keys.c", 31, None),
    ),
    ("#0  0x96028382 in kevent ()", ("0", 0x96028382, "kevent", "", None, None, None)),
    (
        "#12 0x1 in php_do_query (v=<error reading variable: Unhandled dwarf expression opcode 0xfa>) at q.c:15",
        (
            "12",
            1,
            "php_do_query",
            "v=<error reading variable: Unhandled dwarf expression opcode 0xfa>",
            "q.c",
            15,
            None,
        ),
    ),
]


@pytest.mark.parametrize(
    ("text", "expected"), FRAMES, ids=[expected[2] or "unknown" for _, expected in FRAMES]
)
def test_frame(text: str, expected: tuple[object, ...]) -> None:
    frame = parse_frame(text)
    assert frame is not None
    fields = (frame.id, frame.address, frame.function, frame.args, frame.file, frame.line, frame.module)
    assert fields == expected


def snapshot(text: str) -> Snapshot:
    result = parse(text)
    assert len(result) == 1
    assert isinstance(result[0], Snapshot)
    return result[0]


@pytest.mark.parametrize("source", golden.inputs("gdb"), ids=lambda path: path.stem)
def test_corpus(source) -> None:
    golden.check(source, parse(source.read_bytes()))


def test_wrapped_frame_is_joined() -> None:
    process = snapshot(
        "#0  0x00007f8a0e6854c1 in simple_command (conn=0x7f89ed7aa4c8, command=COM_QUERY, \n"
        "    arg=<optimized out>, silent=0 '\\000')\n"
        "    at /usr/src/php-5.5.6/ext/mysqlnd/mysqlnd.c:382\n"
        "        rv = 0\n"
        "#1  0x1 in send ()\n"
        "   from /lib/libpthread.so.0\n"
    ).processes[0]
    first, second = process.threads[0].frames
    assert first.args == "conn=0x7f89ed7aa4c8, command=COM_QUERY, arg=<optimized out>, silent=0 '\\000'"
    assert (first.file, first.line) == ("/usr/src/php-5.5.6/ext/mysqlnd/mysqlnd.c", 382)
    assert first.locals == {"rv": "0"}
    assert (second.function, second.module) == ("send", "/lib/libpthread.so.0")


def test_value_over_several_lines_and_inner_block() -> None:
    frames = (
        snapshot(
            "#0  0x1 in f () at a.c:1\n        s = {a = 1,\n          b = 2}\n        rv = 1\n        rv = 2\n"
        )
        .processes[0]
        .threads[0]
        .frames
    )
    assert frames[0].locals == {"s": "{a = 1,\nb = 2}", "rv": "1"}


def test_end_of_stack_is_kept() -> None:
    (thread,) = (
        snapshot(
            "Thread 3 (Thread 0x7f8 (LWP 77)):\n#0  0x1 in poll () from /lib/libc.so.6\n"
            "Backtrace stopped: previous frame identical to this frame (corrupt stack?)\n"
        )
        .processes[0]
        .threads
    )
    assert thread.os_id == "77"
    assert thread.uncertain == ["Backtrace stopped: previous frame identical to this frame (corrupt stack?)"]


def test_pid_and_executable_from_each_spelling() -> None:
    for words in ("-p 5315 -e /srv/httpd -l out", "-p5315 --exe=/srv/httpd", "--pid=5315 --exe /srv/httpd"):
        process = snapshot(
            f"REM collect.py 1.01 TOOL=gdb  PYPLATFORM=linux2 ./collect.py {words}\n#0  0x1 in main () at a.c:1\n"
        ).processes[0]
        assert (process.pid, process.executable) == (5315, "/srv/httpd"), words


def test_the_quotes_around_a_program_on_macos_are_not_part_of_its_path() -> None:
    said = "Attaching to program: `/Users/u/bin/app', process 7860.\n#0  0x1 in main () at a.c:1\n"
    process = snapshot(said).processes[0]
    assert (process.pid, process.executable) == (7860, "/Users/u/bin/app")


def test_two_collected_processes_are_two_snapshots() -> None:
    one = "REM collect.py 2.0 TOOL=gdb  PYPLATFORM=linux collect.py -p {pid}\n#0  0x1 in main () at a.c:1\n"
    pids = [each.processes[0].pid for each in parse(one.format(pid=1) + one.format(pid=2))]
    assert pids == [1, 2]


def test_crashed_thread_and_signal() -> None:
    process = snapshot(
        "Core was generated by `/srv/app -x'.\nProgram terminated with signal 11, Segmentation fault.\n"
        "  Id   Target Id         Frame\n  2    Thread 0x7f1 (LWP 8) main () at a.c:1\n"
        "* 1    Thread 0x7f0 (LWP 7) crash () at a.c:2\n\n"
        "Thread 2 (Thread 0x7f1 (LWP 8)):\n#0  0x1 in main () at a.c:1\n\n"
        "Thread 1 (Thread 0x7f0 (LWP 7)):\n#0  0x2 in crash () at a.c:2\n"
    ).processes[0]
    assert process.error is not None
    assert (process.error.type, process.error.message) == ("SIGSEGV", "Segmentation fault")
    assert [thread.crashed for thread in process.threads] == [False, True]
    assert process.executable == "/srv/app"


TWO = (
    "Thread 2 (Thread 0xb6f (LWP 8)):\n#0  0x00000002 in crash (p=0x0) at a.c:5\n\n"
    "Thread 1 (Thread 0xb7f (LWP 7)):\n#0  0x00000001 in main () at a.c:1\n"
)


@pytest.mark.parametrize(
    "said",
    [
        "Program received signal SIGSEGV, Segmentation fault.\n[Switching to Thread 0xb6f (LWP 8)]\n",
        "Program received signal SIGSEGV, Segmentation fault.\n0x00000002 in crash (p=0x0) at a.c:5\n",
        'Thread 2 "app" received signal SIGSEGV, Segmentation fault.\n',
        "Program received signal SIGSEGV, Segmentation fault.\n* 2 Thread 0xb6f (LWP 8)  crash () at a.c:5\n",
    ],
)
def test_a_signal_that_was_received_marks_the_current_thread(said: str) -> None:
    process = snapshot("[Thread debugging using libthread_db enabled]\n" + said + TWO).processes[0]
    assert process.error is not None
    assert process.error.type == "SIGSEGV"
    assert [thread.crashed for thread in process.threads] == [True, False]


def test_a_person_s_interruption_is_no_crash() -> None:
    process = snapshot("Program received signal SIGINT, Interrupt.\n" + TWO).processes[0]
    assert process.error is None
    assert not any(thread.crashed for thread in process.threads)


def test_frames_without_address_and_arguments_are_none() -> None:
    for line in ("#0  a", "#1  a b", "#1  0x"):
        assert parse_frame(line) is None
    for line in ("#0  a ()", "#1  0x5 in a", "#1  <signal handler called>", "#2  operator() (this=0x0)"):
        assert parse_frame(line) is not None


@pytest.mark.parametrize(
    ("text", "threads", "frames", "left_out"),
    [
        ("".join(f"#0  a{n} ()\n" for n in range(20)), 5, 5, 15),
        ("#0  a ()\n" + "#1  a ()\n" * 19, 1, 10, 10),
        ("".join(f"Thread {n} (LWP {n}):\n#0  a ()\n#1  b ()\n\n" for n in range(1, 9)), 5, 10, 6),
        ("".join(f"#0  a{n} ()\n" for n in range(5)), 5, 5, 0),
        ("#0  a ()\n" + "#1  a ()\n    x = 1\n" * 9, 1, 10, 0),
    ],
)
def test_more_frames_than_are_kept_are_counted(
    text: str, threads: int, frames: int, left_out: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gdb_reader, "MOST_FRAMES", 10)
    monkeypatch.setattr(gdb_reader, "MOST_THREADS", 5)
    (snapshot,) = parse(text)
    assert isinstance(snapshot, Snapshot)
    (process,) = snapshot.processes
    assert len(process.threads) == threads
    assert sum(len(each.frames) for each in process.threads) == frames
    sentence = f"{left_out} frames were left out: there are more than 10 frames or 5 threads."
    assert snapshot.uncertain == ([sentence] if left_out else [])


def test_frames_that_cannot_be_read_are_told_in_one_sentence() -> None:
    (snapshot,) = parse("#0  a ()\n" + "#1  x\n" * 5)
    assert isinstance(snapshot, Snapshot)
    assert snapshot.uncertain == ["A frame at byte 15, and 4 more could not be read."]


def test_values_that_are_not_wanted_change_nothing_else() -> None:
    text = (
        b"Thread 2 (Thread 0x7f2 (LWP 42)):\n"
        b"#0  0x0000000000000010 in take (queue=0x1, item=0x2) at queue.c:25\n        count = 3\n        rest = 4\n"
        b"#1  0x0000000000000020 in serve (\n    request=0x5)\n    at serve.c:10\n        open = true\n"
        b"#2  0x0000000000000030 in run () from /usr/lib/librun.so.1\nNo symbol table info available.\n"
        b"#3  0x0000000000000040 in main (argc=1)\n    at main.c:3\n\tlock = {__data = {__lock = 2, __owner = 42}}\n"
    )
    (whole,), (quick,) = (list(iterate(text, values=wanted)) for wanted in (True, False))
    assert isinstance(whole, Snapshot)
    assert isinstance(quick, Snapshot)
    wanted = [frame.locals for frame in whole.processes[0].threads[0].frames]
    assert [each and set(each) for each in wanted] == [{"count", "rest"}, {"open"}, None, {"lock"}]
    kept = [frame.locals for frame in quick.processes[0].threads[0].frames]
    assert kept == [None, None, None, wanted[3]], "a lock's owner is needed to tell deadlocks"
    for frame in whole.processes[0].threads[0].frames[:3]:
        frame.locals = None
    assert quick == whole
