"""gdb."""

import os
import re

from ..basics import as_bytes, as_text, now
from ..request import Request
from ..running import capture
from ..targets import Target
from .base import Tool, register


@register
class Gdb(Tool):
    name = "gdb"
    rank = 10
    evidence = b"\n#0 "
    shows_futexes = True

    # By machine: whether the thread waits in the futex system call, and that call's first four arguments.
    FUTEX = {
        "x86_64": ("$orig_rax == 202", "$rdi", "$rsi", "$rdx", "$r10"),
        "aarch64": ("*(unsigned int *) $pc == 0xd4000001 && $x8 == 98", "$x0", "$x1", "$x2", "$x3"),
    }

    def commands(self, program, target, request):
        # type: (str, Target, Request) -> list[tuple[list[str], bytes]]
        version = self.version(program, request)
        before = "-iex" if version >= (7, 6) else "-ex"
        words = [program, "-nx", "-batch"]
        for setting in self.settings(version):
            words += [before, "set " + setting]
        if target.symbols:
            words += ["--se=" + target.symbols]
        if target.corefile:
            words += ["--core=" + target.corefile]
        else:
            words += ["--pid=%s" % target.pid]
        script = self.futex_script(version, request.mark)
        for command in self.looks(version, request.with_locals, bool(script), target.is_live()):
            words += command
        return [(words, as_bytes(script))]

    def version(self, program, request):
        # type: (str, Request) -> tuple[int, int]
        shown = capture([program, "--version", "-nx"], now() + request.timeout / 2, request.guard)
        first = as_text(shown).partition("\n")[0]
        numbers = re.findall(r"(?<![\w.~-])(\d+)\.(\d+)", first)
        if numbers:
            return int(numbers[-1][0]), int(numbers[-1][1])
        return 0, 0

    def settings(self, version):
        # type: (tuple[int, int]) -> list[str]
        found = ["confirm off", "pagination off", "width 0", "backtrace limit 10000"]
        if version >= (7, 6):  # no code from the process's files runs in gdb
            for kind in ("gdb-scripts", "python-scripts", "guile-scripts", "local-gdbinit"):
                found.append("auto-load %s off" % kind)
        if version >= (12, 0):
            found.append("debuginfod enabled off")
        return found

    def looks(self, version, with_locals, with_futexes, live):
        # type: (tuple[int, int], bool, bool, bool) -> list[list[str]]
        each = "thread apply all "
        if version >= (9, 0):
            each += "-c "  # an error in one thread does not end the rest
        trace = "bt full" if with_locals else "bt"
        found = [
            ["-ex", look] for look in ("info sharedlibrary", "info threads", each + trace, each + "x/i $pc")
        ]
        if with_futexes:
            found += [["-x", "/dev/stdin"], ["-ex", "thread apply all -q -s stacktraces_futex"]]
        if live:
            found.append(["-ex", "detach"])
        return found

    def futex_script(self, version, mark):
        # type: (tuple[int, int], str) -> str
        known = self.FUTEX.get(os.uname()[4])
        if known is None or version < (9, 0):
            return ""
        condition, address, operation, value, timeout = known
        words = ", ".join("((int *) %s)[%d]" % (address, index) for index in range(5))
        form = "thread=%d address=0x%lx op=%d value=%d words=%d %d %d %d %d timeout=0x%lx"
        values = "$_thread, %s, %s, %s, %s, %s" % (address, operation, value, words, timeout)
        lines = ["set language c", "define stacktraces_futex", "if " + condition]
        lines += ['printf "%s FUTEX %s\\n", %s' % (mark, form, values), "end", "end", ""]
        return "\n".join(lines)
