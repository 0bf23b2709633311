"""One frame of gdb, whose wrapped lines have been joined."""

from __future__ import annotations

from sys import intern

from ..._number import to_number
from ..._regex import regex
from ...model import Frame

# "#4  0x00007f1225ef1e53 in " or "#4  " (inlined, or the innermost frame at the start of a line)
_HEAD = regex(r"#(?P<id>\d+) +(?:0x(?P<address>[0-9a-f]+) in )?")
# Where the arguments open: "()" at the end, "(...)", or "(name=", "(name@entry=", wrapped "( name=".
_ARGUMENTS = regex(r' ?\( ?(?=\)$|\.\.\.\)$|[^\s()=,"<>]{0,200}=)| \((?=\) *const$)')
# After an address gdb writes "in"; eu-stack and systemd write the function.
_OTHER_TOOL = regex(r"0x[0-9a-f]{8,16} +(?!in?$|in )\S")
# #1  0x00007f1225ef1e53 in apr_poll (aprset=0x7f, num=1) at poll.c:120   no parenthesis but the two
_PLAIN = regex(
    r"#(\d{1,9}) +(?:0x([0-9a-f]{1,16}) in )?([A-Za-z_][\w@.$]*+) "
    r'\((|\.\.\.|[^\s()=,"<>]{1,200}+=[^()]*+)\)(?: at ([^\s:()]++):(\d{1,9})| from ([^\s()]++))?'
)
SIGNAL_FRAME = "<signal handler called>"
_LOCATION = regex(r"(?P<file>.+?):(?P<line>\d+)")


def parse_frame(text: str) -> Frame | None:
    """The frame that ``text`` is, or ``None``: it has no frame number, says too little or is another tool's.

    The location is the last ``) at FILE:LINE`` or ``) from LIBRARY``; the arguments start at the first
    parenthesis that is followed by ``)`` and the end, or by ``name=``: function names of C++ hold
    spaces and parentheses, and values hold anything, but neither holds that.
    """
    if (plain := _PLAIN.fullmatch(text)) is not None:
        number, address, function, args, file, line, module = plain.groups()
        return Frame(
            function=intern(function),
            module=intern(module) if module else None,
            file=intern(file) if file else None,
            line=int(line) if line else None,
            address=int(address, 16) if address else None,
            args=args,
            id=intern(number),
        )
    head = _HEAD.match(text)
    if head is None:
        return None
    frame = Frame(id=intern(head["id"]))
    if head["address"]:
        frame.address = to_number(head["address"], 16)
    rest = text[head.end() :].rstrip()
    if _OTHER_TOOL.match(rest) or (frame.address is None and "(" not in rest and not rest.startswith("<")):
        return None
    if rest.startswith("<"):
        # <signal handler called>   <function called from gdb>
        frame.function = intern(rest)
        return frame
    rest = _take_location(frame, rest)
    _take_call(frame, rest)
    return frame


def _take_location(frame: Frame, rest: str) -> str:
    if rest.endswith(")"):
        return rest
    at, from_ = rest.rfind(") at "), rest.rfind(") from ")
    if at > from_:
        found = _LOCATION.fullmatch(rest[at + 5 :])
        if found:
            frame.file, frame.line = intern(found["file"]), to_number(found["line"])
        elif _is_library(rest[at + 5 :]):
            # gdb's frame filters print ") at /lib64/libc.so.6" for "from".
            frame.module = intern(rest[at + 5 :])
        else:
            frame.file = intern(rest[at + 5 :])
        return rest[: at + 1]
    if from_ >= 0:
        frame.module = intern(rest[from_ + 7 :])
        return rest[: from_ + 1]
    return rest


def _is_library(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.endswith((".so", ".dylib")) or name.partition(".so.")[2][:1].isdigit()


def _take_call(frame: Frame, call: str) -> None:
    found = _ARGUMENTS.search(call)
    if found:
        name, args = call[: found.start()], call[found.end() :]
        frame.args = args[:-1] if args.endswith(")") else args
    else:
        name = call
    name = name.strip()
    frame.function = None if name in ("??", "???", "") else intern(name)
