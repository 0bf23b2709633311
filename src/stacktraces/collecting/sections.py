"""The sections of the output: a header, what a tool printed, what is known besides."""

import os
import socket
import sys
import tempfile
import time

from .basics import DEFAULT_TIMEOUT, MOST_REMARK, VERSION, CollectError, as_bytes, now, one_line
from .children import children_of
from .choosing import choose_tools
from .explaining import explain
from .kernel_view import write_kernel_view
from .launching import GRACE, Guard
from .processes import ThreadState, container_of, is_alive, states_of, status_of
from .quoting import new_mark
from .request import Output, Request, Result
from .running import Run, run_tool
from .targets import Target, core_target, live_target
from .tools.base import Tool, known_tools
from .waits import write_waits
from .watching import Watch

ASLEEP_PATIENCE = 5.0


def timestamp():
    # type: () -> str
    seconds = time.time()
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + ".%03dZ" % (seconds % 1 * 1000)


def write_heading(output, tool, target, request, sample):
    # type: (Output, str, Target, Request, int) -> None
    words = (VERSION, tool, sys.platform, one_line(request.command)[:MOST_REMARK])
    output.write(as_bytes("REM collect.py %s TOOL=%s  PYPLATFORM=%s %s\n" % words))
    system = os.uname()
    output.remark("HOST", socket.gethostname())
    output.remark("TIME", timestamp())
    output.remark("KERNEL", " ".join((system[0], system[2], system[4])))
    output.remark("PID", str(target.pid or ""))
    if target.is_live():
        status = status_of(target.pid or 0)
        namespaces = status.get("NSpid", "").split()
        output.remark("PPID", status.get("PPid", ""))
        output.remark("START", target.start)
        output.remark("CONTAINER", container_of(target.pid or 0))
        output.remark("NSPID", " ".join(namespaces[len(namespaces) == 1 :]))
    output.remark("EXE", target.exe or "")
    output.remark("CMDLINE", target.command)
    if request.samples > 1:
        output.remark("SAMPLE", "%d %d" % (sample, request.samples))


def write_section(output, tool, program, target, request, deadline, sample, others):
    # type: (Output, Tool, str, Target, Request, float, int, list[str]) -> tuple[bool, str]
    """Run a tool and write its section; return whether it showed a stack, and what is missing.

    others are the names of all the tools of this look, the first of which also tells what the system knows.
    """
    write_heading(output, tool.name, target, request, sample)
    is_first = tool.name == others[0]
    states = states_of(target.pid) if target.pid and target.is_live() and is_first else []
    if states and all(each.letter == "D" for each in states):
        # Nobody can stop them before they wake up: what the system knows of them is not to wait for that.
        deadline = min(deadline, now() + ASLEEP_PATIENCE)
    if tool.is_built_in:
        found, problem, held = tool.look(target, request, output)
        outcome, problem = "0", target.problem or problem
    else:
        found, problem, held, outcome = run_commands(output, tool, program, target, request, deadline)
    if target.is_live() and not tool.runtime:
        write_waits(output, tool, target, "cpython" not in others)
    for state in states:
        write_state(output, state)
    if held is not None:
        output.remark("STOPPED", "%.3f s" % held)
    output.remark("PROBLEM", problem)
    output.remark("EXIT", outcome)
    return found, problem


def run_commands(output, tool, program, target, request, deadline):
    # type: (Output, Tool, str, Target, Request, float) -> tuple[bool, str, float | None, str]
    """Return whether a stack was seen, what is missing, the seconds it held the process, the status."""
    request.mark = new_mark()
    watch = Watch(target.pid if target.is_live() else None)
    run = Run(output, tool.evidence, request.mark)
    problem = target.problem
    commands = tool.commands(program, target, request)
    for words, script in commands:
        if len(commands) > 1:
            output.write(as_bytes("REM %s\n" % one_line(words[0])))
        run.timed_out = False
        run_tool(run, words, script, deadline, watch, request.guard)
        if not run.tail.endswith(b"\n"):
            run.take(b"\n")
        problem = problem or explain(run, tool, target, request.timeout)
    held = watch.last - watch.first if tool.traces and watch.first is not None else None
    return run.found, problem, held, run.outcome()


def is_asleep(target):
    # type: (Target) -> bool
    """Tell whether a thread of a running process is in uninterruptible sleep."""
    return target.is_live() and any(each.letter == "D" for each in states_of(target.pid or 0))


