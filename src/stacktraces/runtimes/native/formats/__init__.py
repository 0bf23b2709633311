"""The formats of C and C++. What reads one is the module of this folder that is named for it."""

from __future__ import annotations

from ..._formats import Format, reader_of
from ..abort_messages import ANCHORS

FORMATS = (
    Format(
        name="abort_message",
        title="message of a process that aborts",
        anchors=ANCHORS,
        read=reader_of(f"{__name__}.abort_message"),
    ),
    Format(
        name="android_crash",
        title="native crash on Android",
        anchors=tuple(
            f"signal {number} ({name})".encode()
            for number, name in (
                (4, "SIGILL"),
                (5, "SIGTRAP"),
                (6, "SIGABRT"),
                (7, "SIGBUS"),
                (8, "SIGFPE"),
                (11, "SIGSEGV"),
                (16, "SIGSTKFLT"),
                (31, "SIGSYS"),
                (35, "<debuggerd signal>"),
            )
        ),
        read=reader_of(f"{__name__}.android_crash"),
    ),
    Format(
        name="apple_crash",
        title="crash report of macOS or iOS",
        anchors=(b"Exception Type: ",),
        read=reader_of(f"{__name__}.apple_crash"),
    ),
    Format(
        name="apple_crash_json",
        title="crash report of macOS or iOS in JSON",
        anchors=(b'"bug_type"', b'"faultingThread"'),
        read=reader_of(f"{__name__}.apple_crash_json"),
    ),
    Format(
        name="backtrace_symbols",
        title="backtrace_symbols stack",
        anchors=(b")[0x", b") [0x"),
        read=reader_of(f"{__name__}.backtrace_symbols"),
    ),
    Format(
        name="backward",
        title="backward-cpp stack",
        anchors=(b"Stack trace (most recent call last)",),
        read=reader_of(f"{__name__}.backward"),
    ),
    Format(
        name="boost_stack",
        title="Boost or C++23 stack",
        anchors=(b" 0# ", b"Stack trace (most recent call first):"),
        read=reader_of(f"{__name__}.boost_stack"),
    ),
    Format(
        name="chromium",
        title="crash report of Chromium or V8",
        anchors=(b":FATAL:", b"Received signal ", b"Crashing due to ", b"# Fatal error in "),
        read=reader_of(f"{__name__}.chromium"),
    ),
    Format(
        name="clickhouse",
        title="crash report or exception of ClickHouse",
        anchors=(
            b"> BaseDaemon: ####",
            b"> BaseDaemon: (",
            b"Stack trace (when copying this message",
            b"Exception, Stack trace:",
            b", Stack trace:",
        ),
        read=reader_of(f"{__name__}.clickhouse"),
    ),
    Format(
        name="coredumpctl",
        title="systemd-coredump report",
        anchors=(b"Stack trace of thread ",),
        read=reader_of(f"{__name__}.coredumpctl"),
    ),
    Format(
        name="eu_stack",
        title="eu-stack backtrace",
        anchors=(b"TOOL=eu-stack ", b"#0  "),
        read=reader_of(f"{__name__}.eu_stack"),
    ),
    Format(
        name="gdb",
        title="gdb backtrace",
        anchors=(b"TOOL=gdb ", b"#0  ", b"#1  ", b"(LWP "),
        read=reader_of(f"{__name__}.gdb"),
    ),
    Format(
        name="google_stack",
        title="glog or absl stack",
        anchors=(
            b"*** Check failure stack trace: ***",
            b"*** Aborted at ",
            b"stack trace: ***",
            b" received at time=",
        ),
        read=reader_of(f"{__name__}.google_stack"),
    ),
    Format(
        name="info_threads",
        title="gdb's info threads",
        anchors=(b"(LWP ", b"    Thread "),
        read=reader_of(f"{__name__}.info_threads"),
        precedence=-5,
    ),
    Format(
        name="leak",
        title="LeakSanitizer report",
        anchors=(b"irect leak of ",),
        read=reader_of(f"{__name__}.leak"),
    ),
    Format(
        name="lldb",
        title="lldb backtrace",
        anchors=(b"TOOL=lldb ", b"frame #0: 0x", b"* thread #"),
        read=reader_of(f"{__name__}.lldb"),
    ),
    Format(
        name="macos_sample",
        title="macOS sample",
        anchors=(b"Call graph:",),
        read=reader_of(f"{__name__}.macos_sample"),
    ),
    Format(
        name="minidump",
        title="minidump-stackwalk report",
        anchors=(b"Crash reason:  ",),
        read=reader_of(f"{__name__}.minidump"),
    ),
    Format(
        name="minidump_json",
        title="minidump-stackwalk report in JSON",
        anchors=(b'"crash_info"',),
        read=reader_of(f"{__name__}.minidump_json"),
    ),
    Format(
        name="mongodb",
        title="backtrace of MongoDB",
        anchors=(b"----- BEGIN BACKTRACE -----",),
        read=reader_of(f"{__name__}.mongodb"),
    ),
    Format(
        name="mysql",
        title="crash report of MySQL or MariaDB",
        anchors=(
            b"mysqld got signal ",
            b"mariadbd got signal ",
            b"mysqld got exception ",
            b"mysqld.exe got exception ",
            b"mariadbd.exe got exception ",
        ),
        read=reader_of(f"{__name__}.mysql"),
    ),
    Format(
        name="postgresql",
        title="error in PostgreSQL's log",
        anchors=(
            b"BACKTRACE: ",
            b"PANIC:  ",
            b",PANIC,",
            b"TRAP: failed Assert(",
            b"TRAP: FailedAssertion(",
            b"TRAP: ExceptionalCondition(",
            b") was terminated by signal ",
        ),
        read=reader_of(f"{__name__}.postgresql"),
    ),
    Format(
        name="procstack", title="AIX procstack", anchors=(b"tid# ",), read=reader_of(f"{__name__}.procstack")
    ),
    Format(
        name="procstat",
        title="FreeBSD procstat -kk",
        anchors=(b" KSTACK",),
        read=reader_of(f"{__name__}.procstat"),
    ),
    Format(
        name="pstack",
        title="Solaris pstack",
        anchors=(b"TOOL=pstack ", b"lwp# "),
        read=reader_of(f"{__name__}.pstack"),
    ),
    Format(
        name="redis",
        title="crash report of Redis",
        anchors=(b" BUG REPORT START: ",),
        read=reader_of(f"{__name__}.redis"),
    ),
    Format(
        name="sanitizer",
        title="sanitizer report",
        anchors=(
            b"ERROR: AddressSanitizer: ",
            b"WARNING: AddressSanitizer: ",
            b"ERROR: HWAddressSanitizer: ",
            b"WARNING: MemorySanitizer: ",
            b"ERROR: MemorySanitizer: ",
            b"WARNING: ThreadSanitizer: ",
            b"ERROR: ThreadSanitizer: ",
            b"ERROR: UndefinedBehaviorSanitizer: ",
            b"ERROR: LeakSanitizer: ",
            b"ERROR: libFuzzer: ",
        ),
        read=reader_of(f"{__name__}.sanitizer"),
    ),
    Format(
        name="undefined_behavior",
        title="UndefinedBehaviorSanitizer report",
        anchors=(b": runtime error: ",),
        read=reader_of(f"{__name__}.undefined_behavior"),
        precedence=10,
    ),
    Format(
        name="valgrind",
        title="valgrind report",
        anchors=(b"   at 0x",),
        read=reader_of(f"{__name__}.valgrind"),
    ),
    Format(
        name="windbg",
        title="WinDbg stacks of all threads",
        anchors=(b" Suspend: ",),
        read=reader_of(f"{__name__}.windbg"),
    ),
    Format(
        name="windows_crash",
        title="crash that Windows or its debugger tells of",
        anchors=(
            b"Faulting application ",
            b"Unhandled exception at 0x",
            b"The bugcheck was: 0x",
            b"*** STOP: 0x",
            b"STACK_TEXT:",
        ),
        read=reader_of(f"{__name__}.windows_crash"),
    ),
)
