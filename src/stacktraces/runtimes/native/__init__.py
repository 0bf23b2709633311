"""Native code: C and C++, crash reports of systems and servers, what debuggers show of any process."""

from __future__ import annotations

import functools

from ...trace_lines import LineKind, TraceLines
from .. import NameRules, Runtime, formats_in
from .formats import FORMATS


def names() -> NameRules:
    from .names import NAMES

    return NAMES


LINES = TraceLines(
    header=LineKind(
        rb"==\d{1,10}==(?:ERROR|WARNING): \w{1,40}: |WARNING: ThreadSanitizer: "
        rb"|\*\*\* Check failure stack trace: |\*\*\* (?:Aborted at \d|SIG[A-Z]{2,8} (?:\(@0x|received ))",
        (
            *(b"Sanitizer: ", b"ERROR: libFuzzer: ", b"*** Check failure stack trace: ***"),
            *(b"*** Aborted at ", b"*** SIG"),
        ),
    ),
    frame=LineKind(
        rb"#\d{1,6} ++(?:0x[0-9a-f]|[\w:~<(])|@ ++(?:0x)?[0-9a-f]"
        rb"|(?:==\d{1,10}==)? {3,4}(?:at|by) 0x[0-9A-F]| {4,8}#\d\d pc [0-9a-f]{8,16} ",
        (b"    #", b"   at 0x", b"   by 0x", b"    @ "),
        within=True,
    ),
    goes_on=rb"SUMMARY: |0x[0-9a-f]|freed by |previously |allocated by |Address 0x|Thread T\d|==\d"
    rb"|Shadow |=>0x",
)

RUNTIME = Runtime(
    name="native",
    title="C, C++ and what debuggers show",
    names=names,
    lines=LINES,
    formats=FORMATS,
    dumps=functools.partial(formats_in, f"{__name__}.dumps"),
    versions="gdb 7 to 13, lldb 14, elfutils 0.188, systemd 252, Solaris 10, GCC 12, valgrind 3.19, "
    "Redis 7.0, MariaDB 10.11, PostgreSQL 15, Chromium 156",
    reads="threads, frames, arguments, local variables, locks and the signal that ended a process; reports "
    "of "
    "the sanitizers and of valgrind with all their stacks; why a process aborts, as the libraries of C, "
    "C++, Qt and GLib say it; stacks that glibc, glog, absl, folly, Boost, cpptrace and backward-cpp "
    "print; crash reports of Redis, MySQL, PostgreSQL, MongoDB, ClickHouse, RocksDB, Ceph, Seastar, "
    "Envoy, Chromium, Firefox, PyTorch, Godot, Unreal Engine, LLVM and GCC, of Android (tombstones, "
    "logcat), macOS and iOS, of Windows (event log, WinDbg, Visual Studio) and Wine, of minidump- "
    "stackwalk, of ESP-IDF and Zephyr; panics of the kernels of the BSDs, macOS and Xen; failed tests "
    "of GoogleTest, Catch2, doctest, Boost.Test and Qt Test; what the kernel, nginx, php-fpm, Apache "
    "and systemd say of a process that died of a signal",
    not_read="panics in PostgreSQL's jsonlog; errors of PostgreSQL without a backtrace, which its csvlog and "
    "jsonlog never have; panics of macOS in JSON",
)
