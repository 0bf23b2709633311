"""Reports of processes that died on one line, as lager, CouchDB, EMQX and OTP with ``single_line`` write.

=================================================================================  ======================
line                                                                               the reason
=================================================================================  ======================
``gen_server <0.7.0> terminated with reason: REASON``                              words, or a term
``CRASH REPORT Process <0.7.0> with 0 neighbours crashed with reason: REASON``     the same
``Generic server <0.7.0> terminating. Reason: {REASON,[STACK]}. Last message: …``  a term
``crasher: initial call: shop:init/1, …, error: {REASON,[STACK]}, ancestors: …``   a term
``Error in process <0.7.0> with exit value: {REASON,[STACK]}``                     a term, maybe below
``… exit with reason REASON and stacktrace [STACK]``                               a term (Ranch, EMQX)
=================================================================================  ======================

Words are ``no match of right hand value 3 in shop:price/2 line 8 in gen_server:terminate/7 line 812``.
"""

from __future__ import annotations

from sys import intern

import msgspec

from ..._number import to_number
from ..._regex import regex
from ...cursor import Cursor
from ...log_records.records import starts_record
from ...model import Error, Frame
from .reports import in_words
from .terms import find_stack, read_stack, reason_before, reason_of, split_terms

_DIED = regex(
    r"(?:.*?(?:(?:gen_\w{2,12}|Generic server|State machine) .{1,300}?(?: in state .{1,200}?)? "
    r"(?:terminated with reason: |terminating\. Reason: )"
    r"|CRASH REPORT Process .{1,300} with \d{1,6} neighbours (?:crashed|exited) with reason: "
    r"|crasher: initial call: .{0,300}?, (?:error|exit|throw): "
    r"|Error in process <[\d.]{1,40}>(?: on node \S{1,200})? with exit value: ?)"
    r"|(?=.*\bstacktrace:? \[\{).*?(?:exit with reason:? |\breason: ))(?P<reason>.*)\Z"
)
_CRASH = " CRASH REPORT Process "
_PLACE = regex(
    r"(?P<rest>.*?)(?: (?:in|from) (?P<name>[a-z]\w{0,200}:[^\s(]{1,200}/\d{1,3})"
    r"| (?P<call>[a-z]\w{0,200}:[^\s(]{1,200}\(.{0,1000}\)))"
    r" line (?P<line>\d{1,9})\Z"
)
_IN_CONTEXT = regex(r" in context \w{1,60}\Z")
_CALL = regex(r"(?P<name>[a-z]\w{0,200}:[^\s(]{1,200})\((?P<args>.*)\)\Z")
_NO_ERROR = frozenset({"normal", "shutdown"})
_MOST_PLACES = 8
_MOST_LINES = 100
_LONGEST = 1 << 16


class Died(msgspec.Struct):
    """The error of a process that died."""

    error: Error
    crash: bool
    """A crash report, which may follow on another report of the same error."""


def may_be_one_line(line: str) -> bool:
    """Whether ``line`` may tell of a process that died."""
    return len(line) <= _LONGEST and _DIED.match(line) is not None


def read_one_line(cursor: Cursor) -> Died | None:
    """What the cursor's line, and those that its term takes, tell of; passes over them."""
    here = cursor.offset
    line = cursor.line or ""
    found = _DIED.match(line) if len(line) <= _LONGEST else None
    if found is None:
        return None
    cursor.advance()
    reason = found["reason"]
    if not reason.strip():
        reason = _below(cursor)
    error = _from_terms(reason) if find_stack(reason) >= 0 else _from_words(reason.strip())
    if error is None or (error.type in _NO_ERROR and not error.message):
        cursor.seek(here)
        return None
    return Died(error, _CRASH in f" {line}")


def _below(cursor: Cursor) -> str:
    lines: list[str] = []
    while (line := cursor.line) is not None and len(lines) < _MOST_LINES:
        if not line.strip() or starts_record(line):
            break
        lines.append(line)
        cursor.advance()
    return "\n".join(lines)


def _from_terms(text: str) -> Error | None:
    start = find_stack(text)
    kind, message = reason_of(reason_before(text, start))
    return Error(type=kind or "exit", message=message, frames=read_stack(text, start))


def _from_words(text: str) -> Error | None:
    text = _IN_CONTEXT.sub("", text)
    frames: list[Frame] = []
    for _ in range(_MOST_PLACES):
        found = _PLACE.match(text)
        if found is None:
            break
        call = _CALL.match(found["call"]) if found["call"] else None
        name, args = found["name"], None
        if call is not None:
            args = call["args"]
            name = f"{call['name']}/{len(split_terms(args)[0])}"
        if name is None:
            break
        frames.insert(0, Frame(intern(name), line=to_number(found["line"]), args=args))
        text = text[: found.start("call") + len(found["call"])] if call else found["rest"]
        if call is not None:
            break
    if not text:
        return None
    for number, frame in enumerate(frames, 1):
        frame.id = number
    error = in_words("exit", text, frames)
    return error if frames or error.type != "exit" else None
