"""Stacks that LLVM prints of a compiler, a linker or another tool of its own that crashes.

=======  ======================================================================  ===============
line     sample                                                                  what comes next
=======  ======================================================================  ===============
passed   ``PLEASE submit a bug report to https://github.com/llvm/… and …``       passed
said     ``Assertion `isReg()' failed.``, with the program and place before it   passed
passed   ``Stack dump:``, ``1.	<eof> parser at end of file``                    frame
frame    `` #0 0x000055d6a1b2c3d4 f(int) /srv/llvm/a.cpp:3:5``                   frame
frame    `` #2 0x00007f1a2b3c4520 (/lib/libc.so.6+0x42520)``                     frame
said     ``clang: error: unable to execute command: Segmentation fault``         nothing
=======  ======================================================================  ===============
"""

from __future__ import annotations

from ...._regex import regex
from ....cursor import Cursor
from ....model import Trace
from ..told_stacks import Dialect, read_told

_DIALECT = Dialect(
    name="llvm_stack",
    frames=(
        regex(
            r" {0,3}#(?P<id>\d{1,4}) (?P<address>0x[0-9a-f]{6,16}) (?P<function>\S.*?)? ?"
            r"(?:\((?P<module>[^()\s]{1,400}?)\+(?P<offset>0x[0-9a-f]+)\)"
            r"|(?P<file>[^\s:()]{1,400}+):(?P<line>\d{1,9}):(?P<column>\d{1,9}))$"
        ),
        regex(
            r" {0,3}(?P<id>\d{1,4}) {1,3}(?P<module>\S{1,200}+) {1,40}(?P<address>0x[0-9a-f]{6,16}) "
            r"(?P<function>\S.*?) \+ (?P<offset>\d{1,12})$"
        ),
    ),
    said=(
        regex(
            r"\S{1,200}: (?P<file>[^\s:]{1,400}+):(?P<line>\d{1,9}): (?>(?P<function>.+?): (?=Assertion `))"
            r"(?P<message>Assertion `.*' failed\.)$"
        ),
        regex(r"LLVM ERROR: (?P<message>.*)$"),
        regex(r"fatal error: error in backend: (?P<message>.*)$"),
    ),
    passed=regex(
        r"PLEASE |Stack dump(?: without symbol names .*)?:|\d{1,3}\.\t|Program arguments: |\s*$"
        r"|Unable to|[\w+.-]{1,60}: (?:error|note): |\*{4,}|Preprocessed source|Aborted|Segmentation fault"
    ),
    type="LLVM crash",
)


def read(cursor: Cursor) -> Trace | None:
    """The report that the cursor's line is part of; see :data:`stacktraces.runtimes.Reader`."""
    return read_told(cursor, _DIALECT)
