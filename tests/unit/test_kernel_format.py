"""Reports of the Linux kernel: heads, prefixes, names, and writers that interleave."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from stacktraces.model import Group, Snapshot, Trace
from stacktraces.parsing import iterate
from stacktraces.runtimes.kernel.heads import find_head, starts_here
from stacktraces.runtimes.kernel.names import NAMES, normalise
from stacktraces.scanning import group
from stacktraces.signatures.culprit import culprit
from stacktraces.signatures.fingerprint import fingerprint
from tests.golden import CORPUS

REPORT = """\
BUG: KASAN: slab-use-after-free in plum_get+0x1a/0x40
Read of size 8 at addr ffff88807a5c1a10 by task pear/5031
CPU: 1 PID: 5031 Comm: pear Not tainted 6.5.0 #12
Call Trace:
 <TASK>
 dump_stack_lvl+0xd9/0x1b0
 kasan_report+0xda/0x110
 plum_get+0x1a/0x40
 plum_open+0x3e/0x50 [plum]
 do_syscall_64+0x44/0xb0
 </TASK>

Freed by task 24:
 kfree+0x1b/0x30
 plum_put+0x1b/0x30
""".splitlines()


def traces(text: str) -> list[Trace]:
    return [each for each in iterate(text.encode()) if isinstance(each, Trace)]


def groups(path: Path, text: str) -> list[Group]:
    file = path / "kern.log"
    file.write_text(text)
    return group([str(file)]).groups


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("BUG: KASAN: slab-use-after-free in f+0x39f/0x530", "BUG: KASAN: slab-use-after-free"),
        ("BUG: KASAN: null-ptr-deref on address 0000000000000010", "BUG: KASAN: null-ptr-deref"),
        ("BUG: KMSAN: kernel-infoleak in f+0x1/0x2", "BUG: KMSAN: kernel-infoleak"),
        ("BUG: KCSAN: data-race in f / g", "BUG: KCSAN: data-race"),
        ("BUG: KFENCE: memory corruption in f+0x1/0x2", "BUG: KFENCE: memory corruption"),
        ("BUG: KASAN: double-free or invalid-free in f+0x1/0x2", "BUG: KASAN: double-free or invalid-free"),
        ("BUG: KFENCE: use-after-free read in f+0x1/0x2", "BUG: KFENCE: use-after-free read"),
        ("BUG: unable to handle page fault for address: ffff8", "BUG: unable to handle page fault"),
        (
            "BUG: unable to handle kernel NULL pointer dereference at 00000008",
            "BUG: unable to handle kernel NULL pointer dereference",
        ),
        ("BUG: kernel NULL pointer dereference, address: 0008", "BUG: kernel NULL pointer dereference"),
        ("kernel BUG at mm/slub.c:3901!", "kernel BUG"),
        ("WARNING: CPU: 1 PID: 2 at f.c:3 g+0x1/0x2", "WARNING"),
        ("WARNING: CPU: 1 PID: 2 at f.c:3 g+0x1/0x2 [plum]", "WARNING"),
        ("WARNING: mm/gup.c:3 at g+0x1/0x2, CPU#1: pear/12", "WARNING"),
        ("general protection fault: 0000 [#1] SMP KASAN", "general protection fault"),
        (
            "Oops: general protection fault, probably for non-canonical address 0xdf: 0000 [#1] SMP",
            "Oops: general protection fault",
        ),
        ("INFO: task kworker/u4:1:45 blocked for more than 143 seconds.", "INFO: task blocked"),
        ("rcu: INFO: rcu_sched self-detected stall on CPU { 1}", "INFO: rcu_sched self-detected stall"),
        ("INFO: rcu_preempt detected stalls on CPUs/tasks:", "INFO: rcu_preempt detected stalls"),
        (
            "rcu: INFO: rcu_preempt detected expedited stalls on CPUs/tasks: { 1-.... }",
            "INFO: rcu_preempt detected expedited stalls",
        ),
        ("watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [a:1]", "BUG: soft lockup"),
        ("NMI watchdog: BUG: soft lockup - CPU#3 stuck for 23s! [a:1]", "BUG: soft lockup"),
        ("NMI watchdog: Watchdog detected hard LOCKUP on cpu 0", "Watchdog detected hard LOCKUP"),
        (
            "WARNING: possible circular locking dependency detected",
            "WARNING: possible circular locking dependency detected",
        ),
        (
            "[ INFO: possible recursive locking detected ]",
            "INFO: possible recursive locking detected",
        ),
        ("WARNING: suspicious RCU usage", "WARNING: suspicious RCU usage"),
        (
            "WARNING: SOFTIRQ-safe -> SOFTIRQ-unsafe lock order detected",
            "WARNING: SOFTIRQ-safe -> SOFTIRQ-unsafe lock order detected",
        ),
        (
            "BUG: sleeping function called from invalid context at a.c:3",
            "BUG: sleeping function called from invalid context",
        ),
        ("BUG: scheduling while atomic: swapper/0/1/0x2", "BUG: scheduling while atomic"),
        ("BUG: Bad page state in process pear  pfn:7a5c1", "BUG: Bad page state"),
        (
            "BUG: using smp_processor_id() in preemptible [00000000] code: a/1",
            "BUG: using smp_processor_id() in preemptible",
        ),
        ("UBSAN: array-index-out-of-bounds in a/b.c:3:4", "UBSAN: array-index-out-of-bounds"),
        ("unreferenced object 0xffff88810f2d3e00 (size 512):", "unreferenced object"),
        ("Internal error: Oops: 0000000096000005 [#1] PREEMPT SMP", "Internal error: Oops"),
        ("Internal error: ptrace BRK handler: f2000100 [#1] SMP", "Internal error: ptrace BRK handler"),
        ("Internal error: Oops - BUG: 0 [#1] SMP", "Internal error: Oops - BUG"),
        ("CPU 0 Unable to handle kernel paging request at virtual address 00, epc == 80",
         "Unable to handle kernel paging request"),
        ("Kernel panic - not syncing: Attempted to kill init!", "Kernel panic - not syncing"),
        ("pear: page allocation failure: order:4, mode:0x40dc0(GFP)", "page allocation failure"),
        ("pear invoked oom-killer: gfp_mask=0x100cca, order=0", "invoked oom-killer"),
    ],
)  # fmt: skip
def test_heads(line: str, kind: str) -> None:
    head = find_head(line)
    assert head is not None
    assert head.type == kind


@pytest.mark.parametrize(
    "line",
    [
        "DEBUG: unable to handle this",
        "WARNING: possible data loss",
        "INFO: task 7 is done",
        "Internal error: try again",
        "we saw kernel BUG at a.c:3!",
        "Oops: something went wrong",
    ],
)
def test_no_heads(line: str) -> None:
    assert find_head(line) is None
    assert not starts_here(line, "")


def _stamped(mark: str) -> Callable[[int, str], str]:
    return lambda index, line: f"[   61.12{index:04}]{mark} {line}"


PREFIXES: dict[str, Callable[[int, str], str]] = {
    "bare": lambda _, line: line,
    "dmesg": _stamped(""),
    "task": _stamped("[ T5031]"),
    "util-linux 2.41": _stamped(" [   T5031]"),
    "processor": _stamped("[    C1]"),
    "raw": lambda index, line: f"<4>[   61.12{index:04}] {line}",
    "decoded": lambda index, line: f"kern  :alert : [   61.12{index:04}] {line}",
    "delta": lambda index, line: f"[   61.12{index:04} <    0.000012>] {line}",
    "human": lambda index, line: f"[  +0.{index:06}] {line}" if index else f"[Mar11 10:22] {line}",
    "ctime": lambda index, line: f"[Thu Mar 11 10:22:{index:02} 2021] {line}",
    "iso": lambda index, line: f"2021-03-11T10:22:{index:02},123456+01:00 {line}",
    "kmsg": lambda index, line: f"4,{1020 + index},6112{index:04},-;{line}",
    "kmsg with caller": lambda index, line: f"4,{1020 + index},6112{index:04},-,caller=T31;{line}",
    "syslog": lambda index, line: f"Mar 11 10:22:33 web1 kernel: [   61.12{index:04}] {line}",
    "journald": lambda _, line: f"Mar 11 10:22:33 web1 kernel: {line}",
    "journald, ISO": lambda _, line: f"2021-03-11T10:22:33+0100 web1 kernel: {line}",
    "journald, monotonic": lambda index, line: f"[   61.12{index:04}] web1 kernel: {line}",
    "journald, full": lambda _, line: f"Thu 2021-03-11 10:22:33 CET web1 kernel: {line}",
    "journald, unix": lambda index, line: f"1615458153.12{index:04} web1 kernel: {line}",
    "colours": lambda index, line: (
        f"\x1b[32m[   61.12{index:04}] \x1b[0m\x1b[33m{line.partition(':')[0]}"
        + (f":\x1b[0m{line.partition(':')[2]}" if ":" in line else "\x1b[0m")
    ),
    "phone": lambda index, line: f"<4>[   61.12{index:04}]  (1)[5031:pear]{line}",
    "journald, JSON": lambda _, line: json.dumps(
        {"__REALTIME_TIMESTAMP": "1615458153000001", "SYSLOG_IDENTIFIER": "kernel", "MESSAGE": line}
    ),
}


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("among_others", [False, True])
def test_a_report_is_read_behind_each_prefix(tmp_path: Path, prefix: str, *, among_others: bool) -> None:
    """Also where most lines of the log are another's."""
    lines = [PREFIXES[prefix](index, line) for index, line in enumerate(REPORT)]
    others = [f"Mar 11 10:22:30 web1 app[{n}]: served" for n in range(60)] if among_others else []
    (found,) = groups(tmp_path, "\n".join([*others, *lines, *others, ""]))
    assert found.count == 1
    assert found.error.type == "BUG: KASAN: slab-use-after-free"
    assert [frame.function for frame in found.error.frames][-3:] == ["plum_get", "plum_open", "do_syscall_64"]
    assert [each.title for each in found.error.related] == ["Freed by task 24"]
    assert found.culprit is not None
    assert found.culprit.function == "plum_get"


