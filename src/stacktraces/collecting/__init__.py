"""Collect the stack traces of a live process or a core file with the debugger that is there.

This one file may be copied alone to the machine where it is needed: it needs nothing but
Python 2.6 or later (any Python 3 included), and a debugger for all but the threads of CPython.
It asks gdb, or what is there in its place (eu-stack, lldb, pstack, gstack), and besides it the
tool that knows the process's language: jcmd or jstack for a JVM. Of CPython it reads the
structures in memory itself, which needs no debugger (``--python-only``); py-spy or pystack is
asked where that fails. On Solaris it asks pstack, pldd and pflags. ``--tool`` chooses otherwise.

The output is what the tool printed, among lines that begin with ``REM``::

    REM collect.py 2.2 TOOL=gdb  PYPLATFORM=linux ./collect.py -p 5315 -l FILE
    REM HOST www1                       the machine's name
    REM TIME 2026-02-01T12:00:00.250Z   when the tool was started, in UTC
    REM KERNEL Linux 6.1.0 x86_64
    REM PID 5315
    REM PPID 3469                       Linux only, as are START, CONTAINER, NSPID and STOPPED
    REM START 1184302                   when the process began, in clock ticks since boot
    REM EXE /usr/sbin/apache2
    REM CMDLINE /usr/sbin/apache2 -k start
    REM CONTAINER docker 0f3c...        when the process runs in one
    REM NSPID 5315 7                    its PID in each namespace, when there are several
    REM SAMPLE 2 5                      the second of five looks
    ... the tool's output ...
    REM FUTEX thread=3 address=0x5624efe4d060 op=128 value=2 words=2 0 8042 1 0 timeout=0x0
    REM PYLOCK lwp=8041 address=0x5624efe4d0a0 object=0x7f1ccd9e1c00 type=_thread.RLock owner=8042
    REM CPU lwp=8041 seconds=12.07      processor time that a thread had used before the tool came
    REM STATE lwp=8041 state=S wchan=futex_do_wait   the kernel's letter for what it did then, and where
    REM STOPPED 0.182 s                 how long the tool held the process, to within 0.01 s
    REM PROBLEM ...                     what is missing and what to do about it
    REM EXIT 0                          the tool's exit status, "signal N" or "timeout"

A line of the tool's that begins as ours do, which only a name in the process can make it print, has
a backslash before it: what begins with ``REM`` is ours.

A new header line begins a new section: another tool, process or sample. ``REM FUTEX`` stands
for a thread (``thread=`` by gdb's number, ``lwp=`` by the kernel's) that waits in the kernel
for a lock: the lock's address, the arguments of the system call, and the five 32-bit words at
the address. In a pthread mutex these are the lock, the count, the owner's thread id, the number
of users and the kind. ``REM PYLOCK`` stands for a thread that waits for a lock of Python's: the
address that it waits at, the lock object with its type, and its owner: the thread that an RLock
names or, for a Lock, the only other one that has entered a with statement on it. Both kinds of
line are left out where they cannot be had; with ``lwp=`` they are read after the tool has let
the process go.

The output holds command lines, arguments and local variables, so it may hold secrets: the
file is made readable for its owner alone.
"""
