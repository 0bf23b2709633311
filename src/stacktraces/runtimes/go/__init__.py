"""Go: panics, fatal errors, signals, recovered panics, goroutine dumps, data races, stacks of errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...trace_lines import LineKind, TraceLines
from .. import Format, Grammar, NameRules, Runtime, reader_of

if TYPE_CHECKING:
    from ...cursor import Cursor
    from ...model import Snapshot, Trace


def names() -> NameRules:
    from .names import NAMES

    return NAMES


def read(cursor: Cursor) -> Trace | None:
    """The trace that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    from .reader import read

    return read(cursor)


def read_dump(cursor: Cursor) -> Snapshot | None:
    """The dump of goroutines that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    from .dumps import read

    return read(cursor)


def grammar() -> Grammar:
    from .grammar import GRAMMAR

    return GRAMMAR


_FIRST = (
    *("panic: ", "fatal error: ", "goroutine ", "SIG", "====", "WARNING: DATA RACE"),
    "runtime: goroutine ",
)


def starts_trace(line: str, following: str) -> bool:
    """See :attr:`stacktraces.runtimes.Runtime.starts`."""
    if not line.startswith(_FIRST):
        return False
    from .starts import starts_here

    return starts_here(line, following)


_FILE_ANCHORS = tuple(
    b"\t" + root
    for root in (
        b"/app/", b"/build/", b"/builds/", b"/go/", b"/home/", b"/opt/", b"/private/", b"/root/", b"/src/",
        b"/srv/", b"/tmp/", b"/usr/", b"/Users/", b"/var/", b"/work", b"C:/", b"github.com/",
    )
)  # fmt: skip
"""Beginnings of a frame's second line, for stacks that hold no other word of Go's own.

``.go:`` stands in every line of many Go programs' logs, so that it is no anchor.
"""

FORMAT = Format(
    name="go",
    title="Go panic, goroutine dump or data race",
    anchors=(
        b"goroutine ",
        b"panic: ",
        b"fatal error: ",
        b" sigcode=",
        b"WARNING: DATA RACE",
        b"-- stack trace:",
        b"panic recovered:",
        b"main.main",
        b"runtime.main",
        b"goexit",
        b"/pkg/mod/",
        b"PANIC RECOVER] ",
        *_FILE_ANCHORS,
        *(b" " * 7 + each.replace(b"\t", b" ") for each in _FILE_ANCHORS),
    ),
    read=read,
    grammar=grammar,
)

TEST = Format(
    name="go_test",
    title="failed test of Go",
    anchors=(b"_test.go:", b"--- FAIL: Example"),
    read=reader_of(f"{__name__}.failed_tests"),
)

GINKGO = Format(
    name="ginkgo",
    title="failed spec of Ginkgo",
    anchors=(b"  [FAILED] ", b"  [PANICKED] ", b"  [TIMEDOUT] "),
    read=reader_of(f"{__name__}.ginkgo"),
)

DUMP = Format(
    name="goroutines",
    title="dump of goroutines",
    anchors=(
        b"goroutine ",
        b"runtime stack:",
        b"panic: ",
        b"fatal error: ",
        b"SIGQUIT: ",
        b"SIGSEGV: ",
        b"SIGABRT: ",
    ),
    read=read_dump,
)

LINES = TraceLines(
    header=LineKind(
        rb"goroutine \d++ [^\[\n]{0,80}\[[^\]\n]{1,200}\]:|panic: |fatal error: |SIG[A-Z]{3,6}: [a-z]"
        rb"|={18}$|WARNING: DATA RACE$|runtime: goroutine stack exceeds",
        (b"goroutine ", b"panic: ", b"fatal error: ", b"SIG", b"==================", b"WARNING: DATA RACE"),
    ),
    frame=LineKind(
        rb"(?:\t|      )[^\t\n ][^\t\n]{0,4095}?\.(?:go|s):\d",
        (b"\t/", b"      /", b"\tC:/", b"\truntime/", b"\tmain.go:", b"\tgithub.com/", b"\tnet/http/"),
    ),
    goes_on=rb"goroutine \d|[\w./*()\[\]%-]{1,500}\(|created by |\[signal |runtime stack:|exit status "
    rb"|runtime|\.\.\.(?:\d|additional)|PC=0x|={18}$|WARNING: DATA RACE$|Previous (?:read|write) at "
    rb"|(?:Read|Write) at 0x|Goroutine \d|r\w{1,5} {4}",
)

RUNTIME = Runtime(
    name="go",
    title="Go",
    names=names,
    formats=(FORMAT, TEST, GINKGO),
    dumps=lambda: (DUMP,),
    lines=LINES,
    starts=starts_trace,
    versions="Go 1.19 and 1.27, zap 1.21, pkg/errors 0.9, gin 1.8, chi 5.0, go-errors 1.0, xerrors 0.0",
    reads="panics and what led to them, fatal errors, signals, dumps of all goroutines, panics that were "
    "recovered and logged, data races, stacks that zap logs, errors with the stacks of pkg/errors, "
    "cockroachdb/errors, xerrors, eris, tracerr, gin, echo, chi, zerolog and go-errors; stacks that "
    "delve shows; failed tests, also of testify and Ginkgo",
    not_read="a panic without a stack (GOTRACEBACK=none) whose message is not the runtime's",
)
