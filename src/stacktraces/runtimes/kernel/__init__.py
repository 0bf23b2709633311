"""The Linux kernel: oopses, warnings, panics, and what its sanitizers and watchdogs report."""

from __future__ import annotations

import functools

from ...cursor import Cursor
from ...model import Snapshot, Trace
from ...trace_lines import LineKind, TraceLines
from .. import Format, NameRules, Runtime, formats_in


def names() -> NameRules:
    from .names import NAMES

    return NAMES


def read(cursor: Cursor) -> Trace | Snapshot | None:
    """The report or the tasks that the cursor is on; see :data:`stacktraces.runtimes.Reader`."""
    from .reader import read

    return read(cursor)


_HEADS = (
    *("[ cut here ]---", "WARNING: CPU: ", "WARNING: at ", ", CPU#", "ernel BUG", "UBSAN: ", "BUG: "),
    *("LOCKUP", "Kernel panic - not syncing", "PANIC: double fault", "INFO: task ", "detected stall"),
    *(
        "detected expedited stall",
        "Unable to handle kernel ",
        "Unhandled fault: ",
        "Unhandled prefetch abort: ",
        " [#",
    ),
)
"""One of these stands in each head that tells enough by itself."""


def starts_trace(line: str, following: str) -> bool:
    """See :attr:`stacktraces.runtimes.Runtime.starts`."""
    if not any(mark in line for mark in _HEADS):
        return False
    from .heads import starts_here

    return starts_here(line, following)


FORMAT = Format(
    name="kernel",
    title="report of the Linux kernel",
    anchors=(
        b"[ cut here ]---",
        b"BUG: KASAN: ",
        b"BUG: KMSAN: ",
        b"BUG: KCSAN: ",
        b"BUG: KFENCE: ",
        b"BUG: unable to handle ",
        b"BUG: Unable to handle ",
        b"BUG: kernel NULL pointer ",
        b"BUG: Kernel NULL pointer ",
        b"BUG: sleeping function called ",
        b"BUG: scheduling while atomic",
        b"BUG: soft lockup",
        b"BUG: workqueue lockup",
        b"BUG: Bad page ",
        b"BUG: using ",
        b"BUG: spinlock ",
        b"BUG: rwlock ",
        b"BUG: memory leak",
        b"stack guard page was hit",
        b"BUG: Invalid wait context",
        b"BUG: bad unlock balance",
        b"BUG: held lock freed",
        b"BUG: looking up invalid subclass",
        b"BUG: MAX_LOCK",
        b"kernel BUG at ",
        b"Kernel panic - not syncing",
        b"general protection fault",
        b"Internal error: Oops",
        b"Internal error: synchronous external abort",
        b"Internal error: aarch64 BRK",
        b"Internal error: BRK handler",
        b"Internal error: ptrace BRK handler",
        b"Internal error: SP/PC alignment",
        b"Internal error: undefined instruction",
        b"Unable to handle kernel ",
        b"Unhandled fault: ",
        b"Unhandled prefetch abort: ",
        b"BUG: Bad rss-counter state ",
        b"unchecked MSR access error: ",
        b": nobody cared ",
        b"Oops: ",
        b"Oops [#",
        b": 0000 [#",
        b"PANIC: double fault",
        b"Call Trace:",
        b"Call trace:",
        b"blocked for more than ",
        b"self-detected stall on CPU",
        b"detected stalls on CPUs",
        b"detected expedited stalls ",
        b"hard LOCKUP on cpu",
        b"UBSAN: ",
        b"unreferenced object 0x",
        b"WARNING: CPU: ",
        b"WARNING: possible ",
        b"WARNING: inconsistent lock state",
        b"WARNING: suspicious RCU usage",
        b"WARNING: bad unlock balance",
        b"WARNING: lock held when returning",
        b"WARNING: held lock freed",
        b"WARNING: Nested lock was not taken",
        b"-safe -> ",
        b"INFO: possible ",
        b"INFO: inconsistent lock state",
        b"INFO: suspicious RCU usage",
        b"INFO: trying to register non-static key",
        b"page allocation failure: order:",
        b" invoked oom-killer: ",
    ),
    read=read,
)