def write_state(output, state):
    # type: (Output, ThreadState) -> None
    output.remark("CPU", "lwp=%d seconds=%.2f" % (state.lwp, state.seconds))
    wchan = " wchan=" + state.wchan if state.wchan else ""
    output.remark("STATE", "lwp=%d state=%s%s" % (state.lwp, state.letter, wchan))


def look_at(target, request, output, result, sample=1, begun=None):
    # type: (Target, Request, Output, Result, int, float | None) -> None
    """Write a section for each tool; all of them together may take as long as the request allows."""
    deadline = (now() if begun is None else begun) + max(request.timeout - GRACE, request.timeout * 0.75)
    main = True
    chosen = choose_tools(target, request)
    names = [tool.name for tool, _ in chosen]
    is_known = False
    for tool, program in chosen:
        if is_known and tool.runtime and not request.tools:
            continue
        if now() < deadline:
            found, problem = write_section(output, tool, program, target, request, deadline, sample, names)
        else:
            found, problem = False, "No time was left for %s. Raise --timeout." % tool.name
        result.found = result.found or found
        result.asleep = result.asleep or is_asleep(target)
        is_known = is_known or (found and bool(tool.runtime))
        sentences = result.problems if main or request.tools else result.notes
        if problem and problem not in sentences:
            sentences.append(problem)
        main = False
    if not result.found and result.asleep:
        states = states_of(target.pid or 0)
        if names[:1] != ["gdb"]:
            write_heading(output, "gdb", target, request, sample)  # The view is in its words.
            output.remark("PROBLEM", (result.problems + result.notes + [""])[0])
        write_kernel_view(output, target, states)
        for state in states:
            write_state(output, state)


def look_at_processes(request, output, result, sample, seen):
    # type: (Request, Output, Result, int, dict[int, str]) -> bool
    """Write the sections of a process, and of those below it when asked for; False when it is gone."""
    first = request.pid or 0
    pids = [first]
    if request.children:
        pids += [pid for pid in children_of(first) if pid != os.getpid()]
    for pid in pids:
        try:
            target = live_target(pid, request.exe if pid == first else None)
            if pid == first and seen.setdefault(pid, target.start) != target.start:
                raise CollectError(
                    "Process %d ended, and another one has its PID now. Choose one that runs." % pid
                )
            look_at(target, request, output, result, sample)
        except CollectError as reason:
            if pid == first and not result.found:
                raise
            output.remark("PROBLEM", str(reason))
            (result.problems if pid == first or is_alive(pid) else result.notes).append(str(reason))
            if pid == first:
                return False
    return True


def gather(request, output):
    # type: (Request, Output) -> Result
    """Write everything that was asked for; CollectError when no stack at all was seen."""
    result = Result()
    request.guard = Guard(output.unfinished)
    try:
        if request.corefile is not None:
            begun = now()
            target = core_target(request.corefile, request.exe, begun + request.timeout / 4)
            look_at(target, request, output, result, begun=begun)
        else:
            look_repeatedly(request, output, result)
    finally:
        request.guard.dismiss()
        for tool in known_tools():
            tool.close()
    if not result.found and not result.asleep:
        raise CollectError((result.problems + result.notes + ["No stack was seen."])[0])
    return result


def look_repeatedly(request, output, result):
    # type: (Request, Output, Result) -> None
    seen = {}  # type: dict[int, str]
    begun = now()
    for sample in range(1, request.samples + 1):
        time.sleep(max(0.0, begun + (sample - 1) * request.interval - now()))
        if not look_at_processes(request, output, result, sample, seen):
            break


def collect(pid=None, corefile=None, exe=None, tool=None, timeout=DEFAULT_TIMEOUT, with_locals=True):
    # type: (int | None, str | None, str | None, str | None, float, bool) -> bytes
    """Return the collected text of a live process (pid) or a core file, as the command would write it.

    exe is the program's path (found when left out), tool one tool's name, timeout in seconds. What
    is missing is said in the text's PROBLEM lines; CollectError is raised when nothing was collected.
    """
    tools = (tool,) if tool else ()
    request = Request(pid, corefile, exe, tools, timeout, with_locals)
    stream = tempfile.TemporaryFile()
    try:
        gather(request, Output(stream.fileno()))
        stream.seek(0)
        return stream.read()
    finally:
        stream.close()
