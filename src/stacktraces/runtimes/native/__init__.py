"""Native code: C and C++, and what debuggers show of processes of any language."""

from __future__ import annotations

from .. import NameRules, Runtime, formats_in


def names() -> NameRules:
    from .names import NAMES

    return NAMES


RUNTIME = Runtime(
    name="native",
    title="C, C++ and what debuggers show",
    names=names,
    formats=formats_in(f"{__name__}.formats"),
    versions="gdb 7 to 13, lldb 14, elfutils 0.188, systemd 252, Solaris 10, GCC 12, valgrind 3.19",
    reads="threads, frames, arguments, local variables, locks and the signal that ended a process; reports "
    "of the sanitizers and of valgrind with all their stacks; why a process aborts, as glibc, libstdc++ and "
    "libc++ say it; stacks that glibc, glog, absl, folly, Boost and cpptrace print",
    not_read="an error of valgrind whose lines another process's lines interrupt",
)