_STAMP = rb"(?:<\d{1,3}>)?\[ {0,9}\d{1,9}\.\d{6}\](?:\[ {0,6}[TC]\d{1,9}\])? "
"""What the kernel itself puts before each line: it is no prefix of who hands the lines on."""
_NOT_BEHIND_STAMP = b"".join(
    rb"(?<!%b\] )" % end for end in (rb"\.\d{6}", *(rb"[TC]" + rb"\d" * size for size in range(1, 8)))
)
_TOLD = (
    rb"(?:Call [Tt]race:|BUG: (?:K[A-Z]{3,5}: |unable to handle |kernel NULL pointer |soft lockup)"
    rb"|-{12}\[ cut here \]-|(?:watchdog|rcu): |kernel BUG at "
    rb"|WARNING: (?:CPU: |possible |inconsistent |suspicious )"
    rb"|general protection fault|Unable to handle kernel |INFO: task |Kernel panic - not syncing"
    rb"|Internal error: |UBSAN: |unreferenced object 0x)"
)
LINES = TraceLines(
    header=LineKind(
        _STAMP + _TOLD + rb"|" + _NOT_BEHIND_STAMP + _TOLD,
        (
            b"Call Trace:",
            b"Call trace:",
            b"BUG: KASAN: ",
            b"BUG: KMSAN: ",
            b"BUG: KCSAN: ",
            b"BUG: KFENCE: ",
            b"BUG: unable to handle ",
            b"BUG: kernel NULL pointer ",
            b"BUG: soft lockup",
            b"[ cut here ]---",
            b"kernel BUG at ",
            b"WARNING: CPU: ",
            b"WARNING: possible ",
            b"WARNING: inconsistent lock state",
            b"WARNING: suspicious RCU usage",
            b"Internal error: ",
            b"UBSAN: ",
            b"unreferenced object 0x",
            b"general protection fault",
            b"Unable to handle kernel ",
            b"blocked for more than ",
            b"Kernel panic - not syncing",
        ),
    ),
    goes_on=rb"(?:Allocated|Freed|Read|Write|Last potentially|Second to last|The buggy|Memory state"
    rb"|Uninit was|Local variable|Reported by|Modules linked in|Hardware name|Workqueue|Code|CPU|RIP"
    rb"|NMI backtrace|Kernel Offset|Kernel panic|Oops)\b|[A-Z][A-Z0-9]{1,2}: |x\d{1,2}\s?: "
    rb"|[ps][cpr] : |lr : |pstate: |</?[A-Z]|---\[|={18}|\[<[0-9a-f]|(?:read|write) to 0x|page|flags: "
    rb"|raw: |[0-9a-f>]{16}|task:|stack backtrace:|-> #|\d+ locks? held|#PF: |PGD ",
)
"""Frames have no beginning of their own: what tells a report is its head, or the heading of a stack."""

RUNTIME = Runtime(
    name="kernel",
    title="Linux kernel",
    names=names,
    formats=(FORMAT,),
    dumps=functools.partial(formats_in, f"{__name__}.dumps"),
    lines=LINES,
    starts=starts_trace,
    versions="none: written from documents and published reports of Linux 3.13 to 6.15 on x86, arm, arm64,"
    " riscv, powerpc, s390 and mips",
    reads="oopses, panics, BUG and WARN, KASAN, KMSAN, KCSAN, KFENCE and UBSAN, lockdep, RCU stalls, hung"
    " tasks, soft and hard lockups, memory leaks and failed allocations, from dmesg, journald, syslog,"
    " /dev/kmsg and serial consoles; frames with the places that decode_stacktrace.sh and syzkaller add; the"
    " stacks of tasks and processors that SysRq shows, as snapshots",
    not_read="stacks of Linux 2.4",
)
