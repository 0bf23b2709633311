"""What the system tells of a process: /proc, or ps where there is none."""

import errno
import os
import re

from .basics import MOST_REMARK, as_text, quote, read_bytes


def has_proc():
    # type: () -> bool
    return os.path.exists("/proc/self/status")


def read_status(path):
    # type: (str) -> dict[str, str]
    pairs = [line.partition(":") for line in as_text(read_bytes(path)).splitlines()]
    return dict((name, value.strip()) for name, _, value in pairs)


def status_of(pid):
    # type: (int) -> dict[str, str]
    """Return the fields of /proc/PID/status, none when there is no such process."""
    return read_status("/proc/%d/status" % pid)


class ThreadState(object):
    """What proc(5) says of a thread: its state, where in the kernel it waits, the time that it used."""

    def __init__(self, lwp, letter, seconds, wchan):
        # type: (int, str, float, str) -> None
        self.lwp = lwp
        self.letter = letter
        self.seconds = seconds
        self.wchan = wchan


def states_of(pid):
    # type: (int) -> list[ThreadState]
    """Return what each thread of a process is doing, before anybody stops it."""
    try:
        threads = sorted(os.listdir("/proc/%d/task" % pid), key=int)
        second = float(os.sysconf("SC_CLK_TCK"))
    except (EnvironmentError, ValueError):
        return []
    found = []
    for name in threads:
        folder = "/proc/%d/task/%s/" % (pid, name)
        fields = as_text(read_bytes(folder + "stat")).rpartition(")")[2].split()
        if len(fields) > 12 and re.match("[A-Za-z]$", fields[0]):
            wchan = as_text(read_bytes(folder + "wchan"))
            wchan = wchan if re.match(r"[\w.]+$", wchan) and wchan != "0" else ""
            seconds = (int(fields[11]) + int(fields[12])) / second
            found.append(ThreadState(int(name), fields[0], seconds, wchan))
    return found


def start_of(pid):
    # type: (int) -> str
    """Return when a process began, in ticks since boot, which tells it from a later one with its PID."""
    fields = as_text(read_bytes("/proc/%d/stat" % pid)).rpartition(")")[2].split()
    if len(fields) > 19:
        return fields[19]
    return ""


def command_of(pid):
    # type: (int) -> str
    """Return the command line of a process as a shell would want it, or its start, for it may be huge."""
    words = as_text(read_bytes("/proc/%d/cmdline" % pid)[:MOST_REMARK])
    if words.endswith("\0"):
        words = words[:-1]
    return " ".join(quote(word) for word in words.split("\0")) if words else ""


def is_alive(pid):
    # type: (int) -> bool
    try:
        os.kill(pid, 0)
    except OSError as reason:
        return reason.errno == errno.EPERM
    return not status_of(pid).get("State", "").startswith(("Z", "X"))


def container_of(pid):
    # type: (int) -> str
    """Return the kind and the id of a process's container as its control groups name it, or nothing."""
    groups = as_text(read_bytes("/proc/%d/cgroup" % pid))
    found = re.search("[0-9a-f]{64}", groups)
    linux_container = re.search(r"/lxc(?:\.payload)?[./]([^/\n]+)", groups)
    if found:
        kinds = [mark for mark in ("docker", "libpod", "crio", "containerd", "kubepods") if mark in groups]
        return "%s %s" % ((kinds + ["unknown"])[0], found.group())
    if linux_container:
        return "lxc %s" % linux_container.group(1)
    return ""
