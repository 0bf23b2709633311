"""A debugger's output as people paste it is read as what the debugger wrote."""

from __future__ import annotations

import pytest

from stacktraces.cli._captures import Capture, read_snapshots
from stacktraces.errors import UnknownFormatError
from stacktraces.unwrapping.pasted import unpasted

GDB = (
    "Thread 2 (Thread 0x7f2 (LWP 42)):\n#0  0x0000000000000010 in poll () from /lib64/libc.so.6\n"
    "#1  0x0000000000000020 in std::vector<int>::serve (this=0x1) at serve.c:10\n\n"
    "Thread 1 (Thread 0x7f1 (LWP 41)):\n#0  0x0000000000000030 in take () at take.c:3\n"
)
LLDB = (
    "* thread #1, name = 'app', stop reason = signal SIGSEGV\n"
    "  * frame #0: 0x0000000000401d00 app`pick(p=0x0) at pick.c:10:5\n"
    "    frame #1: 0x0000000000401d44 app`main at main.c:20:3\n"
)


def each_line(before: str, text: str) -> str:
    return "".join(f"{before}{line}" for line in text.splitlines(keepends=True))


@pytest.mark.parametrize("text", [GDB, LLDB], ids=["gdb", "lldb"])
@pytest.mark.parametrize(
    "paste",
    [
        lambda text: each_line("> ", text),
        lambda text: each_line(">>> ", text),
        lambda text: each_line("> > ", text),
        lambda text: each_line("    ", text),
        lambda text: each_line("\t", text),
        lambda text: each_line(">     ", text),
        lambda text: text.replace("#", "# "),
        lambda text: text.replace("#", "#\u200b"),
        lambda text: each_line("> ", text.replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#39;")),
        lambda text: (
            text.replace("\n#", "\n\u00a0#")
            .replace("\n  ", "\n\u00a0\u00a0")
            .replace("thread #", "thread # ")
        ),
    ],
    ids=[
        "mail",
        "mails",
        "spaced",
        "indented",
        "tab",
        "quoted code",
        "apart",
        "zero width",
        "html",
        "no break",
    ],
)
def test_as_it_was_written(text: str, paste) -> None:
    wanted = read_snapshots(Capture("a", text.encode()))
    pasted = read_snapshots(Capture("a", f"It hangs:\n\n{paste(text)}\nAny idea?\n".encode()))
    assert pasted[0].processes == wanted[0].processes


def test_text_that_nothing_was_done_to_stays() -> None:
    assert unpasted(GDB.encode()) is None
    assert unpasted(b"") is None
    assert unpasted(bytearray(b"a\xffb")) is None


def test_what_is_no_capture_stays_none() -> None:
    with pytest.raises(UnknownFormatError):
        read_snapshots(Capture("a", b"> # 1 first\n>     # 2 second &lt;here&gt;\n"))


def test_a_report_of_what_ended_a_process_is_its_snapshot() -> None:
    text = (
        "==4711==ERROR: AddressSanitizer: heap-use-after-free on address 0x602000000010 at pc 0x5581\n"
        "READ of size 4 at 0x602000000010 thread T0\n"
        "    #0 0x5581 in pick /srv/pick.c:10:5\n    #1 0x5582 in main /srv/main.c:20:3\n"
    )
    (snapshot,) = read_snapshots(Capture("a", text.encode()))
    (process,) = snapshot.processes
    assert process.error is not None
    assert process.error.type == "AddressSanitizer: heap-use-after-free"
    assert [frame.function for frame in process.threads[0].frames] == ["pick", "main"]
    assert process.threads[0].crashed


def test_a_traceback_of_a_program_that_goes_on_is_no_snapshot() -> None:
    text = b'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    g()\nValueError: x\n'
    with pytest.raises(UnknownFormatError):
        read_snapshots(Capture("a", text))
