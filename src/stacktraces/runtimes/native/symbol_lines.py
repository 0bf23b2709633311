"""Frames as libraries that print their own stack write them.

==========================================================  ==============================================
sample                                                      printed by
==========================================================  ==============================================
``./bt(_ZN4shop4leafEi+0x42)[0x55d0495cb78b]``              glibc's ``backtrace_symbols_fd``
``sql/parse.cc:12(parse(int))[0x55d0495cb78b]``             MariaDB, which looks symbols up
``/usr/sbin/mysqld(my_print_stacktrace+0x2c) [0x55e3]``     glibc's ``backtrace_symbols``, and who uses it
``/lib/libc.so.6(+0x2724a) [0x7fc2]``, ``./bt() [0x40]``    the same without a symbol
``    @     0x7f5de42fe1ed  google::LogMessage::Fail()``    glog, absl, folly
``    @     0x55b9bdc6c158         48  shop::price()``      absl, with the size of the frame
`` 0# shop::leaf(int) in ./bt``                             Boost.Stacktrace with the module
`` 0# shop::leaf(int) at /srv/bt.cc:3``                     Boost.Stacktrace and ``std::stacktrace``
``#0 0x0000556033e053a3 in shop::price() at /srv/a.cc:3:5`` cpptrace
==========================================================  ==============================================
"""

from __future__ import annotations

import re
from collections.abc import Callable
from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...model import Frame

FRAMES_KEPT = 1_000
LONGEST_LINE = 16 << 10
"""Characters of a line that patterns with several open ends are tried on."""

_SYMBOLS = regex(
    r"(?:#\d++ ++|\d++: ++)?(?P<module>(?:[./~\w]|[A-Za-z]:\\)[^()\[\]]*+)(?:\((?P<symbol>[^\n]*)\))?"
    r" ?\[(?P<address>0x[0-9a-f]++)\]$"
)
_TITLE = regex(r"(?P<module>postgres): .*?(?:\((?P<symbol>[^()]*)\))? ?\[(?P<address>0x[0-9a-f]++)\]$")
"""PostgreSQL writes what it does over its name, brackets and all."""
_LOOKED_UP = regex(r"(?P<file>[^\s:]++):(?P<line>\d++)$")
"""What MariaDB prints in the place of a module that it looked up with addr2line."""
_AT = regex(
    r"\s*+@ ++(?P<address>(?:0x)?[0-9a-f]++)(?: ++(?:\d++|\(unknown\)) {2,}| {1,2})(?P<function>\S.*)$"
)
_NUMBERED = regex(r"\s*+(?P<id>\d++)# (?P<rest>.+)$")
_IN_MODULE = regex(r"(?P<function>.+) in (?P<module>\S.*)$")
_AT_PLACE = regex(r"(?P<function>.+?) at (?P<file>.{1,400}?):(?P<line>\d++)(?: \[0x[0-9a-f]++\])?$")
_CPPTRACE = regex(
    r"#(?P<id>\d++) (?:0x(?P<address>[0-9a-f]++)|\(inlined\)) ++in (?P<function>.+?)"
    r"(?: at (?P<file>.{1,400}?):(?P<line>\d++)(?::(?P<column>\d++))?| at (?P<module>[^\s:/]*+/[^\s:]++))?$"
)
_NO_PLACE = " at :0"
"""What libstdc++ prints behind a function whose place it does not know."""
_ADDRESS = regex(r"0x[0-9A-Fa-f]++$")
_UNKNOWN = frozenset({"(unknown)", "??", "???", ""})

FrameReader = Callable[[str], "Frame | None"]
"""Takes a line and gives the frame on it, ``None`` where there is none."""


def of_symbols(line: str) -> Frame | None:
    """A frame of ``backtrace_symbols``; ``None`` where ``line`` is another one."""
    line = line.rstrip()
    found = (_TITLE if line.startswith("postgres: ") else _SYMBOLS).match(line)
    if found is None:
        return None
    frame = Frame(address=to_number(found["address"], 16))
    if place := _LOOKED_UP.match(found["module"]):
        frame.file, frame.line = intern(place["file"]), to_number(place["line"])
    else:
        frame.module = intern(found["module"].rstrip())
    function, plus, offset = (found["symbol"] or "").rpartition("+0x")
    frame.function = intern(function if plus else offset) or None
    frame.offset = to_number(offset, 16) if plus and function else None
    return frame


def of_google(line: str) -> Frame | None:
    """A frame of glog, absl or folly."""
    found = _AT.match(line.rstrip())
    if found is None:
        return None
    return Frame(function=_named(found["function"].strip()), address=to_number(found["address"], 16))


def of_boost(line: str) -> Frame | None:
    """A frame of Boost.Stacktrace or ``std::stacktrace``."""
    found = _NUMBERED.match(line.rstrip())
    if found is None:
        return None
    frame, rest = Frame(id=found["id"]), found["rest"]
    if rest.strip() == "at :0":  # What libstdc++ prints of a frame that it knows nothing of.
        return frame
    if rest.endswith(_NO_PLACE):
        rest = rest.removesuffix(_NO_PLACE)
    elif place := _AT_PLACE.match(rest):
        frame.file, frame.line = intern(place["file"]), to_number(place["line"])
        rest = place["function"]
    elif module := _IN_MODULE.match(rest):
        frame.module = intern(module["module"])
        rest = module["function"]
    if _ADDRESS.match(rest):
        frame.address = to_number(rest, 16)
    else:
        frame.function = _named(rest)
    return frame


def of_cpptrace(line: str) -> Frame | None:
    """A frame of cpptrace."""
    found = _CPPTRACE.match(line.rstrip())
    if found is None:
        return None
    frame = Frame(function=_named(found["function"]), id=found["id"], inlined=found["address"] is None)
    frame.address = to_number(found["address"], 16) if found["address"] else None
    if found["file"]:
        frame.file, frame.line = intern(found["file"]), to_number(found["line"])
        frame.column = to_number(found["column"]) if found["column"] else None
    frame.module = intern(found["module"]) if found["module"] else None
    return frame


def _named(function: str) -> str | None:
    return None if function in _UNKNOWN else intern(function)


def read_frames(cursor: Cursor, read: FrameReader) -> list[Frame]:
    """The frames that ``read`` knows from the cursor's line on; the cursor is left behind them."""
    frames: list[Frame] = []
    while (line := cursor.line) is not None and (frame := read(line)) is not None:
        if len(frames) < FRAMES_KEPT:
            frames.append(frame)
        cursor.advance()
    return frames


def first_of(cursor: Cursor, read: FrameReader, most: int = FRAMES_KEPT) -> None:
    """Go back from a frame to the first one of its stack."""
    for _ in range(most):
        here = cursor.offset
        if not cursor.back() or read(cursor.line or "") is None:
            cursor.seek(here)
            return


def signal_in(line: str) -> re.Match[str] | None:
    """Where ``line`` names the signal that a process got: by its name, or by its number."""
    return _SIGNAL.search(line)


_SIGNAL = regex(
    r"\b(?P<name>SIG(?:SEGV|ABRT|BUS|FPE|ILL|TRAP|SYS|QUIT|TERM|KILL))\b|\b[Ss]ignal:? (?P<number>\d{1,2})\b"
)
SIGNALS = {4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 11: "SIGSEGV", 31: "SIGSYS"}
"""Linux's numbers of the signals that end a process with a core."""
