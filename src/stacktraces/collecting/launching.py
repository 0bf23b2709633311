"""Starting a tool and ending it so that the process it looked at goes on."""

import os
import signal
import subprocess
import sys
import time

from .basics import CollectError, as_bytes, now
from .processes import read_status

# A shell in a session of its own outlives a collector that is killed: it then ends the debugger, which
# frees the process, wakes the process if a stop is left over, and takes the unfinished file away.
GUARD = r"""
while read -r word one two; do last=$word; group=$one; process=$two; done
[ "$last" = finished ] && exit 0
[ -n "$1" ] && rm -f -- "$1"
[ "$last" = run ] || exit 0
kill -s KILL -- -"$group" 2>/dev/null
sleep 1
grep -q '^State:.T (stopped' "/proc/$process/status" 2>/dev/null && kill -s CONT "$process"
"""
GRACE = 1.0
STOP_SIGNAL = 1 << (signal.SIGSTOP - 1)


def start(argv, **streams):
    # type: (list[str], object) -> subprocess.Popen[bytes]
    """Start a program in a session of its own, away from our terminal and its Ctrl-C."""
    environment = dict(os.environ)
    for name in ("DEBUGINFOD_URLS", "PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "LANGUAGE"):
        environment.pop(name, None)
    environment["LC_ALL"] = "C"
    if sys.version_info >= (3, 2):
        streams["start_new_session"] = True
    else:
        streams["preexec_fn"] = os.setsid
    return subprocess.Popen(argv, env=environment, close_fds=True, **streams)  # type: ignore  # keywords differ by version and system


def end(process):
    # type: (subprocess.Popen[bytes]) -> None
    """Kill a tool and what it started; the kernel frees what they trace.

    Nothing milder will do: a gdb that is asked to end while it attaches interrupts its process with SIGINT.
    """
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except OSError:
        pass
    deadline = now() + GRACE
    while process.poll() is None and now() < deadline:
        time.sleep(0.005)


def let_go(pid):
    # type: (int) -> None
    """Wake a process that an ended debugger left stopped, though its SIGSTOP be still on the way."""
    calm = 0
    for _ in range(40):
        threads = []  # type: list[str]
        try:
            threads = os.listdir("/proc/%d/task" % pid)
        except OSError:
            return
        states = [read_status("/proc/%d/task/%s/status" % (pid, thread)) for thread in threads]
        pending = [one for one in states if int(one.get("SigPnd", "0"), 16) & STOP_SIGNAL]
        if pending or [one for one in states if one.get("State", "").startswith("T")]:
            os.kill(pid, signal.SIGCONT)
            calm = 0
        elif not [one for one in states if one.get("TracerPid", "0") != "0"]:
            calm += 1
        if calm == 3:
            return
        time.sleep(0.02)


class Guard(object):
    """Sees that the debugger ends and its process goes on even when the collector is killed."""

    def __init__(self, unfinished=""):
        # type: (str) -> None
        devnull = open(os.devnull, "r+b")
        words = ["/bin/sh", "-c", GUARD, "guard", unfinished]
        try:
            self.shell = start(words, stdin=subprocess.PIPE, stdout=devnull, stderr=devnull)
        except OSError as reason:
            raise CollectError(
                "Cannot run /bin/sh: %s. Try again when the system has room." % reason.strerror
            )
        finally:
            devnull.close()

    def tell(self, *words):
        # type: (*object) -> None
        try:
            line = as_bytes(" ".join(str(word) for word in words) + "\n")
            self.shell.stdin.write(line)  # type: ignore[union-attr]  # a pipe was asked for
            self.shell.stdin.flush()  # type: ignore[union-attr]  # a pipe was asked for
        except EnvironmentError:  # someone killed the guard: nothing can be done about it
            pass

    def dismiss(self):
        # type: () -> None
        self.tell("finished")
        self.shell.stdin.close()  # type: ignore[union-attr]  # a pipe was asked for
        self.shell.wait()