@pytest.mark.parametrize("syslog", [False, True])
@pytest.mark.parametrize("among_others", [False, True])
def test_two_processors_are_taken_apart(tmp_path: Path, *, syslog: bool, among_others: bool) -> None:
    lines = (CORPUS / "kernel/two-processors.txt").read_text().splitlines()
    if syslog:
        lines = [f"Mar 11 10:22:33 web1 kernel: {line}" for line in lines]
    others = [f"Mar 11 10:22:30 web1 app[{n}]: served" for n in range(60)] if among_others else []
    found = groups(tmp_path, "\n".join([*others, *lines, *others, ""]))
    assert [each.count for each in found] == [1, 1]
    assert {each.error.frames[0].function for each in found} == {"orchard_ioctl", "dev_watchdog"}
    assert [len(each.error.frames) for each in found] == [4, 4]


def test_guesses_and_builds_are_no_part_of_the_fingerprint() -> None:
    (one,) = traces("\n".join(REPORT))
    other_build = "\n".join(REPORT).replace("plum_get+0x1a/0x40", "plum_get.isra.0+0x2b/0x50")
    (other,) = traces(other_build.replace(" kasan_report", " ? stale+0x1/0x2\n kasan_report"))
    assert [each.function for each in other.error.frames if each.unreliable] == ["stale"]
    assert fingerprint(one.error, "kernel") == fingerprint(other.error, "kernel")
    assert (found := culprit(other.error, "kernel")) is not None
    assert found.function == "plum_get.isra.0"


