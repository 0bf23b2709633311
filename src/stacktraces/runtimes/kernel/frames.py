"""Frames of the kernel's stacks, and the program counters that its register dumps name.

=============================================================  ========================================
sample                                                         what it holds
=============================================================  ========================================
`` genl_rcv+0x24/0x40``                                        function, offset
`` ? genl_rcv+0x24/0x40 [nf_tables]``                          a guess, a module
`` [<ffffffff816f030c>] sched_show_task+0x10/0x12``            before Linux 4.10; riscv, s390, mips
``[c0000000003b7a70] [c000000000123456] f+0x1/0x2 (unreliable)``  powerpc
`` seq_vprintf from seq_printf+0x3c/0x5c``                     arm: whom it was called by
`` schedule kernel/sched/core.c:6868 [inline]``                symbolised by syzkaller
`` schedule+0x24/0x40 kernel/sched/core.c:6868``               the same
`` schedule (kernel/sched/core.c:6868 (discriminator 2)) ext4``  decode_stacktrace.sh
``RIP: 0010:genl_rcv+0x24/0x40``                               x86: where it faulted
``pc : genl_rcv+0x24/0x40``, ``PC is at f+0x1/0x2``            arm64, arm
``epc : f+0x1/0x2``, ``NIP [c000] f+0x1/0x2``, ``Krnl PSW : … (f+0x1/0x2)``  riscv, powerpc, s390
=============================================================  ========================================
"""

from __future__ import annotations

import re
from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...model import Frame

_SYMBOL = r"(?P<function>[\w.$@]{1,512}+)\+0x(?P<offset>[0-9a-f]{1,8}+)/0x[0-9a-f]{1,8}+"
_ADDRESSES = r"(?:(?P<paren>\()?\[<?(?:0x)?(?P<address>[0-9a-f]{8,16}+)>?\]\)?\s*+){0,2}+"
_MODULE = r"(?: \[(?P<module>[\w-]{1,64})(?: [0-9a-f]{8,64})?\])?"
_MARKS = r"(?:</?[A-Z#][\w#]{0,15}>\s*+){0,2}+"

_FRAME = regex(
    rf"\s*+{_MARKS}{_ADDRESSES}(?P<guess>\? ?)?\(?{_SYMBOL}\)?{_MODULE}(?: \((?P<flag>unreliable"
    rf"|[A-Z]{{1,4}})\))?{_MODULE.replace('?P<module>', '?P<late>')}"
    r"(?: (?P<file>[^\s:]{1,512}+):(?P<line>\d{1,7}+)(?P<inline> \[inline\])?)?\s*$"
)
_CALLED_BY = regex(
    r"\s*+(?:\[<[0-9a-f]{8,16}>\] )?\(?(?P<callee>[\w.$]{1,512}+)(?: \[[\w-]+\])?\)?(?: \[[\w-]+\])? from "
    r"(?:\[<[0-9a-f]{8,16}>\] )?"
    rf"\(?{_SYMBOL}\)?{_MODULE}\)?\s*$"
)
_INLINE = regex(
    r"\s*+(?:\[<\s{3,8}inline\s{3,8}>\] )?(?P<function>[\w.$]{1,512}+)"
    r" (?P<file>[^\s:]{1,512}+)(?:(?<=\.[chS])|(?<=\.rs)):(?P<line>\d{1,7}+)(?P<inline> \[inline\])?\s*$"
)
_DECODED = regex(
    r"\s*+(?P<guess>\? )?(?P<function>[\w.$]{1,512}+)"
    r" \((?P<places>[^\s()][^()]*+(?:\(discriminator \d+\)[^()]*+){0,32}+)\)"
    r"(?: (?P<module>[\w-]{1,64}))?(?: \([A-Z]{1,4}\))?\s*$"
)
_PLACE = regex(r"(?P<file>[^\s:]{1,512}+):(?P<line>\d{1,7}+)")
_BARE = regex(r"\s++(?P<guess>\? )?0x(?P<address>[0-9a-f]{8,16})\s*$")
_COUNTER = regex(
    r"\s*+(?:RIP: (?:0010|e030|0060):|EIP: (?:00[16]0:)?|EIP is at |[IP][PC] is at |IP: |pc : "
    r"|epc\s*+: |ERA: "
    r"|era\s*+: |NIP |Krnl PSW : [0-9a-f ]{1,60}|TPC: <)"
    rf"(?:\[?<?(?:0x)?[0-9a-f]{{8,16}}>?\]?\s*+){{0,2}}+\(?{_SYMBOL}\)?{_MODULE}"
)
_DECODED_COUNTER = regex(r"\s*+(?:RIP: (?:0010|e030|0060):|pc : |epc\s*+: )(?=[A-Za-z_.][\w.$]*+ \()")
_NOWHERE = regex(r"\s*+(?:RIP: (?:0010|e030):|pc : |epc\s*+: )0x(?P<address>[0-9a-f]{1,16})$")


def read_frame(text: str) -> Frame | None:
    """The frame that ``text`` shows; ``None`` where it shows none."""
    if "+0x" in text:
        if found := _FRAME.match(text):
            return _frame(found)
        if found := _CALLED_BY.match(text):
            return Frame(
                function=intern(found["function"]),
                offset=to_number(found["offset"], 16),
                module=found["module"],
            )
    return None


def read_place(text: str) -> Frame | None:
    """The frame of a function that was inlined, or that a tool looked up: sure only within a stack."""
    if found := _INLINE.match(text):
        frame = Frame(function=intern(found["function"]), file=intern(found["file"]))
        frame.line, frame.inlined = to_number(found["line"]), found["inline"] is not None or "inline" in text
        return frame
    if (found := _DECODED.match(text)) and (places := _PLACE.findall(found["places"])):
        frame = Frame(function=intern(found["function"]), module=found["module"])
        frame.file, frame.line = intern(places[-1][0]), to_number(places[-1][1])
        frame.unreliable = found["guess"] is not None
        return frame
    if found := _BARE.match(text):
        return Frame(address=to_number(found["address"], 16), unreliable=found["guess"] is not None)
    return None


def read_counter(text: str) -> Frame | None:
    """The frame that a line of a register dump names: where the processor was."""
    if found := _COUNTER.match(text):
        frame = Frame(function=intern(found["function"]), offset=to_number(found["offset"], 16))
        frame.module = found["module"]
        return frame
    if found := _DECODED_COUNTER.match(text):
        return read_place(text[found.end() :])
    if found := _NOWHERE.match(text):
        return Frame(address=to_number(found["address"], 16))
    return None


def _frame(found: re.Match[str]) -> Frame:
    frame = Frame(function=intern(found["function"]), offset=to_number(found["offset"], 16))
    if found["address"]:
        frame.address = to_number(found["address"], 16)
    if module := found["module"] or found["late"]:
        frame.module = intern(module)
    if found["file"]:
        frame.file, frame.line = intern(found["file"]), to_number(found["line"])
        frame.inlined = found["inline"] is not None
    frame.unreliable = bool(found["guess"] or found["paren"] or found["flag"] == "unreliable")
    return frame
