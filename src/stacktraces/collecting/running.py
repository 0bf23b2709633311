"""One run of a tool."""

import os
import subprocess
import tempfile
import time

from .basics import CollectError, now
from .launching import Guard, end, let_go, start
from .processes import status_of
from .quoting import Quoting, new_mark
from .request import Output
from .watching import Watch, is_readable


class Run(object):
    """One run of a tool: its output goes to a descriptor as it comes, what it was is known at the end."""

    def __init__(self, output, evidence, mark=""):
        # type: (Output | None, bytes, str) -> None
        self.output = output
        self.evidence = evidence
        self.quoting = Quoting(mark or new_mark())
        self.found = False
        self.head = b""
        self.tail = b"\n"
        self.timed_out = False
        self.status = None  # type: int | None

    def take(self, chunk):
        # type: (bytes) -> None
        if self.output is not None:
            self.output.write(self.quoting.take(chunk))
        if len(self.head) < 65536:
            self.head += chunk[:65536]
        seen = self.tail + chunk
        self.found = self.found or self.evidence in seen
        self.tail = seen[-max(len(self.evidence), 1) :]

    def pump(self, process, deadline, watch):
        # type: (subprocess.Popen[bytes], float, Watch) -> None
        """Take what the tool writes until it ends or its time is up."""
        descriptor = process.stdout.fileno()  # type: ignore[union-attr]  # a pipe was asked for
        while now() < deadline:
            ready = is_readable(descriptor, 0.005)
            watch.look()
            if ready:
                time.sleep(0.002)  # debuggers write line by line: let some lines come together
                chunk = os.read(descriptor, 65536)
                if not chunk:
                    break
                self.take(chunk)
            elif process.poll() is not None and not is_readable(descriptor, 0.0):
                break  # what it wrote just before its end is taken as well
        while process.poll() is None and now() < deadline:
            watch.look()
            time.sleep(0.002)
        self.timed_out = process.poll() is None
        self.status = process.returncode

    def outcome(self):
        # type: () -> str
        if self.timed_out:
            return "timeout"
        if self.status is not None and self.status < 0:
            return "signal %d" % -self.status
        return str(self.status)


def capture(argv, deadline, guard=None):
    # type: (list[str], float, Guard | None) -> bytes
    """Return the first 64 KiB that a program prints."""
    run = Run(None, b"")
    run_tool(run, argv, b"", deadline, Watch(None), guard)
    return run.head[:65536]


def run_tool(run, argv, script, deadline, watch, guard):
    # type: (Run, list[str], bytes, float, Watch, Guard | None) -> None
    """Run a tool to its end or the deadline, and see that the process it looks at goes on as before."""
    pid = watch.pid
    if pid is not None and status_of(pid).get("State", "").startswith("T"):
        pid = None  # someone stopped it before us: it is not ours to wake
    commands = tempfile.TemporaryFile()
    process = None
    try:
        commands.write(script)
        commands.seek(0)
        process = start(argv, stdin=commands, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if guard is not None:
            guard.tell("run", process.pid, pid or "")
        run.pump(process, deadline, watch)
    except OSError as reason:
        raise CollectError(
            "Cannot run %s: %s. Install it or use another --tool." % (argv[0], reason.strerror)
        )
    finally:
        commands.close()
        if process is not None:
            finish(process, pid)
        if guard is not None:
            guard.tell("idle")


def finish(process, pid):
    # type: (subprocess.Popen[bytes], int | None) -> None
    """End a tool that has not ended by itself, with what it started, and wake the process it leaves."""
    if process.poll() is None or process.returncode < 0:
        end(process)
    if process.returncode != 0 and pid is not None:
        let_go(pid)
    process.stdout.close()  # type: ignore[union-attr]  # a pipe was asked for