def test_the_name_of_an_oops_is_the_same_in_all_versions() -> None:
    assert NAMES.error("Oops: general protection fault", "") == "general protection fault"


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("plum_get.isra.0.cold", "plum_get"),
        ("rcu_check_callbacks.cold.76", "rcu_check_callbacks"),
        ("el0_svc_common.constprop.0", "el0_svc_common"),
        ("__x64_sys_read", "sys_read"),
        ("SyS_read", "sys_read"),
        ("__arm64_sys_read", "sys_read"),
        ("bpf_prog_6deef7357e7b4530_count", "bpf_prog__count"),
        ("vfs_read", "vfs_read"),
    ],
)
def test_names(printed: str, name: str) -> None:
    assert normalise(printed) == name


def test_the_panic_that_a_report_leads_to_is_part_of_it() -> None:
    panic = ["Kernel panic - not syncing: KASAN: panic_on_warn set ...", "Call Trace:", " panic+0x1/0x2"]
    (found,) = traces("\n".join([*REPORT, *panic]))
    assert [each.title for each in found.error.related][-1] == panic[0]


def test_the_stack_of_a_lock_is_not_the_errors() -> None:
    (found,) = traces(
        "WARNING: inconsistent lock state\n6.1.0 #1 Not tainted\n--------------------------------\n"
        "inconsistent {SOFTIRQ-ON-W} -> {IN-SOFTIRQ-W} usage.\n"
        "pear/9 [HC0[0]:SC1[1]:HE1:SE0] takes:\nffff888 (&basket->lock){+.?.}-{2:2}, at: plum_put+0x1/0x2\n"
        "{SOFTIRQ-ON-W} state was registered at:\n  lock_acquire+0x1/0x2\n  plum_add+0x1/0x2\n"
        "irq event stamp: 100\n\nother info that might help us debug this:\n\nstack backtrace:\n"
        "CPU: 0 PID: 9 Comm: pear Not tainted 6.1.0 #1\nCall Trace:\n dump_stack+0x1/0x2\n plum_put+0x1/0x2\n"
    )
    assert [each.function for each in found.error.frames] == ["dump_stack", "plum_put"]
    assert [each.title for each in found.error.related] == ["{SOFTIRQ-ON-W} state was registered at"]


