"""What is looked at, with what is known of it before a tool is asked."""

import errno
import os
import re
import sys

from .basics import CollectError, as_text, one_line, quote, read_bytes
from .elf import COMPRESSED, ELF_CORE, Elf, build_id, open_regular, read_at
from .processes import command_of, has_proc, start_of, status_of


class Target(object):
    """A live process or a core file, with what is known of it before a debugger is asked."""

    def __init__(self, pid, corefile, exe):
        # type: (int | None, str | None, str | None) -> None
        self.pid = pid
        self.corefile = corefile
        self.exe = exe
        self.symbols = exe  # what the debugger is given as executable
        self.command = ""
        self.files = []  # type: list[str]
        self.start = ""
        self.problem = ""

    def is_live(self):
        # type: () -> bool
        return self.corefile is None

    def describe(self):
        # type: () -> str
        if self.corefile is None:
            return "process %s" % self.pid
        return "core file %s" % self.corefile

    def runtime(self):
        # type: () -> str
        """Return which interpreter or virtual machine runs there: "python", "java" or nothing."""
        names = [os.path.basename(name) for name in self.files + [self.exe or ""]]
        if [name for name in names if name.startswith("libjvm.")]:
            return "java"
        if [name for name in names if re.match(r"(lib)?python[\d.]*[a-z]*(\.so.*)?$", name)]:
            return "python"
        return ""


def check_executable(exe):
    # type: (str) -> str
    if not os.path.isfile(exe):
        raise CollectError("There is no executable %s. Correct -e, or leave it out." % one_line(exe))
    return os.path.abspath(exe)


def live_target(pid, exe=None):
    # type: (int, str | None) -> Target
    """Return a live process as a target; CollectError when a debugger could not attach to it."""
    check_process(pid)
    target = Target(pid, None, exe and check_executable(exe))
    link = "/proc/%d/exe" % pid
    if has_proc():
        check_state(pid)
        target.start = start_of(pid)
        target.command = command_of(pid)
        maps = as_text(read_bytes("/proc/%d/maps" % pid)).splitlines()
        target.files = sorted(set(line[line.index("/") :] for line in maps if "/" in line))
        try:
            target.exe = os.readlink(link)
            same = os.path.exists(target.exe) and os.path.samefile(target.exe, link)
        except OSError:
            return target
        if exe:
            check_same_program(target, link)
        else:
            target.symbols = target.exe if same else link
    return target


def check_process(pid):
    # type: (int) -> None
    if pid == os.getpid():
        raise CollectError("Process %d is this collector itself. Give the PID of another process." % pid)
    try:
        os.kill(pid, 0)
    except (OSError, OverflowError) as reason:
        if isinstance(reason, OSError) and reason.errno == errno.EPERM:
            return
        raise CollectError(
            "There is no process %d. Look up the PID with ps (inside a container it is another one)." % pid
        )


def check_state(pid):
    # type: (int) -> None
    status = status_of(pid)
    state = status.get("State", "")
    if state.startswith(("Z", "X")):
        raise CollectError(
            "Process %d has ended and has no stacks; its parent %s has yet to wait for it."
            % (pid, status.get("PPid", ""))
        )
    if "VmSize" not in status and status.get("Name"):
        raise CollectError("Process %d is a thread of the kernel; read /proc/%d/stack as root." % (pid, pid))
    tgid = status.get("Tgid", str(pid))
    if tgid != str(pid):
        raise CollectError("%d is a thread of process %s. Give that PID: -p %s." % (pid, tgid, tgid))
    tracer = status.get("TracerPid", "0")
    if tracer != "0":
        name = one_line(status_of(int(tracer)).get("Name", "?"))
        raise CollectError(
            "Process %d is being traced by process %s (%s). End that one first." % (pid, tracer, name)
        )


def check_same_program(target, link):
    # type: (Target, str) -> None
    """Refuse an executable whose build id differs from the running one's; a copy with symbols is right."""
    given, running = build_id(target.symbols or ""), build_id(link)
    if given and running and given != running:
        raise CollectError(
            "Process %s does not run %s but %s. Leave -e out, or give the one that it runs."
            % (target.pid, one_line(target.symbols or ""), one_line(target.exe or ""))
        )


def core_target(corefile, exe=None, deadline=None):
    # type: (str, str | None, float | None) -> Target
    """Return a core file as a target; CollectError when it is none or cannot be read."""
    name = one_line(corefile)
    if os.path.isdir(corefile):
        raise CollectError("%s is a folder. Give a core file with -c." % name)
    try:
        descriptor = open_regular(corefile)
    except EnvironmentError as reason:
        raise CollectError(
            "Cannot read core file %s: %s. Correct -c, or run as its owner." % (name, reason.strerror)
        )
    magic = read_at(descriptor, 0, 8)
    os.close(descriptor)
    for mark, program in COMPRESSED:
        if magic.startswith(mark):
            raise CollectError("%s is compressed. Unpack it first with: %s %s" % (name, program, quote(name)))
    target = Target(None, os.path.abspath(corefile), exe and check_executable(exe))
    if magic.startswith(b"\x7fELF") or sys.platform.startswith(("linux", "freebsd", "sunos")):
        read_core(target, name, deadline)
    return target


def read_core(target, name, deadline):
    # type: (Target, str, float | None) -> None
    """Fill in what the core's own notes tell: PID, command line, mapped files, executable."""
    try:
        core = Elf(target.corefile or "", deadline)
    except (EnvironmentError, ValueError) as reason:
        raise CollectError(
            "%s is not a core file (%s). Give the core with -c and the program with -e." % (name, reason)
        )
    if core.kind != ELF_CORE:
        raise CollectError(
            "%s is not a core file but a program or library. Give it with -e, and the core with -c." % name
        )
    target.files = sorted(set(path for _, _, _, path in core.mapped_files()))
    target.pid, target.command = core.process()
    found = core.executable()
    if core.size < core.needed:
        target.problem = (
            "The core file is cut off: it has %d of %d bytes, so stacks may be missing. "
            "Raise the size limit (ulimit -c unlimited) before the next crash." % (core.size, core.needed)
        )
    if target.exe is None and found:
        target.exe = found
        target.symbols = found
        if not os.path.isfile(found):
            target.symbols = None
            target.problem = "The core's executable %s is not here. Give a copy with -e." % one_line(found)
