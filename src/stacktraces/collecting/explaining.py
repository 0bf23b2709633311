"""What went wrong, in a sentence that says what to do next."""

import os
import re

from .basics import as_text, one_line, read_bytes
from .processes import ThreadState, is_alive, start_of, states_of, status_of
from .running import Run
from .targets import Target
from .tools.base import Tool


def explain(run, tool, target, timeout):
    # type: (Run, Tool, Target, float) -> str
    """Return one sentence on what a tool's run leaves wanting and what to do next, or nothing."""
    if run.timed_out:
        return explain_timeout(tool, target, timeout)
    if target.is_live() and not is_same(target):
        return "Process %s ended while %s looked at it. Choose one that still runs." % (target.pid, tool.name)
    if run.status is not None and run.status < 0:
        return "%s was ended by signal %d. Try again, or with another --tool." % (tool.name, -run.status)
    if not run.found:
        return explain_nothing(run, tool, target)
    if b"core file may not match specified executable" in run.head:
        return (
            "The core file is not of the executable %s. Leave -e out, or give the one that dumped it."
            % one_line(target.symbols or "")
        )
    return ""


def explain_timeout(tool, target, timeout):
    # type: (Tool, Target, float) -> str
    asleep = [each for each in states_of(target.pid or 0) if each.letter == "D"] if target.is_live() else []
    if asleep:
        return explain_sleep(asleep[0], tool, target.pid or 0)
    return (
        "%s did not finish within %g seconds and was ended. Raise --timeout, or try --no-locals or "
        "another --tool." % (tool.name, timeout)
    )


def explain_sleep(thread, tool, pid):
    # type: (ThreadState, Tool, int) -> str
    """Return where the thread of a process sleeps that the tool waits for, and what may end that."""
    who = "Process %d" % pid if thread.lwp == pid else "Thread %d of process %d" % (thread.lwp, pid)
    where = " in the kernel's %s" % thread.wchan if thread.wchan else ""
    # Newer kernels wait in kernel_clone itself.
    if thread.wchan in ("wait_for_vfork_done", "kernel_clone", "_do_fork", "do_fork"):
        where += " until its child of vfork starts a program or ends"
    return "%s is in uninterruptible sleep%s, which %s must wait out. See /proc/%d/stack as root, %s" % (
        who,
        where,
        tool.name,
        thread.lwp,
        "and try again later.",
    )


def explain_nothing(run, tool, target):
    # type: (Run, Tool, Target) -> str
    if target.is_live() and re.search(b"[Nn]ot permitted|[Pp]ermission denied|not allowed", run.head):
        return explain_refusal(target)
    lines = [line for line in as_text(run.head).splitlines() if line.strip()]
    reason = one_line(lines[-1].strip())[:300] if lines else "it printed nothing"
    return "%s showed no stack of %s (exit status %s): %s. Try again, or with another --tool." % (
        tool.name,
        target.describe(),
        run.outcome(),
        reason.rstrip("."),
    )


def explain_refusal(target):
    # type: (Target) -> str
    scope = as_text(read_bytes("/proc/sys/kernel/yama/ptrace_scope")).strip()
    owner = status_of(target.pid or 0).get("Uid", "").split()[:1]
    if os.geteuid() != 0 and owner and owner != [str(os.geteuid())]:
        return "Process %s belongs to user id %s. Run as that user or as root." % (target.pid, owner[0])
    if scope not in ("", "0"):
        return (
            "The kernel lets no one trace process %s (kernel.yama.ptrace_scope is %s). "
            "Run as root, or set it to 0 with sysctl." % (target.pid, scope)
        )
    return (
        "The kernel does not permit tracing process %s. Run as root, in a container with the capability "
        "SYS_PTRACE." % target.pid
    )


def is_same(target):
    # type: (Target) -> bool
    """Tell whether the process that was first seen still lives: not another one with its PID."""
    return is_alive(target.pid or 0) and start_of(target.pid or 0) == target.start