def test_a_panic_for_another_reason_is_an_error_of_its_own() -> None:
    panic = ["Kernel panic - not syncing: no plums", "Call Trace:", " panic+0x1/0x2", " plum_count+0x1/0x2"]
    assert [each.error.message for each in traces("\n".join([*REPORT, *panic]))][1:] == ["no plums"]


def test_a_jump_to_nowhere_has_no_function() -> None:
    (found,) = traces(
        "BUG: kernel NULL pointer dereference, address: 0000000000000000\n"
        "RIP: 0010:0x0\nCode: Bad RIP value.\nCall Trace:\n plum_call+0x1/0x2\n"
    )
    assert [(each.function, each.address) for each in found.error.frames] == [(None, 0), ("plum_call", None)]


def test_a_stack_that_a_driver_dumped_is_read_and_one_of_sysrq_is_not() -> None:
    dumped = (
        "sysfs: cannot create duplicate filename '/plum'\nCPU: 0 PID: 9 Comm: pear Not tainted 6.1.0 #1\n"
    )
    stack = "Call Trace:\n dump_stack_lvl+0x1/0x2\n sysfs_warn_dup+0x1/0x2\n plum_add+0x1/0x2\n"
    (found,) = traces(dumped + stack)
    assert (found.error.type, found.error.message) == (
        None,
        "sysfs: cannot create duplicate filename '/plum'",
    )
    task = "task:pear state:S stack:0 pid:9 ppid:1 flags:0x0\nCall Trace:\n __schedule+0x1/0x2\n pipe_read+0x1/0x2\n"
    assert traces("sysrq: Show State\n" + task * 3) == []


SYSRQ = """\
sysrq: Show Blocked State
task:picker          state:D stack:    0 pid: 1234 ppid:  1000 flags:0x00004006
Call Trace:
 <TASK>
 __schedule+0x2cd/0x890
 plum_wait+0x46/0x80 [plum]
 </TASK>
"""
ALL_PROCESSORS = """\
NMI backtrace for cpu 1
CPU: 1 PID: 500 Comm: bash Tainted: G           OE     5.15.0 #1
Call Trace:
 dump_stack_lvl+0x4a/0x63
 nmi_cpu_backtrace.cold+0x4f/0x98
 sysrq_handle_showallcpus+0x17/0x20
Sending NMI from CPU 1 to CPUs 0:
NMI backtrace for cpu 0
RIP: 0010:native_safe_halt+0xb/0x10
Call Trace:
 do_idle+0x1f0/0x260
"""


@pytest.mark.parametrize(("text", "threads"), [(SYSRQ, 1), (ALL_PROCESSORS, 2)])
def test_stacks_that_sysrq_shows_are_no_errors_and_not_unread(
    tmp_path: Path, text: str, threads: int
) -> None:
    file = tmp_path / "kern.log"
    file.write_text(f"[    1.000001] {text.rstrip()}\nplum: done\n".replace("\n", "\n[    1.000002] "))
    result = group([str(file)])
    assert (result.groups, result.stats.snapshots, result.stats.unread) == ([], 1, [])
    snapshot = next(each for each in iterate(text.encode()) if isinstance(each, Snapshot))
    assert len(snapshot.processes[0].threads) == threads
